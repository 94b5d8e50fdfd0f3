"""hands.py - what the live tests of hands share: namespaces with cables, a hand that is driven, packets.

A packet is a dict of what filters look at; packet_bytes() makes a frame of it, matches() says whether a filter
(a dict of the same names) takes it: written anew from the words of filter.h, to be compared with.
"""
import ctypes
import ipaddress
import os
import random
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from tower import ROOT, Trouble, await_true, ip  # noqa: E402

CLONE_NEWNET = 0x40000000
LIBC = ctypes.CDLL(None, use_errno=True)


def check(true, what):
    if not true:
        raise Trouble(what)


def unable(*programs):
    """Why such tests cannot be run here, or None."""
    if os.geteuid() != 0:
        return "not root"
    missing = [name for name in ("ip", *programs) if not shutil.which(name)]
    if missing:
        return "no " + ", ".join(missing)
    probe = f"hinomi-probe-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", probe], capture_output=True, check=False).returncode != 0:
        return "network namespaces are not allowed here"
    subprocess.run(["ip", "netns", "del", probe], check=False)
    return None


class Space:
    """A network namespace without IPv6's own talk; whatever runs in it ends with it."""

    def __init__(self, letter):
        self.name = f"hinomi-{letter}-{os.getpid()}"

    def __enter__(self):
        ip("netns", "add", self.name)
        ip("-n", self.name, "link", "set", "lo", "up")
        return self

    def __exit__(self, *_):
        pids = subprocess.run(["ip", "netns", "pids", self.name], capture_output=True, text=True, check=False)
        for pid in pids.stdout.split():
            os.kill(int(pid), signal.SIGKILL)
        subprocess.run(["ip", "netns", "del", self.name], check=False, capture_output=True)

    def run(self, *words, fine=True):
        """Its output; it must end well unless `fine` is False."""
        done = subprocess.run(["ip", "netns", "exec", self.name, *words], capture_output=True, text=True,
                              check=False)
        check(done.returncode == 0 or not fine, f"{' '.join(words)}: {done.stderr.strip()}")
        return done.stdout

    def begin(self, log, *words):
        return subprocess.Popen(["ip", "netns", "exec", self.name, *words], stdout=log, stderr=log)

    def packets(self, interface):
        """A socket of whole frames on one of its interfaces."""
        home = os.open("/proc/self/ns/net", os.O_RDONLY)
        there = os.open(f"/run/netns/{self.name}", os.O_RDONLY)
        try:
            check(LIBC.setns(there, CLONE_NEWNET) == 0, "setns")
            made = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
            made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 23)
            made.bind((interface, 0))
        finally:
            LIBC.setns(home, CLONE_NEWNET)
            os.close(home)
            os.close(there)
        return made


def cable(a, name_a, b, name_b):
    """Between two namespaces; both ends are up, and have MAC addresses that end in 1 and 2."""
    ip("-n", a.name, "link", "add", name_a, "address", "02:00:00:00:00:01", "type", "veth", "peer", "name", name_b,
       "address", "02:00:00:00:00:02", "netns", b.name)
    ip("-n", a.name, "link", "set", name_a, "up")
    ip("-n", b.name, "link", "set", name_b, "up")


class Hand:
    """A running hand_tool."""

    def __init__(self, tool, space, *words, before=()):
        self.words = ["ip", "netns", "exec", space.name, *before, tool, *words]
        self.process = subprocess.Popen(self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        bufsize=1)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()

    def kill(self):
        """With 9: it says no farewell."""
        self.process.kill()
        self.process.wait()

    def ask(self, line):
        """What it says to a command, and its last line: "ok ..." or "failed ..."."""
        self.process.stdin.write(line + "\n")
        lines = []
        while not lines or lines[-1].split(" ")[0] not in ("ok", "failed", "cannot"):
            said = self.process.stdout.readline()
            check(said, f"hand_tool ended at: {line}")
            lines.append(said.rstrip("\n"))
        return lines[:-1], lines[-1]

    def do(self, line):
        """A command that must succeed; milliseconds that it took."""
        _, last = self.ask(line)
        check(last.startswith("ok"), f"{line[:200]}: {last}")
        return int(last.split()[1])

    def refused(self, line):
        """Why it does not do something that it must not do."""
        _, last = self.ask(line)
        check(last.startswith("failed"), f"{line[:200]}: {last}")
        return last[len("failed "):]

    def counts(self):
        """{id: (packets, bytes, known)}"""
        lines, _ = self.ask("counts")
        numbers = [[int(word) for word in line.split()] for line in lines]
        return {row[0]: tuple(row[1:]) for row in numbers}


