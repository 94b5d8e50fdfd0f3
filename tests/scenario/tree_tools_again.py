"""tree_tools_again.py - other places, other days and other damage than in tree_tools*.py, to measure what its mending left."""
import base64
import gzip
import json
import os
import re
import subprocess

import tree as t
import tree_real as r
import tree_tools as w
import tree_tools_damage as h
import tree_tools_days as d
from tree_tools import bench
from tree_tools_days import GIT, has, in_folder, remove, some, walk_files

# --- places ---


def make_developer(tree, part):
    def of(count):
        return max(1, int(count * part))
    home = "/home/kei"
    for name, source, ends in (("parser", "/usr/lib/python3", (".py",)), ("engine", "/usr/include", (".h", ".hpp")), ("editor", "/usr/share/vim", (".vim", ".txt"))):
        w.repository(tree, f"{home}/src/{name}", source, of(170), lambda p, ends=ends: p.endswith(ends))
    r.take(tree, "/usr/share/nodejs", f"{home}/src/shop/node_modules", of(220))
    r.take(tree, "/usr/lib/python3", f"{home}/src/parser/.venv/lib", of(120))
    r.take(tree, "/usr/lib/x86_64-linux-gnu", f"{home}/src/engine/build", of(60), lambda p: p.endswith((".o", ".a")) or ".so" in p)
    r.take(tree, "/usr/share/java", f"{home}/.m2", of(40))
    r.take(tree, "/usr/share/icons", f"{home}/design", of(100), lambda p: p.endswith((".png", ".svg")))
    w.fill(tree, f"{home}/notes", of(90), ["md", "txt", "pdf", "docx", "csv"])
    w.fill(tree, f"{home}/Desktop", of(40), ["png", "jpg", "zip", "pdf"])
    for number in range(of(50)):
        tree.write(f"{home}/fixtures/case{number:03d}.json", json.dumps({"n": number, "t": r.prose(tree.random, 300, 3000).split()}).encode())
    for number in range(of(25)):
        tree.write(f"{home}/.local/share/app/{number:02d}.sqlite", w.base(tree.random, 150))
    for number in range(of(25)):
        tree.write(f"{home}/.password-store/site{number}.gpg", r.gpg(tree, bytes(300), True))
    for number in range(of(60)):
        tree.write(f"{home}/.local/share/Trash/files/{number}.{'txt' if number % 2 else 'png'}", r.plain(tree.random) if number % 2 else t.png(tree.random))
    for number in range(of(40)):
        data = tree.random.randbytes(20_000)
        tree.write(f"{home}/.docker/layers/{number:064x}", gzip.compress(data, mtime=0) if number % 2 else data)


def make_school(tree, part):
    """Web, mail and pupils' things."""
    def of(count):
        return max(1, int(count * part))
    r.take(tree, "/usr/share/doc", "/var/www/school", of(220), lambda p: p.endswith((".html", ".png", ".css", ".js", ".svg", ".jpg")))
    w.fill(tree, "/var/www/school/gallery", of(90), ["jpg", "webp", "png"])
    for name in ("tanaka", "olsen", "brandt"):
        for number in range(of(90)):
            tree.write(f"/var/mail/{name}/cur/17{number:08d}.M{tree.random.randrange(10**6)}.mx:2,S", r.mail(tree.random))
    for name in ("1a", "1b", "2a", "2b", "3a", "先生"):
        w.fill(tree, f"/srv/class/{name}", of(75), ["docx", "odt", "pdf", "jpg", "txt", "xlsx", "png", "PDF"])
    w.music(tree, "/srv/choir", of(40))
    for number in range(of(25)):
        tree.write(f"/var/lib/marks/{number:02d}.db", w.base(tree.random, 200))
    for number in range(of(20)):
        tree.write(f"/var/log/web/site{number}.log", r.log(tree.random))
        tree.write(f"/var/log/web/site{number}.log.1.gz", gzip.compress(r.log(tree.random), mtime=0))
    r.take(tree, "/usr/share/man", "/usr/share/man", of(110))
    r.take(tree, "/usr/share/locale", "/usr/share/locale", of(60))
    r.take(tree, "/etc", "/etc", of(80), lambda p: os.stat(p).st_mode & 4 and "shadow" not in p and "ssl/private" not in p)
    for number in range(of(12)):
        tree.write(f"/srv/dump/{number:02d}.sql.gz", gzip.compress(w.dump(tree.random), mtime=0))


