"""tower.py - starts the web process before tests/web/fake_keeper, and asks it as browsers do."""
import http.client
import json
import os
import re
import resource
import shutil
import socket
import ssl
import subprocess
import tempfile
import time

PASSWORD = "correct horse battery"


class Answer:
    """What came back: status, headers, body."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    def json(self):
        return json.loads(self.body)

    def data(self):
        return self.json()["data"]


class Tower:
    """A running web process with its keeper of files."""

    def __init__(self, build, *options, files=0):
        self.folder = tempfile.mkdtemp(prefix="web-test-")
        self.log = os.path.join(self.folder, "log")
        command = [os.path.join(build, "tests", "web", "fake_keeper"), "--log", self.log,
                   "--answers", self.folder, *options]

        def limit():
            if files:
                resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))

        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True, preexec_fn=limit, env={
                                            "ASAN_OPTIONS": "quarantine_size_mb=1", **os.environ})
        found = re.match(r"(https?)://127.0.0.1:(\d+)/ pid (\d+)", self.process.stdout.readline())
        if not found:
            raise RuntimeError("the web process did not start")
        self.tls = found.group(1) == "https"
        self.port, self.pid = int(found.group(2)), int(found.group(3))
        self.host = f"127.0.0.1:{self.port}"
        self.origin = f"{found.group(1)}://{self.host}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.stdin.close()
        status = self.process.wait(30)
        shutil.rmtree(self.folder)
        if status != 0:
            raise AssertionError(f"the tower ended with status {status}")

    def say(self, line):
        """A line for the keeper: push JSON, silent, speak, lost."""
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def push(self, event, data):
        self.say("push " + json.dumps({"push": event, "data": data}))

    def answers(self, op, kind, text):
        """From now on, that is what the keeper answers to the operation."""
        with open(os.path.join(self.folder, f"{op}.{kind}"), "wb") as out:
            out.write(text if isinstance(text, bytes) else text.encode())

    def asked(self):
        """What the keeper was asked until now."""
        with open(self.log, encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    def connect(self, timeout=20, source=None):
        s = socket.create_connection(("127.0.0.1", self.port), timeout,
                                     (source, 0) if source else None)
        if self.tls:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            s = context.wrap_socket(s)
        return s

    def ask(self, method, path, body=None, headers=None, source=None):
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.sock = self.connect(source=source)
        every = {"Host": self.host, **(headers or {})}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body).encode()
            every.setdefault("Content-Type", "application/json")
        try:
            connection.request(method, path, body,
                               {k: v for k, v in every.items() if v is not None})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def raw(self, request, timeout=20):
        """All that comes back to those bytes, until the other end closes or is silent."""
        with self.connect(timeout) as s:
            got = b""
            try:
                s.sendall(request)
                while True:
                    piece = s.recv(65536)
                    if not piece:
                        break
                    got += piece
            except OSError:
                pass
            return got

    def login(self, name, password=PASSWORD, headers=None, source=None):
        return self.ask("POST", "/api/login", {"name": name, "password": password}, headers, source)

    def user(self, name):
        return User(self, name)

    def files_open(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def resident(self):
        """Bytes."""
        with open(f"/proc/{self.pid}/statm", encoding="ascii") as f:
            return int(f.read().split()[1]) * resource.getpagesize()


class User:
    """A browser that is logged in."""

    def __init__(self, tower, name):
        answer = None
        for _ in range(20):  # strangers log in four times a second at most
            answer = tower.login(name)
            if answer.status != 429:
                break
            time.sleep(0.3)
        self.tower, self.name = tower, name
        self.csrf = answer.data()["csrf"]
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]

    def headers(self, **more):
        return {"Cookie": self.cookie, "X-CSRF-Token": self.csrf, "Origin": self.tower.origin,
                **{k.replace("_", "-"): v for k, v in more.items()}}

    def get(self, path, **more):
        return self.tower.ask("GET", path, None, self.headers(**more))

    def post(self, path, body, **more):
        return self.tower.ask("POST", path, body, self.headers(**more))

    def stream(self, timeout=10):
        return Stream(self, timeout)


class Stream:
    """A stream of events."""

    def __init__(self, user, timeout):
        self.socket = user.tower.connect(timeout)
        self.socket.sendall(f"GET /events HTTP/1.0\r\nHost: {user.tower.host}\r\n"
                            f"Cookie: {user.cookie}\r\n\r\n".encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        while self.file.readline().strip():
            pass

    def next(self):
        """(event, data), or None when it ended."""
        event = data = None
        for line in self.file:
            line = line.decode().rstrip("\n")
            if line.startswith("event: "):
                event = line[7:]
            elif line.startswith("data: "):
                data = line[6:]
            elif line == "" and event:
                return event, json.loads(data)
        return None

    def close(self):
        self.file.close()
        self.socket.close()
