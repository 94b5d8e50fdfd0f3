"""tower.py - what the live tests of the whole tower share: namespaces, a tower in one of them, the run."""
import argparse
import concurrent.futures
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

HOME = "203.0.113.0/24,2001:db8:1::/48,192.168.10.0/24"
CALM = 25  # seconds before the attack in scenarios
PATIENCE = 60  # seconds for anything that must happen, on a machine under load: costs nothing where it happens
TOWER_REQUEST = 0x20  # policy/tower.h
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")


class Trouble(Exception):
    """A case failed, and why."""


class Skip(Exception):
    """A case cannot be tried here, and why."""


def ip(*words):
    subprocess.run(["ip", *words], check=True, capture_output=True)


def await_true(what, test, patience=PATIENCE):
    """Waits until test() is true and returns what it gave."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        found = test()
        if found:
            return found
        time.sleep(0.02)
    raise Trouble(f"after {patience} s still not: {what}")


def op(path, verb, **args):
    """The data of an answer of a tower's control socket (docs/tower.md)."""
    body = struct.pack("<Q", 1) + json.dumps({"op": verb, "args": args, "user": "eve", "role": "admin"}).encode()
    with socket.socket(socket.AF_UNIX) as s:
        s.settimeout(PATIENCE)
        s.connect(path)
        s.sendall(struct.pack("<IH", len(body), TOWER_REQUEST) + body)
        data = b""
        while len(data) < 6 or len(data) < 6 + struct.unpack_from("<I", data)[0]:
            more = s.recv(65536)
            if not more:
                raise Trouble(f"{verb}: no answer")
            data += more
    answer = json.loads(data[14:6 + struct.unpack_from("<I", data)[0]])
    if not answer["ok"]:
        raise Trouble(f"{verb}: {answer['error']}")
    return answer["data"]


class Net:
    """Two namespaces with a cable between them that carries nothing by itself."""

    def __init__(self, tag=""):
        self.a, self.b = (f"hinomi-w{side}{tag}-{os.getpid()}" for side in "ab")

    def __enter__(self):
        for name in (self.a, self.b):
            ip("netns", "add", name)
            subprocess.run(["ip", "netns", "exec", name, "sh", "-c",
                            "for i in all default; do echo 1 >/proc/sys/net/ipv6/conf/$i/disable_ipv6; done"],
                           check=False, capture_output=True)
        self.cable()
        ip("-n", self.b, "link", "set", "lo", "up")
        return self

    def cable(self):
        ip("-n", self.a, "link", "add", "wire", "type", "veth", "peer", "name", "wire", "netns", self.b)
        for name in (self.a, self.b):
            ip("-n", name, "link", "set", "wire", "up")

    def __exit__(self, *_):
        for name in (self.a, self.b):
            pids = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True, check=False)
            for pid in pids.stdout.split():
                os.kill(int(pid), signal.SIGKILL)
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


class Tower:
    """A running `hinomi watch` in namespace b."""

    def __init__(self, hinomi, net, folder, *words):
        self.hinomi, self.net, self.folder = hinomi, net, folder
        self.socket = os.path.join(folder, "control.sock")
        self.words = words
        self.prefix = ()  # words before the program
        self.process = None

    def __enter__(self):
        os.chmod(self.folder, 0o755)
        self.log = open(os.path.join(self.folder, "log"), "a", encoding="utf-8")
        self.process = subprocess.Popen(
            ["ip", "netns", "exec", self.net.b, *self.prefix, self.hinomi, "watch", "wire", "--home", HOME,
             "--state", os.path.join(self.folder, "state"), "--runtime", self.folder, *self.words],
            stdout=self.log, stderr=self.log)
        await_true("the tower answers: " + self.told(), lambda: self.ask("status", quiet=True))
        await_true("the sensor counts", lambda: self.status()["health"]["sensor"]["running"])
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            code = self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Trouble("it did not end when it was asked to") from None
        self.log.close()
        if code != 0 and sys.exc_info()[0] is None:
            raise Trouble(f"it ended with {code}: {self.told()}")

    def told(self):
        """The last lines of its log."""
        self.log.flush()
        with open(self.log.name, encoding="utf-8") as log:
            return " / ".join(log.read().splitlines()[-5:])

    def ask(self, *words, quiet=False):
        """What a command line answers with --json, or None."""
        done = subprocess.run([self.hinomi, *words, "--json", "--control", self.socket],
                              capture_output=True, text=True, check=False)
        if done.returncode == 2 and not quiet:
            raise Trouble(f"{' '.join(words)}: {done.stderr.strip()} / {self.told()}")
        return json.loads(done.stdout) if done.stdout.strip() else None

    def status(self):
        return self.ask("status")

    def incidents(self):
        return self.ask("incidents", "list", "--all")["incidents"]

    def pid(self, name):
        """The process id of hinomi-NAME, or None."""
        found = subprocess.run(["ip", "netns", "pids", self.net.b], capture_output=True, text=True, check=False)
        for pid in found.stdout.split():
            try:
                with open(f"/proc/{pid}/comm", encoding="utf-8") as comm:
                    if comm.read().strip() == f"hinomi-{name}":
                        return int(pid)
            except OSError:
                pass
        return None