WORLDS = {"developer": make_developer, "school": make_school}


# --- ordinary days ---

def repositories(tree):
    return sorted({p.split(GIT)[0] for p in tree.files if GIT in p})


def branches(tree):
    """A branch on which half of the files are others, then back on the first day's commit."""
    for folder in repositories(tree):
        with bench(tree, tree.below(folder + "/")) as b:
            b.run("git", "checkout", "-q", "HEAD~2", at=folder)
            b.run("git", "checkout", "-qb", "old", at=folder)
            for path in [p for p in walk_files(b) if GIT not in p and "/.venv/" not in p and "/build/" not in p][::3]:
                os.unlink(path)
            b.run("git", "commit", "-qam", "fewer", at=folder)


def cloned(tree):
    w.repository(tree, "/home/kei/src/new", "/usr/share/perl", 150)


def repository_gone(tree):
    for folder in repositories(tree)[:1]:
        remove(tree, tree.below(folder + "/"))


def modules_updated(tree):
    old = some(tree, 0.5, in_folder("/node_modules/"))
    other = some(tree, 1, has(".js"))
    for path in old:
        tree.write(path, tree.read(tree.random.choice(other)) if path.endswith(".js") else tree.read(path).replace(b"1", b"2"))
    remove(tree, some(tree, 0.1, in_folder("/node_modules/")))


def environment_anew(tree):
    remove(tree, some(tree, 1, in_folder("/.venv/")))
    r.take(tree, "/usr/lib/python3", "/home/kei/src/parser/.venv/lib", 90)


def build_cleaned(tree):
    remove(tree, some(tree, 1, in_folder("/build/")))


def stripped(tree):
    """strip over what was built."""
    with bench(tree, some(tree, 1, in_folder("/build/"))) as b:
        for path in list(walk_files(b)):
            b.run("strip", "-g", path)


def precompressed(tree):
    for path in some(tree, 1, lambda p: p.startswith(("/var/www/", "/home/kei/src/shop")) and p.endswith((".html", ".css", ".js", ".svg"))):
        tree.write(path + ".gz", gzip.compress(tree.read(path), mtime=0))


def licence_changed(tree):
    for path in some(tree, 1, has(".py", ".h", ".hpp", ".vim", ".js", ".css")):
        tree.write(path, b"# SPDX-License-Identifier: Apache-2.0\n" + tree.read(path).replace(b"\t", b"    "))


def drawn_to_pixels(tree):
    """Drawings packed as svgz, pictures to sixteen colours."""
    with bench(tree, some(tree, 1, has(".svg"))) as b:
        for path in list(walk_files(b)):
            b.run("gzip", "-S", "z", path)
    for path in some(tree, 1, has(".png")):
        try:
            image = w.Image.open(w.io.BytesIO(tree.read(path)))
            tree.write(path, w.saved(image.convert("RGBA").quantize(16, method=2), "PNG"))
        except (OSError, SyntaxError, ValueError):
            continue


def archives_repacked(tree):
    """jar and zip with another strength."""
    with bench(tree, some(tree, 1, has(".jar", ".zip"))) as b:
        for path in list(walk_files(b)):
            if b.run("7z", "x", "-y", "-ox", path) and os.path.isdir(b.path("/x")):
                os.unlink(path)
                b.run("zip", "-q", "-r", "-1", path, ".", at="/x")
                b.run("rm", "-rf", "x")


def manuals_repacked(tree):
    for path in some(tree, 1, lambda p: p.endswith(".gz") and p.startswith("/usr/share/man")):
        tree.write(path, gzip.compress(gzip.decompress(tree.read(path)), 1, mtime=0))


def trash_emptied(tree):
    remove(tree, some(tree, 1, in_folder("/Trash/")))


def desk_cleared(tree):
    remove(tree, some(tree, 0.7, in_folder("/Desktop/")))


def store_rekeyed(tree):
    for path in some(tree, 1, has(".gpg")):
        tree.write(path, r.gpg(tree, bytes(310), True))


def home_renamed(tree):
    for path in [p for p in tree.files if p.startswith(("/home/kei/", "/srv/class/"))]:
        tree.rename(path, path.replace("/home/kei/", "/home/keiko/").replace("/srv/class/", "/srv/2024/class/"))


