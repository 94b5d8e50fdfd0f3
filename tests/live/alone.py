"""alone.py - a network namespace of their own for live tests that need no second machine."""
import os
import shutil
import subprocess
import sys

INSIDE = "HINOMI_IN_NET"  # in the environment: we are in the namespace


def enter(programs, addresses=()):
    """Begins this program anew in a namespace, where loopback is up and has the addresses besides. Why it cannot be, or
    None when this is it."""
    if os.environ.get(INSIDE):
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        for address in addresses:
            subprocess.run(["ip", "addr", "add", address, "dev", "lo"], check=True)
        return None
    if os.geteuid() != 0:
        return "not root"
    for program in (*programs, "unshare", "ip"):
        if not shutil.which(program):
            return f"no {program}"
    if subprocess.run(["unshare", "-n", "true"], capture_output=True, check=False).returncode != 0:
        return "network namespaces are not allowed here"
    os.execvpe("unshare", ["unshare", "-n", sys.executable, *sys.argv], {**os.environ, INSIDE: "1"})
    return None