def later(path, seconds):
    """A capture without its first seconds."""
    short = f"{path}.{seconds}"
    with open(path, "rb") as file:
        data = file.read()
    at, begin = 24, struct.unpack_from("<I", data, 24)[0] + seconds
    while struct.unpack_from("<I", data, at)[0] < begin:
        at += 16 + struct.unpack_from("<I", data, at + 8)[0]
    with open(short, "wb") as file:
        file.write(data[:24] + data[at:])
    return short


class Bench:
    """What the cases share."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.folder = tempfile.mkdtemp(prefix="hinomi-watch-")
        self.making = threading.Lock()
        os.chmod(self.folder, 0o755)  # the tower runs as nobody

    def capture(self, name, calm=None):
        """A scenario's capture; `calm`: of what comes before the attack, which takes 25 s, only so many seconds."""
        path = os.path.join(self.folder, name + ".pcap")
        with self.making:
            if not os.path.exists(path):
                subprocess.run([self.arguments.scenario, name, "-o", path], check=True, capture_output=True)
            return path if calm is None else later(path, CALM - calm)

    def place(self):
        return tempfile.mkdtemp(dir=self.folder)

    def tower(self, net, *words):
        return Tower(self.arguments.hinomi, net, self.place(), *words)

    def replay(self, net, path, *words):
        """Begins to send; the caller waits for it."""
        return subprocess.Popen(["ip", "netns", "exec", net.a, "tcpreplay", "-q", "-K", "-i", "wire", *words, path],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def read(self, path):
        """What `hinomi read` says of it."""
        done = subprocess.run([self.arguments.hinomi, "read", path, "--home", HOME, "--json", "-q"],
                              capture_output=True, text=True, check=False,
                              env={**os.environ, "HINOMI_INTEL": "/nonexistent"})
        return [json.loads(line) for line in done.stdout.splitlines()]


def able():
    """Why it cannot be tried here, or None."""
    if os.geteuid() != 0:
        return "not root"
    for program in ("ip", "tcpreplay"):
        if not shutil.which(program):
            return f"no {program}"
    name = f"hinomi-probe-{os.getpid()}"
    if subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False).returncode != 0:
        return "network namespaces are not allowed here"
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return None


def attempt(bench, name, case, number):
    """Tries one case in namespaces of its own; returns the word and the line that tell how it went."""
    try:
        with Net(str(number)) as net:
            case(bench, net)
        return "ok", f"ok live {name}"
    except Skip as skip:
        return "skipped", f"skipped live {name}: {skip}"
    except (Trouble, KeyError, IndexError, TypeError, OSError, subprocess.SubprocessError) as trouble:
        return "failed", f"FAIL live {name}: {type(trouble).__name__}: {trouble}"


def run(kind, found, at_once=1):
    """Runs the cases of a test's globals whose names have all the words of the command line in them, so many at
    once."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--hinomi", default=os.path.join(ROOT, "build/src/hinomi"))
    parser.add_argument("--scenario", default=os.path.join(ROOT, "build/tests/scenario/scenario"))
    parser.add_argument("--probe", default=os.path.join(ROOT, "build/tests/live/live_probe"))
    # A flood needs the rate that it is told by, which it does not get while all tests share two processors.
    parser.add_argument("--again", action="store_true", help="try what failed once more, alone, and say so")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_args()
    cases = [(name[5:], case) for name, case in found.items() if name.startswith("case_")
             and all(part in name for part in arguments.names)]
    why = able()
    if why:
        print(f"SKIP live {kind}: {why}")
        print(f"0 passed, 0 failed, {len(cases)} skipped")
        return 0
    bench, ends, again = Bench(arguments), [], []
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        tried = {pool.submit(attempt, bench, name, case, number): number for number, (name, case) in enumerate(cases)}
        for one in concurrent.futures.as_completed(tried):
            end, line = one.result()
            if end == "failed" and arguments.again:
                again.append(tried[one])
                line = line.replace("FAIL", "again", 1)
            else:
                ends.append(end)
            print(line, flush=True)
    for number in again:
        end, line = attempt(bench, *cases[number], len(cases) + number)
        ends.append(end)
        print(line, flush=True)
    shutil.rmtree(bench.folder, ignore_errors=True)
    print(f"{ends.count('ok')} passed, {ends.count('failed')} failed, {ends.count('skipped')} skipped")
    return 1 if "failed" in ends else 0