def json_pretty(tree):
    for path in some(tree, 1, has(".json")):
        try:
            tree.write(path, json.dumps(json.loads(tree.read(path)), indent=2).encode())
        except ValueError:
            continue


def json_packed(tree):
    with bench(tree, some(tree, 0.9, in_folder("/fixtures/"))) as b:
        for path in list(walk_files(b)):
            b.run("zstd", "-q", "--rm", path)


def layers_pruned(tree):
    remove(tree, some(tree, 0.6, in_folder("/.docker/")))
    for number in range(20):
        tree.write(f"/home/kei/.docker/layers/{tree.random.randrange(16**64):064x}", tree.random.randbytes(30_000))


def restic_twice(tree):
    """A real restic repository beside the files, then a second run, and what is old is pruned."""
    with bench(tree, some(tree, 0.2, has(".docx", ".md", ".pdf", ".txt"))) as b:
        b.env["RESTIC_PASSWORD"] = "x"
        b.run("restic", "-q", "-r", "repo", "init")
        b.run("restic", "-q", "-r", "repo", "backup", "home", "srv")
        b.run("restic", "-q", "-r", "repo", "backup", "home")
        b.run("restic", "-q", "-r", "repo", "forget", "--keep-last", "1", "--prune")


def site_rebuilt(tree):
    for path in some(tree, 1, lambda p: p.startswith("/var/www/") and p.endswith(".html")):
        tree.write(path, b"<!DOCTYPE html><!-- generated -->\n" + re.sub(rb">\s+<", b"><", tree.read(path)) + b"<footer>2024</footer>\n")


def to_maildir_archive(tree):
    """Mail of one person into one packed mailbox."""
    for name in ("brandt", "olsen"):
        paths = sorted(tree.below(f"/var/mail/{name}/"))[:60]
        if paths:
            tree.write(f"/var/mail/{name}.2023.mbox.gz", gzip.compress(b"".join(b"From x\n" + tree.read(p) for p in paths), mtime=0))
            remove(tree, paths)


def mail_answered(tree):
    for path in some(tree, 0.5, in_folder("/var/mail/")):
        tree.rename(path, path + "R")


def spam_deleted(tree):
    remove(tree, some(tree, 0.35, in_folder("/var/mail/tanaka/")))


def class_leaves(tree):
    remove(tree, some(tree, 1, in_folder("/srv/class/3a/")))


def classes_move_up(tree):
    for path in some(tree, 1, in_folder("/srv/class/2", "/srv/class/1")):
        tree.rename(path, re.sub(r"/class/(\d)", lambda m: f"/class/{int(m[1]) + 1}", path, count=1) if not re.search("/class/2", path)
                    else path.replace("/class/2", "/class/3new-"))