PROTOS = {"tcp": 6, "udp": 17, "icmp": 1, "icmp6": 58}
FLAGS = "FSRPAUEC"


def random_packet(family, rng=random):
    """One out of few values of each field, so that filters of the same values often match."""
    base = "198.51.100." if family == 4 else "2001:db8:5::"
    proto = rng.choice(["tcp", "udp", "icmp" if family == 4 else "icmp6"])
    packet = {"family": family, "from": base + str(rng.randrange(1, 9)), "proto": proto,
              "to": ("203.0.113." if family == 4 else "2001:db8:9::") + str(rng.randrange(10, 13)),
              "ttl": rng.choice([40, 64, 128]), "fragment": rng.choice(["none"] * 6 + ["any", "later"]),
              "bytes": bytes(rng.randrange(4) for _ in range(rng.choice([4, 12, 300])))}
    if proto == "tcp":
        packet.update(flags=rng.choice(["S", "SA", "A", "PA", "R"]), window=rng.choice([0, 1024, 65535]),
                      header=rng.choice([20, 24, 40]))
    if proto in ("tcp", "udp"):
        packet.update({"from-port": rng.choice([53, 123, 1000]), "to-port": rng.choice([53, 80, 443])})
    else:
        packet.update({"from-port": rng.choice([8, 3] if family == 4 else [128, 1]), "to-port": rng.choice([0, 1])})
    return packet


def transport_bytes(packet):
    """The transport header; checksums are nobody's business here."""
    if packet["proto"] == "tcp":
        flags = sum(1 << FLAGS.index(letter) for letter in packet["flags"])
        return struct.pack(">HHIIBBHHH", packet["from-port"], packet["to-port"], 1, 1, packet["header"] << 2, flags,
                           packet["window"], 0, 0) + b"\x01" * (packet["header"] - 20)
    if packet["proto"] == "udp":
        return struct.pack(">HHHH", packet["from-port"], packet["to-port"], 8 + len(packet["bytes"]), 0)
    return struct.pack(">BBHI", packet["from-port"], packet["to-port"], 0, 0)


def sum16(header):
    total = sum(struct.unpack(f">{len(header) // 2}H", header))
    while total > 0xffff:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def ip_bytes(packet, number):
    """The IP packet; `number` is its identification, by which it is known again."""
    later, any_part = packet["fragment"] == "later", packet["fragment"] == "any"
    body = packet["bytes"] if later else transport_bytes(packet) + packet["bytes"]
    body += b"\0" * (-len(body) % 8 if any_part else 0) # a first part is a multiple of 8
    proto = PROTOS[packet["proto"]]
    source, target = ipaddress.ip_address(packet["from"]).packed, ipaddress.ip_address(packet["to"]).packed
    if packet["family"] == 4:
        offset = 0x2000 * any_part + 185 * later
        header = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), number & 0xffff, offset, packet["ttl"], proto,
                             0) + source + target
        return header[:10] + struct.pack(">H", sum16(header)) + header[12:] + body
    if packet["fragment"] != "none":
        body = struct.pack(">BBHI", proto, 0, (185 << 3) * later + any_part, number) + body
        proto = 44
    return struct.pack(">IHBB", 0x60000000 | number & 0xfffff, len(body), proto, packet["ttl"]) + source + target + body


def frame_bytes(packet, number):
    """From the first end of a cable to the second."""
    return bytes.fromhex("020000000002020000000001") + (b"\x08\x00" if packet["family"] == 4 else b"\x86\xdd") + \
        ip_bytes(packet, number)


def number_of(frame):
    """Which packet a frame is."""
    if frame[12:14] == b"\x08\x00":
        return struct.unpack(">H", frame[18:20])[0]
    return struct.unpack(">I", frame[14:18])[0] & 0xfffff


