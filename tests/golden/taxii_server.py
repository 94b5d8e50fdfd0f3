"""taxii_server.py - a TAXII 2.1 server on loopback, for tests: pages, keys, redirects, errors."""
import base64
import http.server
import json
import threading
import urllib.parse

TYPE = "application/taxii+json;version=2.1"
USER, KEY = "reader", "a secret: with colon"
PAGE = 2


def indicator(number, value, added):
    return {"type": "indicator", "spec_version": "2.1", "id": f"indicator--{number:08d}",
            "created": added, "modified": added, "pattern_type": "stix",
            "pattern": f"[domain-name:value = '{value}']", "valid_from": added,
            "valid_until": "2099-01-01T00:00:00Z", "_added": added}


class Server(http.server.ThreadingHTTPServer):
    """`objects` may be changed between requests; `asked` are the paths that were asked for."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.objects = [indicator(i, f"host{i}.example.net", f"2024-05-0{i + 1}T00:00:00.000Z")
                        for i in range(5)]
        self.asked = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        """Quiet."""

    def answer(self, value, status=200, headers=()):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", TYPE)
        self.send_header("Content-Length", str(len(body)))
        for name, text in headers:
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def allowed(self):
        given = self.headers.get("Authorization", "")
        basic = "Basic " + base64.b64encode(f"{USER}:{KEY}".encode()).decode()
        return given in (basic, "Bearer " + KEY) or self.headers.get("X-Api-Key") == KEY

    def do_GET(self):
        path, _, query = self.path.partition("?")
        words = dict(urllib.parse.parse_qsl(query))
        self.server.asked.append(self.path)
        if not self.allowed():
            return self.answer({"title": "who are you"}, 401)
        if TYPE not in self.headers.get("Accept", ""):
            return self.answer({"title": "not acceptable"}, 406)
        root = self.server.url
        simple = {
            "/taxii2/": {"title": "test", "api_roots": ["/api1/"]},
            "/elsewhere/": {"title": "test", "api_roots": ["http://localhost:1/api1/"]},
            "/api1/": {"title": "root", "versions": [TYPE], "max_content_length": 1000000},
            "/api1/collections/": {"collections": [
                {"id": "c1", "title": "Good", "can_read": True, "can_write": False},
                {"id": "c2", "title": "Endless", "can_read": True, "can_write": False},
                {"id": "c3", "title": "Broken", "can_read": True, "can_write": False},
                {"id": "c4", "title": "Huge", "can_read": True, "can_write": False},
                {"id": "c5", "title": "Moved", "can_read": True, "can_write": False},
                {"id": "c6", "title": "Moved away", "can_read": True, "can_write": False}]},
            "/api1/collections/c2/objects/": {"objects": [], "more": True, "next": "same"},
        }
        if path in simple:
            return self.answer(simple[path])
        if path == "/api1/collections/c3/objects/":
            return self.answer(b'{"objects": [')
        if path == "/api1/collections/c4/objects/":
            return self.answer(b'{"objects": ["' + b"x" * 2000000 + b'"]}')
        if path == "/api1/collections/c5/objects/":
            return self.answer(b"", 302, [("Location", root + self.path.replace("c5", "c1"))])
        if path == "/api1/collections/c6/objects/":
            return self.answer(b"", 302, [("Location", "http://localhost:1/")])
        if path == "/api1/collections/c1/objects/":
            return self.objects(words)
        return self.answer({"title": "not found"}, 404)

    def objects(self, words):
        after = words.get("added_after", "")
        known = [x for x in self.server.objects if x["_added"] > after]
        start = int(words.get("next", "0"))
        page = known[start:start + PAGE]
        value = {"objects": [{k: v for k, v in x.items() if k != "_added"} for x in page]} if page else {}
        if start + PAGE < len(known):
            value.update(more=True, next=str(start + PAGE))
        headers = [("X-TAXII-Date-Added-Last", page[-1]["_added"])] if page else []
        return self.answer(value, headers=headers)
