"""many_sites.py - thousands of sites for benches: one nginx, a name server of ours that the system asks."""
import os
import subprocess
import sys

from alone import INSIDE
from dns import Dns
from web_site import Authority, Nginx

ZONE = "sites.test"


def enter():
    """Namespaces of our own, in which the system's name server is ours."""
    if os.environ.get(INSIDE):
        return
    os.execvpe("unshare", ["unshare", "-n", "-m", sys.executable, *sys.argv], {**os.environ, INSIDE: "1"})


def address_of(i):
    return f"127.10.{i // 250}.{i % 250 + 1}"


class World:
    def __init__(self, folder, sites):
        self.folder = folder
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        names = {f"s{i}.{ZONE}": {"A": [address_of(i)]} for i in range(sites)}
        names[ZONE] = {"NS": ["ns1.host.test", "ns2.host.test"]}
        self.dns = Dns(names, "127.0.0.53", port=53)
        resolver = os.path.join(folder, "resolv.conf")
        with open(resolver, "w", encoding="ascii") as file:
            file.write("nameserver 127.0.0.53\n")
        subprocess.run(["mount", "--bind", resolver, os.path.realpath("/etc/resolv.conf")], check=True)
        authority = Authority(folder)
        pem, key = authority.sign("sites", ["*." + ZONE])
        self.ca = authority.file
        with open(os.path.join(folder, "index.html"), "w", encoding="utf-8") as file:
            file.write("<html><title>Town hall</title>" +
                       "".join(f"<p>News number {i}: the town hall is open on day {i * 7919 % 365}.</p>\n" for i in range(330)))
        half = [" ".join(f"s{i}.{ZONE}" for i in range(first, sites, 2)) for first in (0, 1)]
        self.nginx = Nginx(folder, "gzip on; gzip_types text/html;\n"
                           f"server {{ listen 8080 backlog=1024; server_name {half[0]}; }}\n"
                           f"server {{ listen 8443 ssl http2 backlog=1024; server_name {half[1]};"
                           f" ssl_certificate {pem}; ssl_certificate_key {key}; }}\n")
        self.nginx.await_port("127.0.0.1", 8443)
        self.urls = [f"{('http', 'https')[i % 2]}://s{i}.{ZONE}:{(8080, 8443)[i % 2]}/" for i in range(sites)]
        self.list = os.path.join(folder, "list")
        with open(self.list, "w", encoding="ascii") as file:
            file.write("".join(url + "\n" for url in self.urls))
