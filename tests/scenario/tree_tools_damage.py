"""tree_tools_damage.py - what gpg, openssl, 7z, zip, age, ccrypt and shred do to files of a tree of tree_tools.py.

Each is a function of the tree and the share of all files, and says how many files it damaged. The programs run on copies in a
folder of ours only.
"""
import os
import subprocess

from tree_tools import bench

BLOCK = 4096


# --- whom it hits ---

def left(tree):
    """What no earlier day hit."""
    return sorted(set(tree.files) - getattr(tree, "hit", set()))


def by_chance(tree, share):
    paths = left(tree)
    return tree.random.sample(paths, min(len(paths), round(share * len(tree.files))))


def walking(tree, share):
    """Folder after folder from somewhere on."""
    paths = sorted(tree.files)
    at = tree.random.randrange(len(paths))
    return (paths[at:] + paths[:at])[:round(share * len(paths))]


def ordered(key, reverse=False):
    def chosen(tree, share):
        return sorted(left(tree), key=lambda path: key(tree, path), reverse=reverse)[:round(share * len(tree.files))]
    return chosen


oldest = ordered(lambda tree, path: tree.files[path].time)
largest = ordered(lambda tree, path: tree.files[path].size, True)


def one_place(tree, share):
    """One person's or one department's things only: the place whose size is nearest."""
    places = {}
    for path in sorted(tree.files):
        places.setdefault("/".join(path.split("/")[:4]) if path.count("/") > 3 else path.rpartition("/")[0], []).append(path)
    wanted = share * len(tree.files)
    best = min(places.values(), key=lambda inside: abs(len(inside) - wanted))
    return best[:max(1, round(wanted))]


# --- with programs ---

def program(words, tail, choose=by_chance, keep_name=False, keep_time=False, inputs=None):
    """Each file through a program that writes IN to OUT; then the plain one goes."""
    def damage(tree, share):
        paths = choose(tree, share)
        with bench(tree, paths) as b:
            prepare(b)
            for path in paths:
                place = b.path(path)
                before = os.stat(place)
                command = [word.replace("IN", place).replace("OUT", place + tail).replace("HOME", b.folder + ".home") for word in words]
                if not b.run(*command, at=os.path.dirname(path)) or not os.path.exists(place + tail):
                    raise SystemExit(f"{command} failed")
                if os.path.exists(place):
                    os.unlink(place)
                if keep_name:
                    os.rename(place + tail, place)
                if keep_time:
                    os.utime(place + ("" if keep_name else tail), ns=(before.st_mtime_ns, before.st_mtime_ns))
        return len(paths)
    return damage


def prepare(b):
    with open(b.folder + ".home/key", "w", encoding="ascii") as out:
        out.write("correct horse battery")
    if not os.path.exists(b.folder + ".home/age"):
        b.run("age-keygen", "-o", b.folder + ".home/age")
        with open(b.folder + ".home/age", encoding="ascii") as file:
            recipient = next(line.split(": ")[1].strip() for line in file if "public key" in line)
        with open(b.folder + ".home/recipient", "w", encoding="ascii") as out:
            out.write(recipient + "\n")


OPENSSL = ("openssl", "enc", "-pbkdf2", "-iter", "2", "-k", "secret")
CTR = ("openssl", "enc", "-aes-256-ctr", "-K", "00112233445566778899aabbccddeeff" * 2, "-iv")


def in_place(words_of, choose=by_chance, keep_time=False):
    """Each file by a program that works in place."""
    def damage(tree, share):
        paths = choose(tree, share)
        with bench(tree, paths) as b:
            prepare(b)
            for path in paths:
                place = b.path(path)
                before = os.stat(place).st_mtime_ns
                b.run(*words_of(b, place))
                if keep_time and os.path.exists(place):
                    os.utime(place, ns=(before, before))
        return len(paths)
    return damage


