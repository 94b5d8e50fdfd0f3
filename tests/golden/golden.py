"""golden.py - what the golden tests share: running hinomi, matching incidents, counting cases."""
import datetime
import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
SEVERITIES = ["info", "notice", "warning", "high", "critical"]
LEVELS = ["normal", "guarded", "high", "severe"]
TIMEOUT = 300


class Cases:
    """Counts the cases, prints one line for each, and the sum at the end."""

    def __init__(self, label):
        self.label, self.passed, self.failed, self.skipped = label, 0, 0, 0

    def done(self, name, troubles):
        """One case: passed when there are no troubles."""
        if troubles:
            self.failed += 1
            print(f"FAIL {self.label} {name}: " + "; ".join(troubles), flush=True)
        else:
            self.passed += 1
            print(f"ok {self.label} {name}", flush=True)

    def skip(self, name, why):
        self.skipped += 1
        print(f"skip {self.label} {name}: {why}", flush=True)

    def end(self):
        """Prints the sum; the exit code."""
        text = f"{self.passed} passed, {self.failed} failed"
        print(text + (f", {self.skipped} skipped" if self.skipped else ""))
        return 1 if self.failed else 0


class Options:
    """--name VALUE pairs that every golden test understands, and the words that are left."""

    def __init__(self, arguments):
        self.hinomi = os.environ.get("HINOMI", os.path.join(ROOT, "build", "src", "hinomi"))
        self.scenario = os.environ.get(
            "SCENARIO", os.path.join(ROOT, "build", "tests", "scenario", "scenario"))
        self.data = os.environ.get(
            "HINOMI_SHARED_DATA", os.path.join(ROOT, "..", "shared", "data"))
        self.label = ""
        self.no_count = False
        self.words = []
        rest = list(arguments)
        while rest:
            word = rest.pop(0)
            if word == "--no-count":
                self.no_count = True
            elif word in ("--hinomi", "--scenario", "--data", "--label") and rest:
                setattr(self, word[2:], rest.pop(0))
            elif word.startswith("-"):
                sys.exit(f"unknown option {word}")
            else:
                self.words.append(word)
        if not os.access(self.hinomi, os.X_OK):
            sys.exit(f"no program {self.hinomi}: build it, or give --hinomi PATH")

    def captures(self):
        return os.path.join(self.data, "captures")

    def wants(self, name):
        """Whether the words on the command line choose this case."""
        return not self.words or any(word in name for word in self.words)


class Reading:
    """One run of hinomi: its exit code, its incidents, and what is wrong with the run itself."""

    def __init__(self, hinomi, arguments):
        self.incidents, self.troubles = [], []
        self.out, self.err, self.code = b"", "", None
        try:
            run = subprocess.run([hinomi, *arguments], stdin=subprocess.DEVNULL,
                                 capture_output=True, timeout=TIMEOUT, check=False)
        except subprocess.TimeoutExpired:
            self.troubles.append(f"did not end within {TIMEOUT} s")
            return
        self.out, self.code = run.stdout, run.returncode
        self.err = run.stderr.decode("utf-8", "replace")
        if "Sanitizer" in self.err or "runtime error:" in self.err:
            line = next(x for x in self.err.splitlines() if "Sanitizer" in x or "runtime" in x)
            self.troubles.append(f"sanitizer: {line[:200]}")
        if self.code not in (0, 1, 2):
            self.troubles.append(f"ended with {self.code}: {self.err.strip()[-200:]}")

    def parse(self):
        """Reads the incidents from --json."""
        for line in self.out.decode("utf-8", "replace").splitlines():
            try:
                self.incidents.append(json.loads(line))
            except ValueError:
                self.troubles.append(f"not JSON: {line[:80]}")
        if self.code in (0, 1) and (self.code == 1) != bool(self.incidents):
            self.troubles.append(f"exit code {self.code} with {len(self.incidents)} incidents")
        return self


def read(hinomi, files, home="-", workers=None, level="normal"):
    """hinomi read --json on the files."""
    arguments = ["read", *files, "--json", "--level", level]
    if home != "-":
        arguments += ["--home", home]
    if workers is not None:
        arguments += ["--workers", str(workers)]
    return Reading(hinomi, arguments).parse()


def entity_matches(want, entity):
    """Whether an entity of the JSON is one of a|b: an address, a prefix, address:port, many, *."""
    name, kind = entity.get("name") or "", entity.get("kind") or ""
    names = {name, kind}
    if kind == "service":
        names.add(name.rsplit(":", 1)[0].strip("[]"))
    return want == "*" or any(x in names for x in want.split("|"))


def field_matches(want, got):
    return want == "*" or (got or "") in want.split("|")


class Expectation:
    """One expected incident: rule, vector, direction, whom; with ? only allowed."""

    def __init__(self, text, separator=":"):
        self.text = text
        self.required = not text.endswith("?")
        self.rule, self.vector, self.direction, self.whom = \
            text.rstrip("?").split(separator, 3)
        if self.vector == "-":
            self.vector = ""

    def matches(self, incident):
        return field_matches(self.rule, incident["rule"]) and \
            field_matches(self.vector, incident["vector"]) and \
            field_matches(self.direction, incident["direction"]) and \
            entity_matches(self.whom, incident["whom"])


def severity_of(incident):
    return SEVERITIES.index(incident["severity"])


def describe(incident):
    return (f"{incident['rule']}:{incident['vector'] or ''}:{incident['direction']}:"
            f"{incident['whom']['name']} by {incident['who']['name']} ({incident['severity']}, "
            f"{incident['packets']} packets)")


def judge(incidents, expectations, most="notice"):
    """What is wrong: required ones that are missing, one attack told as several, others too loud."""
    troubles = []
    for e in expectations:
        found = [x for x in incidents if e.matches(x)]
        if e.required and not found:
            troubles.append(f"missing {e.text}")
        if len(found) > 1 and "*" not in (e.rule, e.vector):
            troubles.append(f"{len(found)} incidents for one attack {e.text}")
    for x in incidents:
        if not any(e.matches(x) for e in expectations) and \
                severity_of(x) > SEVERITIES.index(most):
            troubles.append(f"unexpected {describe(x)}")
    return troubles


def seconds(text):
    """RFC 3339 in UTC, as seconds since 1970."""
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def off_by(name, got, want, most, unit="s"):
    """A trouble when two numbers are further apart than `most`."""
    if abs(got - want) <= most:
        return []
    return [f"{name} is off by {got - want:+.3f} {unit} (allowed {most:g})"]


def off_by_percent(name, got, want, percent):
    if abs(got - want) <= want * percent / 100:
        return []
    return [f"{name}: {got} instead of {want} ({100 * (got - want) / max(want, 1):+.1f} %, "
            f"allowed {percent} %)"]


def tshark_count(path, display_filter):
    """Packets, first and last time, and distinct senders, as tshark counts them; None without it."""
    if shutil.which("tshark") is None:
        return None
    run = subprocess.run(["tshark", "-n", "-r", path, "-Y", display_filter, "-T", "fields",
                          "-E", "separator=;", "-e", "frame.time_epoch", "-e", "ip.src",
                          "-e", "ipv6.src"], capture_output=True, text=True, check=False)
    rows = [x.split(";") for x in run.stdout.splitlines()]
    times = [float(x[0]) for x in rows] or [0.0]
    return {"packets": len(rows), "first": min(times), "last": max(times),
            "sources": len({x[1] or x[2] for x in rows})}
