"""web_site.py - sites for tests: a real nginx with certificates of our own, and servers that behave badly."""
import contextlib
import os
import shutil
import socket
import subprocess
import threading
import time


def openssl(*words, **more):
    subprocess.run(["openssl", *words], check=True, capture_output=True, **more)


class Authority:
    """Signs certificates. `file` is what those who trust it are given."""

    def __init__(self, folder, name="Test authority"):
        self.folder = folder
        self.file = os.path.join(folder, "ca.pem")
        self.key = os.path.join(folder, "ca.key")
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", f"/CN={name}", "-keyout", self.key, "-out", self.file)
        with open(os.path.join(folder, "ca.cnf"), "w", encoding="ascii") as file:
            file.write(f"[ca]\ndefault_ca=c\n[c]\nnew_certs_dir={folder}\ndatabase={folder}/index\n"
                       f"serial={folder}/serial\ndefault_md=sha256\npolicy=p\ncopy_extensions=copy\n"
                       "unique_subject=no\n[p]\ncommonName=supplied\n")
        open(os.path.join(folder, "index"), "w", encoding="ascii").close()
        with open(os.path.join(folder, "serial"), "w", encoding="ascii") as file:
            file.write("1000\n")

    def sign(self, stem, names, begin="20200101000000Z", end="20491231235959Z", key=None):
        """Files STEM.pem and STEM.key for the names; `key`: that of another stem."""
        pem, made = (os.path.join(self.folder, stem + end) for end in (".pem", ".key"))
        words = ["-key", os.path.join(self.folder, key + ".key")] if key else \
            ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", made]
        openssl("req", "-new", *words, "-subj", f"/CN={names[0]}", "-out", pem + ".csr",
                "-addext", "subjectAltName=" + ",".join("DNS:" + name for name in names))
        openssl("ca", "-batch", "-config", os.path.join(self.folder, "ca.cnf"), "-cert", self.file, "-keyfile",
                self.key, "-startdate", begin, "-enddate", end, "-in", pem + ".csr", "-out", pem, "-notext")
        if key:
            shutil.copy(os.path.join(self.folder, key + ".key"), made)
        return pem, made

    def sign_self(self, stem, name):
        pem, made = (os.path.join(self.folder, stem + end) for end in (".pem", ".key"))
        openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", made, "-out", pem)
        return pem, made


class Nginx:
    """A real one, with the server blocks that are given, in a folder of its own."""

    def __init__(self, folder, servers, workers=1):
        self.folder = folder
        self.file = os.path.join(folder, "nginx.conf")
        self.write(servers, workers)
        self.process = subprocess.Popen(["nginx", "-c", self.file, "-p", folder, "-e", os.path.join(folder, "error.log")],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def write(self, servers, workers=1):
        kept = "".join(f"{kind}_temp_path {self.folder}/t{number};" for number, kind in
                       enumerate(("client_body", "proxy", "fastcgi", "uwsgi", "scgi")))
        user = "user root;" if os.geteuid() == 0 else ""
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(f"daemon off; {user} worker_processes {workers}; pid {self.folder}/pid;\n"
                       "events { worker_connections 4096; }\n"
                       f"http {{ access_log off; {kept} types {{ text/html html; }} charset utf-8;\n"
                       "server_names_hash_max_size 65536; server_names_hash_bucket_size 128;\n"
                       f"root {self.folder};\n{servers}\n}}\n")

    def await_port(self, address, port, patience=10):
        until = time.monotonic() + patience
        while True:
            try:
                socket.create_connection((address, port), 1).close()
                return
            except OSError:
                if time.monotonic() > until or self.process.poll() is not None:
                    with open(os.path.join(self.folder, "error.log"), encoding="utf-8") as log:
                        raise RuntimeError("nginx does not come: " + log.read()[-300:]) from None
                time.sleep(0.02)

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Badly:
    """A server that does with each connection what a function says: behave(connection, request). `request` is the first
    that came, unless `deaf`."""

    def __init__(self, behave, address="127.0.0.1", deaf=False):
        self.behave, self.deaf, self.requests = behave, deaf, []
        self.socket = socket.create_server((address, 0), backlog=64)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.one, args=(connection,), daemon=True).start()

    def one(self, connection):
        with contextlib.suppress(OSError), connection:
            request = b"" if self.deaf else connection.recv(65536)
            self.requests.append(request)
            self.behave(connection, request)

    def close(self):
        self.socket.close()
