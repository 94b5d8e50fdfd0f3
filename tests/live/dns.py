"""dns.py - a name server for tests: what each name has is said by the test, and may be changed while it runs."""
import socket
import struct
import threading

TYPES = {1: "A", 2: "NS", 5: "CNAME", 28: "AAAA"}
CODES = {"SERVFAIL": 2, "NXDOMAIN": 3, "REFUSED": 5}


def encode(name):
    """A name as it is on the wire."""
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"


def decode(message, at):
    """The name at a place of a message, without pointers; and what is behind it."""
    labels = []
    while message[at]:
        labels.append(message[at + 1:at + 1 + message[at]].decode("ascii", "replace"))
        at += 1 + message[at]
    return ".".join(labels).lower(), at + 1


class Dns:
    """names: {"www.example.test": {"A": ["192.0.2.1"], "NS": [...], "CNAME": ["..."]}, ...}. A name may have a word
    instead: SERVFAIL, REFUSED, or DROP (no answer). The part of it for one type may be such a word, too."""

    def __init__(self, names, address="127.0.0.1", port=0, ttl=60):
        self.names, self.ttl, self.asked = names, ttl, []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((address, port))
        self.resolver = "%s:%d" % self.socket.getsockname()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                message, whom = self.socket.recvfrom(4096)
            except OSError:
                return
            answer = self.answer(message)
            if answer:
                self.socket.sendto(answer, whom)

    def close(self):
        self.socket.close()

    def records(self, name, kind):
        """[(owner, type, value)] along aliases, and the code."""
        found = []
        for _ in range(8):
            held = self.names.get(name)
            if isinstance(held, str):
                return [], held
            if held is None:
                above = any(other.endswith("." + name) for other in self.names)
                return found, "" if above or found else "NXDOMAIN"
            if isinstance(held.get(kind), str):
                return [], held[kind]
            if "CNAME" not in held or kind == "CNAME":
                return found + [(name, kind, value) for value in held.get(kind, [])], ""
            found.append((name, "CNAME", held["CNAME"][0]))
            name = held["CNAME"][0]
        return [], "SERVFAIL"

    def answer(self, message):
        number, flags = struct.unpack_from(">HH", message)
        name, end = decode(message, 12)
        kind = TYPES.get(struct.unpack_from(">H", message, end)[0], "?")
        self.asked.append((name, kind))
        found, code = self.records(name, kind)
        if code == "DROP":
            return None
        body = b"".join(self.record(*one) for one in found)
        return struct.pack(">HHHHHH", number, 0x8080 | flags & 0x0100 | CODES.get(code, 0), 1, len(found), 0, 0) + \
            message[12:end + 4] + body

    def record(self, owner, kind, value):
        if kind == "A":
            data = socket.inet_pton(socket.AF_INET, value)
        elif kind == "AAAA":
            data = socket.inet_pton(socket.AF_INET6, value)
        else:
            data = encode(value)
        number = next(n for n, name in TYPES.items() if name == kind)
        return encode(owner) + struct.pack(">HHIH", number, 1, self.ttl, len(data)) + data