def ctr(choose=by_chance, keep_time=False, tail="", pieces=None):
    """AES in counter mode by openssl, over all of a file or over pieces of it, with a nonce for each file."""
    def damage(tree, share):
        paths = choose(tree, share)
        with bench(tree, []) as b:
            for path in paths:
                entry, data = tree.files[path], tree.read(path)
                done = subprocess.run([*CTR, f"{tree.random.randrange(2**128):032x}"], input=data, capture_output=True, env=b.env, check=True).stdout
                if pieces:
                    mixed = bytearray(data)
                    for begin, length in pieces(len(data)):
                        mixed[begin:begin + length] = done[begin:begin + length]
                    done = bytes(mixed)
                tree.write(path, done, entry.time if keep_time else None)
                tree.rename(path, path + tail)
        return len(paths)
    return damage


def each_block(nth):
    return lambda size: [(at, BLOCK) for at in range(0, size, BLOCK * nth)]


def folder_sealed(tree, share):
    """tar and openssl: each folder becomes one file."""
    paths = walking(tree, share)
    with bench(tree, paths) as b:
        for number, folder in enumerate(sorted({path.rpartition("/")[0] for path in paths})):
            names = [path.rpartition("/")[2] for path in paths if path.rpartition("/")[0] == folder]
            b.run("tar", "czf", "../x.tar.gz", *names, at=folder)
            for name in names:
                os.unlink(b.path(f"{folder}/{name}"))
            b.run(*OPENSSL, "-aes-256-cbc", "-in", "../x.tar.gz", "-out", f"data{number}.bin", at=folder)
            b.run("rm", "-f", "../x.tar.gz", at=folder)
    return len(paths)


def then_packed(tree, share):
    """Encrypted, then through gzip: valid outside, noise inside."""
    paths = by_chance(tree, share)
    with bench(tree, paths) as b:
        for path in paths:
            place = b.path(path)
            b.run(*OPENSSL, "-aes-256-cbc", "-in", place, "-out", place + ".x")
            os.rename(place + ".x", place)
            b.run("gzip", "-n", place)
    return len(paths)


def renamed(tail):
    def damage(tree, share):
        paths = by_chance(tree, share)
        for path in paths:
            tree.rename(path, path + tail)
        return len(paths)
    return damage


def names_of_chance(tree, share):
    paths = by_chance(tree, share)
    for path in paths:
        tree.rename(path, f"{path.rpartition('/')[0]}/{tree.random.randrange(16**12):012x}")
    return len(paths)


def deleted(choose):
    def damage(tree, share):
        paths = choose(tree, share)
        for path in paths:
            del tree.files[path]
        return len(paths)
    return damage


def each(make, choose=by_chance, keep_time=False):
    def damage(tree, share):
        paths = choose(tree, share)
        for path in paths:
            tree.write(path, make(tree, tree.read(path)), tree.files[path].time if keep_time else None)
        return len(paths)
    return damage


def key_of_sixteen(tree, data):
    key = tree.random.randbytes(16)
    return bytes(c ^ key[i & 15] for i, c in enumerate(data))


def into_container(tree, share):
    """All that is hit moves into one new container without a header (VeraCrypt)."""
    paths = by_chance(tree, share)
    size = sum(tree.files[path].size for path in paths)
    for path in paths:
        del tree.files[path]
    tree.write("/var/tmp/volume", tree.random.randbytes(size + 300_000))
    return len(paths)


GPG = ("gpg", "--batch", "--quiet", "--yes", "--s2k-mode", "1", "--pinentry-mode", "loopback", "--passphrase", "secret", "-o", "OUT", "-c", "IN")
SEVEN = ("7z", "a", "-y", "-mx=1", "-psecret")