def random_filter(packet, rng=random):
    """Conditions that this packet meets, each perhaps widened: {name: words of the text form}."""
    family = packet["family"]
    wide = rng.choice([0, 0, 2])
    words = {"to": packet["to"]}
    if rng.random() < 0.4:
        words["from"] = str(ipaddress.ip_network(f"{packet['from']}/{(32 if family == 4 else 128) - wide}", False))
    if rng.random() < 0.8:
        words["proto"] = packet["proto"]
        if packet["fragment"] != "later":
            for name in ("from-port", "to-port"):
                if rng.random() < 0.4:
                    words[name] = f"{packet[name]}-{packet[name] + rng.choice([0, 80])}" if packet["proto"] in (
                        "tcp", "udp") else str(packet[name])
            if packet["proto"] == "tcp":
                if rng.random() < 0.4:
                    words["flags"] = packet["flags"] + "/" + "".join(sorted(set(packet["flags"]) | {"S", "A"},
                                                                           key=FLAGS.index))
                if rng.random() < 0.3:
                    words["window"] = str(packet["window"])
                if rng.random() < 0.3:
                    words["header"] = str(packet["header"])
    if rng.random() < 0.3:
        length = len(ip_bytes(packet, 0))
        words["length"] = f"{length - 2}-{length + rng.choice([2, 20])}"
    if rng.random() < 0.3:
        words["ttl"] = str(packet["ttl"] - 1) # the gateway looks before it counts down
        words["ttl"] = f"{packet['ttl'] - 1}-{packet['ttl'] + rng.choice([0, 30])}"
    if rng.random() < 0.2:
        words["fragment"] = {"none": "none", "any": "any"}.get(packet["fragment"], rng.choice(["any", "later"]))
    if rng.random() < 0.2 and words.get("proto") and packet["fragment"] == "none":
        words["bytes"] = f"1:{packet['bytes'][1:3].hex()}"
    return words


def filter_words(words):
    return " ".join(f"{name} {value}" for name, value in words.items())


def in_range(value, text):
    low, _, high = text.partition("-")
    return int(low) <= value <= int(high or low)


def matches(words, packet):
    """Whether a filter takes a packet, by the words of filter.h."""
    later = packet["fragment"] == "later"
    for name, value in words.items():
        if name in ("from", "to"):
            fits = ipaddress.ip_address(packet[name]) in ipaddress.ip_network(value)
        elif name == "proto":
            fits = packet["proto"] == value
        elif name == "length":
            fits = in_range(len(ip_bytes(packet, 0)), value)
        elif name == "ttl":
            fits = in_range(packet["ttl"], value)
        elif name == "fragment":
            fits = packet["fragment"] == value or (value == "any" and later)
        elif later:
            fits = False
        elif name == "bytes":
            at, _, hexed = value.partition(":")
            want = bytes.fromhex(hexed)
            fits = packet["bytes"][int(at):int(at) + len(want)] == want
        elif name == "flags":
            want, _, mask = value.partition("/")
            fits = set(packet["flags"]) & set(mask) == set(want)
        else:
            fits = in_range(packet[name], value)
        if not fits:
            return False
    return True


def send(out, frames):
    for frame in frames:
        out.send(frame)


def received(socket_, last=None, seconds=0.15):
    """Numbers of the packets that came: until `last`, and what is behind it at once; or until none came for a while."""
    numbers = []
    while select.select([socket_], [], [], seconds)[0]:
        frame, address = socket_.recvfrom(2048)
        if address[2] == socket.PACKET_OUTGOING:
            continue
        numbers.append(number_of(frame))
        if last is not None and numbers[-1] == last:
            seconds = 0.005
    return numbers


def run_cases(cases, wanted):
    """Runs functions by name and tells; the exit code."""
    passed = failed = 0
    for case in cases:
        name = case.__name__.removeprefix("case_")
        if wanted and not any(part in name for part in wanted):
            continue
        began = time.monotonic()
        try:
            case()
            print(f"ok {name} ({time.monotonic() - began:.1f} s)", flush=True)
            passed += 1
        except (Trouble, OSError, subprocess.CalledProcessError) as trouble:
            print(f"FAIL {name}: {trouble}", flush=True)
            failed += 1
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


def skip(why):
    print(f"skip: {why}")
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(0)
