"""drills.py - what the tests and the bench of restore drills share: repositories of a real restic, and the probe."""
import json
import os
import shutil
import subprocess

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
PROBE = os.path.join(ROOT, "build", "tests", "live", "drill_probe")


class Drills:
    """A folder with a source, a repository of it, a place for drills, and a key."""

    def __init__(self, folder, probe=PROBE):
        self.folder, self.probe = folder, probe
        self.source, self.repository, self.scratch = (os.path.join(folder, name) for name in
                                                      ("source", "repository", "scratch"))
        self.key, self.certificate = os.path.join(folder, "key"), os.path.join(folder, "certificate.json")
        self.password = os.path.join(folder, "password")
        os.makedirs(self.source)
        os.makedirs(self.scratch, mode=0o700)
        with open(self.password, "w", encoding="ascii", opener=private) as file:
            file.write("correct horse\n")

    def restic(self, *words):
        done = subprocess.run(["restic", "-q", "--no-cache", "-r", self.repository, "-p", self.password, *words],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"restic {words[0]}: {done.stderr}")
        return done.stdout

    def backup(self, *words):
        """Backs up; the id of the snapshot, and its host, as the probe wants them."""
        self.restic("backup", *words)
        newest = json.loads(self.restic("snapshots", "--json", "--no-lock"))[-1]
        return ["--id", newest["id"], "--host", newest["hostname"]]

    def borg(self, *words):
        return subprocess.run(["borg", *words], capture_output=True, text=True, check=True,
                              env={**os.environ, "BORG_PASSPHRASE": "correct horse", "BORG_BASE_DIR": self.folder})

    def file(self, name, content):
        """Writes a file of the source; its path."""
        path = os.path.join(self.source, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
        return path

    def words(self, *words, tool="restic"):
        return [self.probe, tool, self.repository, "--password-file", self.password, "--scratch", self.scratch, *words]

    def drill(self, *words, tool="restic"):
        """A drill with its certificate; the report, "phases" added."""
        done = subprocess.run(self.words("--progress", "--key", self.key, "--certificate", self.certificate, *words,
                                         tool=tool), capture_output=True, text=True, check=False)
        lines = done.stdout.splitlines()
        if done.returncode != 0 or not lines or not lines[-1].startswith("{"):
            raise RuntimeError(f"the probe ended with {done.returncode}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
        report = json.loads(lines[-1])
        report["phases"] = sorted({int(line.split()[0]) for line in lines[:-1]})
        report["progress"] = [line.split() for line in lines[:-1]]
        return report

    def verify(self, *words, stdin=None):
        """verify-certificate; (exit code, output)."""
        done = subprocess.run([self.probe, "verify-certificate", *words], capture_output=True, text=True, input=stdin,
                              check=False)
        return done.returncode, done.stdout + done.stderr

    def left(self):
        """What is in the scratch place."""
        return sorted(os.listdir(self.scratch))

    def remove(self):
        shutil.rmtree(self.folder)


def private(path, flags):
    return os.open(path, flags, 0o600)


def sizes(folder):
    """How many plain files are in a folder, and their bytes."""
    found = [os.lstat(os.path.join(where, name)) for where, _, names in os.walk(folder) for name in names]
    plain = [one.st_size for one in found if one.st_mode & 0o170000 == 0o100000]
    return len(plain), sum(plain)