AT_ONCE = {
    "gpg -c": program(GPG, ".gpg"),
    "gpg -c, names and times kept": program(GPG, ".gpg", keep_name=True, keep_time=True),
    "openssl cbc, .enc": program((*OPENSSL, "-aes-256-cbc", "-in", "IN", "-out", "OUT"), ".enc"),
    "openssl cbc, names kept": program((*OPENSSL, "-aes-256-cbc", "-in", "IN", "-out", "OUT"), ".x", keep_name=True),
    "openssl base64, names kept": program((*OPENSSL, "-a", "-aes-256-cbc", "-in", "IN", "-out", "OUT"), ".x", keep_name=True),
    "openssl ecb, no salt, names kept": program(("openssl", "enc", "-aes-128-ecb", "-nosalt", "-K", "0f" * 16, "-in", "IN", "-out", "OUT"), ".x", keep_name=True),
    "7z, list of names hidden": program((*SEVEN, "-mhe=on", "OUT", "IN"), ".7z"),
    "7z, unknown ending": program((*SEVEN, "-t7z", "-mhe=on", "OUT", "IN"), ".qqz"),
    "zip with AES by 7z": program((*SEVEN, "-tzip", "-mem=AES256", "OUT", "IN"), ".zip"),
    "zip -e": program(("zip", "-q", "-j", "-P", "secret", "OUT", "IN"), ".zip"),
    "age": program(("age", "-R", "HOME/recipient", "-o", "OUT", "IN"), ".age"),
    "ccrypt": in_place(lambda b, p: ("ccrypt", "-q", "-e", "-k", b.folder + ".home/key", p)),
    "shred once": in_place(lambda b, p: ("shred", "-x", "-n", "1", p)),
    "shred with zeros": in_place(lambda b, p: ("shred", "-x", "-n", "0", "-z", p), keep_time=True),
    "chance, times kept": each(lambda tree, data: tree.random.randbytes(len(data)), keep_time=True),
    "cut to half": each(lambda tree, data: data[:len(data) // 2]),
    "ctr, names kept": ctr(),
    "ctr, sizes and times kept": ctr(keep_time=True),
    "ctr, each 16th block": ctr(pieces=each_block(16)),
    "ctr, each 64th block, .dat": ctr(pieces=each_block(64), tail=".dat"),
    "ctr, first 512 bytes": ctr(pieces=lambda size: [(0, 512)]),
    "ctr, last quarter": ctr(pieces=lambda size: [(size * 3 // 4, size)]),
    "ctr, 32 bytes of 128": ctr(pieces=lambda size: [(at, 32) for at in range(0, size, 128)]),
    "ctr, one place": ctr(choose=one_place),
    "ctr, oldest": ctr(choose=oldest),
    "ctr, largest, first MiB": ctr(choose=largest, pieces=lambda size: [(0, 1 << 20)]),
    "ctr, walking, unknown ending": ctr(choose=walking, tail=".mrk9"),
    "folders by tar and openssl": folder_sealed,
    "encrypted, then gzip": then_packed,
    "renamed, unknown ending": renamed(".mrk9"),
    "renamed, known ending": renamed(".lockbit"),
    "renamed by chance": names_of_chance,
    "into one container": into_container,
    "bits turned": each(lambda tree, data: bytes(c ^ 255 for c in data)),
    "xor with 16 bytes": each(key_of_sixteen),
    "backwards": each(lambda tree, data: data[::-1]),
    "deleted by chance": deleted(by_chance),
    "deleted, walking": deleted(walking),
    "deleted, oldest": deleted(oldest),
    "deleted, largest": deleted(largest),
    "deleted, one place": deleted(one_place),
}
SLOW = {
    "slow: ctr, names kept": ctr(), "slow: ctr, sizes and times kept": ctr(keep_time=True), "slow: openssl, .enc": AT_ONCE["openssl cbc, .enc"],
    "slow: gpg -c": AT_ONCE["gpg -c"], "slow: oldest, ctr": ctr(choose=oldest), "slow: each 16th block": ctr(pieces=each_block(16)),
    "slow: shred with zeros": AT_ONCE["shred with zeros"], "slow: deleted by chance": deleted(by_chance), "slow: renamed": renamed(".mrk9"),
}
