"""postfix.py - a mail server for the live tests of the milter: Postfix with folders of its own, and a sink behind it."""
import email
import email.policy
import os
import re
import shutil
import socketserver
import subprocess
import sys
import tempfile

from tower import ROOT, Trouble, await_true

OURS = "example.org"  # whose mail goes to the sink


def documented_lines():
    """The lines for main.cf that docs/operations.md has."""
    with open(os.path.join(ROOT, "docs/operations.md"), encoding="utf-8") as file:
        block = re.search(r"```\n(smtpd_milters.*?)```", file.read(), re.S)
    if not block or len(block.group(1).splitlines()) != 5:
        raise Trouble("docs/operations.md has not the five lines for Postfix")
    return block.group(1)


class Sink(socketserver.StreamRequestHandler):
    """As little SMTP as Postfix needs: each message becomes a file, its receivers before it."""

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def handle(self):
        receivers = []
        self.say("220 sink")
        for line in self.rfile:
            word = line[:4].upper()
            if word in (b"EHLO", b"HELO"):
                self.wfile.write(b"250-sink\r\n250 8BITMIME\r\n")
            elif word == b"RCPT":
                receivers.append(line.split(b":", 1)[1].strip())
                self.say("250 ok")
            elif word == b"DATA":
                self.say("354 go on")
                self.take(receivers)
                receivers = []
                self.say("250 ok")
            elif word == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def take(self, receivers):
        handle, path = tempfile.mkstemp(dir=self.server.folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(b" ".join(receivers) + b"\r\n")
            for line in self.rfile:
                if line == b".\r\n":
                    break
                file.write(line[1:] if line.startswith(b"..") else line)
        os.rename(path, path[:-5])


class SinkServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


def sink_main(port, folder):
    with SinkServer(("", port), Sink) as server:
        server.folder = folder
        with open(folder + ".listens", "w", encoding="ascii"):
            pass
        server.serve_forever()


MASTER = """
25 inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 1 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
local unix - n n - - local
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """A mail server in a namespace, which relays what is for us to the sink."""

    def __init__(self, net, lines):
        self.net, self.lines = net, lines
        self.folder = tempfile.mkdtemp(prefix="hinomi-postfix-", dir="/tmp")
        os.chmod(self.folder, 0o755)
        self.delivered = os.path.join(self.folder, "delivered")
        self.sink = self.server = None

    def path(self, name, *owner):
        path = os.path.join(self.folder, name)
        os.makedirs(path, exist_ok=True)
        if owner:
            shutil.chown(path, *owner)
        return path

    def write(self, name, text):
        with open(os.path.join(self.path("conf"), name), "w", encoding="utf-8") as file:
            file.write(text)

    def __enter__(self):
        self.path("delivered")
        self.path("queue")
        self.path("data", "postfix")
        self.write("master.cf", MASTER)
        self.write("main.cf", f"""
compatibility_level = 3.6
queue_directory = {self.folder}/queue
data_directory = {self.folder}/data
maillog_file = {self.folder}/log
maillog_file_prefixes = /tmp
myhostname = mx.{OURS}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
relay_domains = {OURS}
relay_transport = smtp:[127.0.0.1]:2525
message_size_limit = 209715200
disable_dns_lookups = yes
alias_maps =
{self.lines}""")
        self.sink = subprocess.Popen(["ip", "netns", "exec", self.net.b, sys.executable, os.path.abspath(__file__),
                                      "2525", self.delivered])
        # what it cannot hand on at once Postfix tries again after minutes
        await_true("the sink listens", lambda: os.path.exists(self.delivered + ".listens"))
        self.server = subprocess.Popen(["ip", "netns", "exec", self.net.b, "postfix", "-c", f"{self.folder}/conf",
                                        "start-fg"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       start_new_session=True)
        await_true("Postfix answers", lambda: self.swaks("--quit-after", "EHLO")[0] == 0)
        return self

    def __exit__(self, *_):
        subprocess.run(["ip", "netns", "exec", self.net.b, "postfix", "-c", f"{self.folder}/conf", "abort"],
                       capture_output=True, check=False)
        for process in (self.server, self.sink):
            process.terminate()
            process.wait(15)
        shutil.rmtree(self.folder, ignore_errors=True)

    def log(self):
        try:
            with open(f"{self.folder}/log", encoding="utf-8", errors="replace") as file:
                return file.read()
        except OSError:
            return ""

    def swaks_begin(self, *words):
        return subprocess.Popen(["ip", "netns", "exec", self.net.b, "swaks", "--server", "127.0.0.1", "--helo",
                                 "client.example", *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                                errors="replace")

    def swaks(self, *words):
        """The exit code, and what was said."""
        process = self.swaks_begin(*words)
        told, _ = process.communicate()
        return process.returncode, told

    def send_begin(self, message, sender="a@sender.example", receiver=f"b@{OURS}"):
        """Begins to send the bytes of a message, from a file of its own. It waits as long as Postfix does."""
        handle, path = tempfile.mkstemp(dir=self.path("messages"))
        with os.fdopen(handle, "wb") as file:
            file.write(message)
        return self.swaks_begin("--from", sender, "--to", receiver, "--data", f"@{path}", "--suppress-data",
                                "--timeout", "300")

    def send(self, message, *who):
        """The mail server's last word on the message: 250, 451, ..."""
        return self.code(self.send_begin(message, *who))

    @staticmethod
    def code(process):
        told, _ = process.communicate()
        codes = re.findall(r"^<[-*~]\*? *([245]\d\d)", told, re.M)
        if not codes:
            raise Trouble(f"swaks: {told[-300:]}")
        # the answer to the message: the one before that to QUIT
        return int(codes[-2] if len(codes) > 1 and codes[-1].startswith("221") else codes[-1])

    def arrived(self):
        """What came to the sink: messages by their subject."""
        found = {}
        for name in os.listdir(self.delivered):
            if name.endswith(".part"):
                continue
            with open(os.path.join(self.delivered, name), "rb") as file:
                file.readline()
                message = email.message_from_binary_file(file, policy=email.policy.default)
            found.setdefault(message["Subject"], []).append(message)
        return found

    def count(self):
        return len([name for name in os.listdir(self.delivered) if not name.endswith(".part")])


if __name__ == "__main__":
    sink_main(int(sys.argv[1]), sys.argv[2])