def gallery_shrunk(tree):
    for path in some(tree, 1, lambda p: "/gallery/" in p and p.endswith((".jpg", ".webp"))):
        image = w.Image.open(w.io.BytesIO(tree.read(path))).convert("RGB")
        tree.write(path, w.saved(image.resize((image.width // 3, image.height // 3)), "WEBP" if path.endswith("webp") else "JPEG", quality=60))


def papers_signed(tree):
    """An increment behind each paper, as signing does (ISO 32000-1, 7.5.6)."""
    for path in some(tree, 1, has(".pdf")):
        data = tree.read(path)
        tree.write(path, data + b"\n99 0 obj\n<</Type/Sig/Contents<" + tree.random.randbytes(2000).hex().encode() + b">>>\nendobj\nxref\n0 1\n0000000000 65535 f \n"
                   b"trailer\n<</Size 100/Root 1 0 R/Prev 9>>\nstartxref\n%d\n%%%%EOF\n" % (len(data) + 5000))


def certificates(tree):
    for number in range(12):
        tree.write(f"/etc/ssl/site/{number}.pem", b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(tree.random.randbytes(900)) + b"-----END CERTIFICATE-----\n")
        tree.write(f"/etc/ssl/site/{number}.der", b"\x30\x82\x03\x84" + tree.random.randbytes(900))


def marks_exported(tree):
    with bench(tree, some(tree, 1, has(".db"))) as b:
        for path in list(walk_files(b)):
            with open(path + ".sql", "wb") as out:
                b.run("sqlite3", path, ".dump", stdout=out)


def recordings_come(tree):
    w.music(tree, "/srv/choir/concert", 30)


def homework_locked(tree):
    """Sixteen papers in a zip with a password, by a teacher, originals gone."""
    paths = some(tree, 1, in_folder("/class/先生/", "/notes/"))[:16]
    with bench(tree, paths) as b:
        names = sorted(p[len(b.folder) + 1:] for p in walk_files(b))
        b.run("zip", "-q", "-m", "-P", "x", "locked.zip", *names)


DAYS = [branches, cloned, repository_gone, modules_updated, environment_anew, build_cleaned, stripped, precompressed, licence_changed, drawn_to_pixels,
        archives_repacked, manuals_repacked, trash_emptied, desk_cleared, store_rekeyed, home_renamed, json_pretty, json_packed, layers_pruned,
        restic_twice, site_rebuilt, to_maildir_archive, mail_answered, spam_deleted, class_leaves, classes_move_up, gallery_shrunk, papers_signed,
        certificates, marks_exported, recordings_come, homework_locked]
life = d.life


# --- damage ---

def ends(*endings):
    def chosen(tree, share):
        paths = [path for path in h.left(tree) if path.endswith(endings)]
        return tree.random.sample(paths, min(len(paths), round(share * len(tree.files))))
    return chosen


newest = h.ordered(lambda tree, path: tree.files[path].time, True)
smallest = h.ordered(lambda tree, path: tree.files[path].size)


def cms(tree, share):
    """openssl cms in PEM, to a certificate made for it."""
    paths = h.by_chance(tree, share)
    with bench(tree, paths) as b:
        b.run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-keyout", b.folder + ".home/k", "-out", b.folder + ".home/c")
        for path in paths:
            place = b.path(path)
            b.run("openssl", "cms", "-encrypt", "-binary", "-aes256", "-outform", "PEM", "-in", place, "-out", place + ".x", b.folder + ".home/c")
            os.rename(place + ".x", place)
    return len(paths)


def holes(tree, share):
    """fallocate makes a hole of the middle half; times kept."""
    return h.each(lambda tree, data: data[:len(data) // 4] + bytes(len(data) // 2) + data[len(data) // 4 + len(data) // 2:], keep_time=True)(tree, share)


def shuffled(tree, data):
    pieces = [data[i:i + 512] for i in range(0, len(data), 512)]
    tree.random.shuffle(pieces)
    return b"".join(pieces)


def substituted(tree, data):
    table = bytearray(range(256))
    tree.random.shuffle(table)
    return data.translate(bytes(table))


def stream(tree, data):
    return tree.random.randbytes(len(data) + 32)


def coded(how):
    return h.each(lambda tree, data: how(stream(tree, data)))


def on_day(day, damage):
    def both(tree, share):
        getattr(d, day)(tree) if hasattr(d, day) else globals()[day](tree)
        return damage(tree, share)
    return both


def mixed(*damages):
    def all_of_them(tree, share):
        tree.hit, count = set(), 0
        for damage in damages:
            before = dict(tree.files)
            count += damage(tree, share / len(damages))
            tree.hit |= {path for path, entry in tree.files.items() if before.get(path) is not entry}
        return count
    return all_of_them


def named(make, damage):
    """Names change, too."""
    def both(tree, share):
        before = dict(tree.files)
        count = damage(tree, share)
        for path in [path for path, entry in tree.files.items() if before.get(path) is not entry]:
            folder, _, name = path.rpartition("/")
            tree.rename(path, f"{folder}/{make(tree, name)}")
        return count
    return both


def folder_moved(tree, share):
    """Encrypted and moved below another folder, names kept."""
    paths = h.walking(tree, share)
    for path in paths:
        tree.write(path, stream(tree, tree.read(path)))
        tree.rename(path, "/srv/.hold" + path)
    return len(paths)


def packed_first(tree, share):
    return named(lambda tree, name: name.rsplit(".", 1)[0] + ".kx", h.each(lambda tree, data: tree.random.randbytes(len(gzip.compress(data, 1)) + 16)))(tree, share)


def one_binary(tree, share):
    with open("/usr/bin/true", "rb") as file:
        program = file.read()
    return h.each(lambda tree, data: program)(tree, share)


def with_program(words):
    """A stream through a program."""
    def make(tree, data):
        return subprocess.run(words, input=data, capture_output=True, check=True).stdout
    return make


chance = h.each(lambda tree, data: stream(tree, data))
AT_ONCE = {
    "chacha20 by openssl": h.each(with_program(("openssl", "enc", "-chacha20", "-pbkdf2", "-iter", "1", "-k", "x"))),
    "camellia, names in front": named(lambda tree, name: "LOCK_" + name, h.each(with_program(("openssl", "enc", "-camellia-256-cbc", "-pbkdf2", "-iter", "1", "-k", "x")))),
    "openssl cms, PEM": cms,
    "base32 of noise": coded(lambda data: base64.b32encode(data)),
    "hexadecimal in small letters": coded(lambda data: data.hex().encode()),
    "uuencoded noise": coded(lambda data: b"begin 644 x\n" + b"".join(__import__("binascii").b2a_uu(data[i:i + 45]) for i in range(0, len(data), 45)) + b"`\nend\n"),
    "first third": h.each(lambda tree, data: tree.random.randbytes(len(data) // 3) + data[len(data) // 3:]),
    "64 bytes of 256": h.each(lambda tree, data: b"".join(tree.random.randbytes(len(data[i:i + 64])) + data[i + 64:i + 256] for i in range(0, len(data), 256))),
    "4 KiB in the middle": h.each(lambda tree, data: data[:len(data) // 2] + tree.random.randbytes(min(4096, len(data) - len(data) // 2)) + data[len(data) // 2 + 4096:]),
    "holes, times kept": holes,
    "first 4 KiB zeros, times kept": h.each(lambda tree, data: bytes(min(4096, len(data))) + data[4096:], keep_time=True),
    "pieces of 512 bytes shuffled": h.each(shuffled),
    "letters exchanged": h.each(substituted),
    "xor with 256 bytes": h.each(lambda tree, data: (int.from_bytes(data, "big") ^ int.from_bytes((tree.random.randbytes(256) * (len(data) // 256 + 1))[:len(data)], "big")).to_bytes(len(data), "big")),
    "one program instead": one_binary,
    "one byte left": h.each(lambda tree, data: data[:1]),
    "packed first, other ending": packed_first,
    "mark in the name": named(lambda tree, name: f"[recover@x.example] {name}", chance),
    "a number of its own behind": named(lambda tree, name: f"{name}.{{{tree.random.randrange(16**12):012X}}}", chance),
    "moved and encrypted, walking": folder_moved,
    "newest": h.each(lambda tree, data: stream(tree, data), choose=newest),
    "smallest": h.each(lambda tree, data: stream(tree, data), choose=smallest),
    "code only": h.each(lambda tree, data: stream(tree, data), choose=ends(".py", ".h", ".js", ".css", ".html", ".vim")),
    "pictures only": h.each(lambda tree, data: stream(tree, data), choose=ends(".jpg", ".png", ".webp", ".svg")),
    "on a day of touching": on_day("touched", chance),
    "on a day of saving letters": on_day("letters_saved", chance),
    "on a day of restoring": on_day("restored", chance),
    "on a day of smaller pictures": on_day("shrunk", chance),
    "on a day of branches": on_day("branches", chance),
    "deleted on a day of branches": on_day("branches", h.deleted(h.by_chance)),
    "deleted on a day of packing": on_day("year_packed", h.deleted(h.by_chance)),
    "half encrypted, half deleted": mixed(chance, h.deleted(h.by_chance)),
    "half renamed, half zeros": mixed(h.renamed(".q7q"), h.each(lambda tree, data: bytes(len(data)))),
    "deleted, newest": h.deleted(newest),
    "deleted, smallest": h.deleted(smallest),
    "deleted by chance": h.deleted(h.by_chance),
    "deleted, walking": h.deleted(h.walking),
    "renamed to numbers": named(lambda tree, name: f"{tree.random.randrange(10**9)}.dat", h.each(lambda tree, data: data)),
}
SLOW = {
    "slow: walking": h.each(lambda tree, data: stream(tree, data), choose=h.walking), "slow: base32": AT_ONCE["base32 of noise"],
    "slow: half encrypted, half deleted": AT_ONCE["half encrypted, half deleted"], "slow: zip -e": h.AT_ONCE["zip -e"],
    "slow: one byte left": AT_ONCE["one byte left"], "slow: deleted, walking": h.deleted(h.walking),
    "slow: first third": AT_ONCE["first third"],
}
