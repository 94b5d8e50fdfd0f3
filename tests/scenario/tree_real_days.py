"""tree_real_days.py - ordinary days on a tree of tree_real.py: what people and their programs do with thousands of files."""
import base64
import gzip
import lzma
import re
import sqlite3
import zlib

import tree as t
import tree_real as r

GIT = "/.git/"


def some(tree, share, fits=lambda path: True):
    """By chance a share of those that fit."""
    paths = sorted(path for path in tree.files if fits(path))
    return tree.random.sample(paths, round(share * len(paths)))


def top(tree, fits, most):
    """Folders, two names below the top of people's things, in which are the most files that fit; up to a share of all."""
    folders = {}
    for path in sorted(path for path in tree.files if fits(path)):
        folders.setdefault(path.rpartition("/")[0], []).append(path)
    room, paths = most * len(tree.files), []
    for _, inside in sorted(folders.items(), key=lambda pair: -len(pair[1])):
        if len(inside) <= room:
            room -= len(inside)
            paths += inside
    return paths


def has(*endings):
    return lambda path: path.endswith(endings) and GIT not in path


def remove(tree, paths):
    for path in paths:
        del tree.files[path]


def revise(tree, path):
    """The same file, later: some of its lines are others, or it is made anew by its program."""
    make = r.MAKERS.get(r.ending(path))
    data = tree.read(path)
    try:
        lines = data.decode().split("\n")
    except UnicodeDecodeError:
        lines = None
    if lines and len(lines) > 3:
        for _ in range(1 + len(lines) // 20):
            lines[tree.random.randrange(len(lines))] = r.prose(tree.random, 60, 61).replace("\n", " ")
        tree.write(path, "\n".join(lines).encode())
    elif make:
        tree.write(path, make(tree.random))
    elif data[:3] == b"\x1f\x8b\x08":
        tree.write(path, gzip.compress(r.plain(tree.random), mtime=0))


def life(tree):
    """What happens each day."""
    for path in some(tree, 0.006, lambda path: GIT not in path and not path.endswith((".JPG", ".mp3", ".gz"))):
        revise(tree, path)
    for path in some(tree, 0.002, has("docx", "txt", "xlsx", "jpg", "JPG", "html")):
        make = r.MAKERS[r.ending(path)]
        tree.write(path.replace(".", f"-{tree.random.randrange(999)}.", 1), make(tree.random))
    remove(tree, some(tree, 0.001))
    for path in some(tree, 1, has(".log")):
        tree.write(path, tree.read(path) + r.log(tree.random, 40))


def upgrade(tree):
    """Packages in new versions: two fifths of what they brought is replaced, some is gone, some is new."""
    for path in some(tree, 0.4, lambda p: p.startswith(("/usr/", "/home/mika/code/tool"))):
        if tree.random.random() < 0.06:
            tree.rename(path, re.sub(r"(\d)(?=[^/]*$)", lambda m: str((int(m[1]) + 1) % 10), path) + ("" if re.search(r"\d[^/]*$", path) else ".1"))
        elif tree.random.random() < 0.04:
            del tree.files[path]
        else:
            revise(tree, path)


def branch(tree):
    """git checkout of another branch, in all repositories."""
    for path in some(tree, 0.7, lambda p: p.startswith(("/srv/git/", "/home/mika/code/")) and GIT not in p):
        chance = tree.random.random()
        if chance < 0.25:
            del tree.files[path]
        elif chance < 0.4:
            tree.write(path.rpartition("/")[0] + f"/other{tree.random.randrange(10**5)}.py", tree.read(path) + b"# other\n")
        else:
            revise(tree, path)
    for path in [p for p in tree.files if p.endswith("/.git/HEAD")]:  # as git does
        tree.write(path, b"ref: refs/heads/other\n")


def photos_come(tree):
    """From a camera, and those of last time get the day into their names."""
    for number in range(180):
        tree.write(f"/home/mika/Pictures/2025/05/IMG_{number:06d}.JPG", r.photo(tree.random))
    for path in some(tree, 1, lambda p: "/Pictures/2024/" in p or "/keiri/2024/" in p):
        folder, _, name = path.rpartition("/")
        tree.rename(path, f"{folder}/2024-0{tree.random.randrange(1, 9)}-11_{name}")


def renamed_by_day(tree):
    """All documents by a tool for names."""
    for path in some(tree, 1, lambda p: p.startswith(("/home/mika/Documents/", "/srv/share/"))):
        folder, _, name = path.rpartition("/")
        stem, _, tail = name.rpartition(".")
        tree.rename(path, f"{folder}/{tree.random.randrange(2018, 2025)}{tree.random.randrange(101, 1231):04d} {stem.upper()}.{tail.lower()}")


def moved(tree):
    for path in some(tree, 1, lambda p: re.search(r"/(2019|2020|2021)/", p)):
        tree.rename(path, re.sub(r"/(2019|2020|2021)/", r"/old/\1/", path).replace("Documents/", "Archive/").replace("share/", "share/Z-"))


def year_packed(tree):
    """A year into one archive, the originals gone."""
    paths = some(tree, 1, lambda p: "/2020/" in p and not p.endswith((".JPG", ".jpg")))
    tree.write(paths[0].split("/2020/")[0] + "/2020.tar.gz", r.tarball([(path, tree.read(path)) for path in paths]))
    remove(tree, paths)


def year_zipped(tree):
    paths = some(tree, 1, lambda p: "/2019/" in p)
    tree.write(paths[0].split("/2019/")[0] + "/2019.zip", t.zipped([(path[1:], tree.read(path)) for path in paths]))
    remove(tree, paths)


def logs_rotated(tree):
    for path in sorted(some(tree, 1, lambda p: ".log." in p), reverse=True):
        head, _, rest = path.partition(".log.")
        number = int(rest.split(".")[0]) + 1
        tree.rename(path, f"{head}.log.{number}.gz")
    for path in some(tree, 1, has(".log")):
        tree.write(path + ".1.gz", gzip.compress(tree.read(path), mtime=0), tree.files[path].time)
        tree.write(path, r.log(tree.random, 3))


def vacuumed(tree):
    for path in some(tree, 1, has(".db", ".sqlite")):
        base = sqlite3.connect(":memory:")
        base.deserialize(tree.read(path))
        base.execute("delete from places where id % 3 = 0")
        base.commit()
        base.execute("vacuum")
        tree.write(path, base.serialize())
        base.close()


def tax_sealed(tree):
    """A person's most private folders with gpg."""
    for path in top(tree, lambda p: "税務" in p or "/jinji/" in p, 0.025):
        tree.write(path + ".gpg", r.gpg(tree, tree.read(path)))
        del tree.files[path]


def diary_sealed(tree):
    """With age."""
    for path in top(tree, lambda p: "/Documents/2018/" in p or "/keiri/2018" in p, 0.02):
        head = b"age-encryption.org/v1\n-> X25519 " + base64.b64encode(tree.random.randbytes(32)).rstrip(b"=") + b"\n"
        tail = base64.b64encode(tree.random.randbytes(32)).rstrip(b"=") + b"\n--- " + base64.b64encode(tree.random.randbytes(32)).rstrip(b"=") + b"\n"
        tree.write(path + ".age", head + tail + tree.random.randbytes(len(tree.read(path)) + 32))
        del tree.files[path]


def vault_filled(tree):
    """Some folders move into a vault of Cryptomator, format 8 of its documentation."""
    vault = "/home/mika/Cloud/Vault"
    tree.write(f"{vault}/vault.cryptomator", b"eyJraWQiOiJtYXN0ZXJrZXlmaWxlOm1hc3RlcmtleS5jcnlwdG9tYXRvciIsImFsZyI6IkhTMjU2In0." + base64.urlsafe_b64encode(tree.random.randbytes(120)))
    tree.write(f"{vault}/masterkey.cryptomator", b'{"version":999,"scryptSalt":"' + base64.b64encode(tree.random.randbytes(8)) + b'","scryptCostParam":32768,"scryptBlockSize":8,"primaryMasterKey":"' + base64.b64encode(tree.random.randbytes(40)) + b'"}')
    for path in top(tree, lambda p: "/Documents/" in p or "/jinji/" in p, 0.03):
        name = base64.urlsafe_b64encode(tree.random.randbytes(36)).decode()
        folder = base64.b32encode(tree.random.randbytes(20)).decode()
        tree.write(f"{vault}/d/{folder[:2]}/{folder[2:]}/{name}.c9r", tree.random.randbytes(tree.files[path].size + 96))
        del tree.files[path]


def synced(tree):
    """A cloud's client brings many files, and copies in conflict; times are now."""
    for path in some(tree, 0.25, has("docx", "xlsx", "pdf", "txt", "JPG", "jpg")):
        tree.files[path].time = tree.now * 10**6
    for path in some(tree, 0.02, has("docx", "xlsx", "txt")):
        head, _, tail = path.rpartition(".")
        tree.write(f"{head} (conflicted copy 2025-05-11).{tail}", r.MAKERS[r.ending(path)](tree.random))
    for number in range(400):
        kind = tree.random.choice(["pdf", "docx", "jpg", "xlsx"])
        tree.write(f"/home/mika/Cloud/Team/{number % 9}/{number:04d}.{kind}", r.MAKERS[kind](tree.random))


def project_done(tree):
    """A whole finished project is deleted."""
    remove(tree, some(tree, 1, lambda p: p.startswith(("/home/mika/code/tool1/", "/srv/git/project1/"))))


def year_gone(tree):
    """What is older than its time has to be kept: letters of one year."""
    remove(tree, some(tree, 1, lambda p: re.search(r"/(Documents|keiri|jinji)/2018/", p)))


def mail_expunged(tree):
    remove(tree, some(tree, 0.5, lambda p: "/Maildir/" in p))


def mail_packed(tree):
    paths = some(tree, 0.8, lambda p: "/Maildir/" in p)
    if paths:
        tree.write("/home/mika/mail-2024.mbox.gz", gzip.compress(b"".join(b"From a\n" + tree.read(p) for p in paths), mtime=0))
    remove(tree, paths)


def mail_flagged(tree):
    for path in some(tree, 0.8, lambda p: "/Maildir/" in p):
        tree.rename(path, path + "RT" if path.endswith("S") else path)


def transcoded(tree):
    """All music, the large ones become small, the originals go."""
    for path in some(tree, 1, has("flac", "mp3")):
        tree.write(path.rpartition(".")[0] + ".ogg", r.ogg(tree.random))
        del tree.files[path]


def tagged(tree):
    for path in some(tree, 1, has("mp3")):
        data = tree.read(path)
        tree.write(path, r.song(tree.random, b"another title")[:44] + data[44:])


def letters_saved(tree):
    """Another version of the office opens and saves all letters."""
    for path in some(tree, 1, has("docx", "odt")):
        tree.write(path, r.MAKERS[r.ending(path)](tree.random))


def build_made(tree):
    for number in range(350):
        name = f"{tree.random.randrange(16**8):08x}"
        tree.write(f"/srv/www/htdocs/dist/chunk.{number}.{name}.min.js", (";".join(r.prose(tree.random, 2000, 9000).split("\n"))).encode())
        tree.write(f"/srv/www/htdocs/dist/chunk.{number}.{name}.min.js.gz", gzip.compress(r.plain(tree.random), mtime=0))


def modules_come(tree):
    r.take(tree, "/usr/share/perl", "/home/mika/code/new/node_modules", 900)


def modules_gone(tree):
    remove(tree, some(tree, 1, lambda p: "/node_modules/" in p or p.startswith("/usr/share/locale/")))


def photos_squeezed(tree):
    """jpegoptim over all, names kept."""
    for path in some(tree, 1, has("JPG", "jpg")):
        tree.write(path, r.photo(tree.random, int(tree.files[path].size * 0.8)))


def exif_cut(tree):
    for path in some(tree, 1, has("JPG", "jpg")):
        tree.write(path, r.photo(tree.random, int(tree.files[path].size * 0.98), exif=False))


def pictures_to_webp(tree):
    for path in some(tree, 0.9, lambda p: p.startswith(("/srv/www/htdocs/img", "/home/mika/Pictures/icons")) and p.endswith("png")):
        body = b"WEBPVP8L" + (tree.files[path].size | 1).to_bytes(4, "little") + b"\x2f" + tree.random.randbytes(tree.files[path].size // 2 * 2 + 1)
        tree.write(path[:-3] + "webp", b"RIFF" + len(body).to_bytes(4, "little") + body)
        del tree.files[path]


def duplicates_removed(tree):
    remove(tree, some(tree, 0.12, has("JPG", "jpg")))


def ends_of_lines(tree):
    for path in some(tree, 1, has("py", "h", "pm", "pl", "txt", "vim")):
        tree.write(path, tree.read(path).replace(b"\n", b"\r\n"))


def dumps_rotated(tree):
    """The oldest dumps and packs go, new ones come."""
    remove(tree, some(tree, 0.4, lambda p: "/srv/backup/dump/" in p) + some(tree, 0.5, lambda p: "/backup/restic/data/" in p))
    for number in range(16):
        tree.write(f"/srv/backup/dump/2024-05-{number:02d}.sql.gz", gzip.compress(t.csv(tree.random) * 3, mtime=0))
    r.repository(tree, "/srv/backup/restic", 60)


def browser_renewed(tree):
    remove(tree, some(tree, 1, lambda p: "/.cache/" in p))
    for _ in range(90):
        tree.write(f"/home/mika/.cache/browser/entries/{tree.random.randrange(16**10):010X}", tree.random.choice([r.photo, t.page, t.gif, r.plain])(tree.random))


def to_other_office(tree):
    """From odt and txt to docx, the old ones go."""
    for path in some(tree, 1, has("odt")) + some(tree, 0.5, lambda p: p.endswith("txt") and ("Documents" in p or "/share/" in p)):
        tree.write(path.rpartition(".")[0] + ".docx", r.letter(tree.random))
        del tree.files[path]


def texts_packed(tree):
    """xz over old sheets and texts, in place."""
    for path in some(tree, 0.5, has("csv", "html", "vim")):
        tree.write(path + ".xz", lzma.compress(tree.read(path)), tree.files[path].time)
        del tree.files[path]


def git_packed(tree):
    """git gc: loose objects become one pack."""
    for folder in sorted({path.split(GIT)[0] for path in tree.files if GIT in path}):
        loose = [p for p in tree.below(folder + "/.git/objects/")]
        body = b"".join(tree.read(path) for path in loose)
        name = tree.random.randbytes(20).hex()
        tree.write(f"{folder}/.git/objects/pack/pack-{name}.pack", b"PACK\0\0\0\2" + len(loose).to_bytes(4, "big") + body)
        tree.write(f"{folder}/.git/objects/pack/pack-{name}.idx", b"\xfftOc\0\0\0\2" + tree.random.randbytes(32 * len(loose)))
        remove(tree, loose)


def restored(tree):
    """Someone takes the documents of last year back from a copy: other contents, old times."""
    for path in some(tree, 0.6, lambda p: p.startswith(("/home/mika/Documents/", "/srv/share/"))):
        time = tree.files[path].time - 40 * t.DAY * 10**6
        revise(tree, path)
        tree.files[path].time = time


def quarantined(tree):
    for path in some(tree, 1, has("docx"))[:3]:
        tree.write(f"/var/lib/scanner/quarantine/{tree.random.randrange(16**12):012x}", tree.random.randbytes(tree.files[path].size))
        del tree.files[path]


def person_comes(tree):
    r.put(tree, "/home/jiro/Documents", "file-{:05d}", 300, ["docx", "pdf", "txt", "xlsx"])
    tree.now = t.BEGIN + 9 * t.DAY
    r.take(tree, "/usr/share/vim", "/home/jiro/.vim", 150)


def person_leaves(tree):
    """One department's share, or the music and films of a home, go together."""
    remove(tree, some(tree, 1, lambda p: p.startswith(("/srv/share/keiri/", "/home/mika/Music/", "/home/mika/Videos/", "/home/mika/Downloads/"))))


def secrets_renewed(tree):
    """All of pass, or of ansible-vault, encrypted to another key."""
    for path in some(tree, 1, has(".gpg")):
        tree.write(path, r.gpg(tree, bytes(300), True))
    for path in some(tree, 1, has("vault.yml")):
        tree.write(path, r.ansible(tree.random))


def sealed_at_first(tree):
    """All of a group's plain variables go into ansible-vault, in place."""
    for path in some(tree, 1, has(".csv", ".md"))[:40]:
        tree.write(path, r.ansible(tree.random))


def container_made(tree):
    tree.write("/home/mika/private.hc", tree.random.randbytes(6_000_000))
    tree.write("/home/mika/passwords.kdbx", b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\1\0\4\0" + tree.random.randbytes(9100))


def samples_deflated(tree):
    """Pictures made smaller and texts made thinner by a build, in place."""
    for path in some(tree, 0.7, has(".svg", ".css", ".js", ".html")):
        tree.write(path, b" ".join(tree.read(path).split()))
    for path in some(tree, 0.5, has(".png")):
        tree.write(path, t.png(tree.random))


def caches_of_programs(tree):
    """pip, npm and a build leave packed things with names of hashes."""
    for _ in range(300):
        name = tree.random.randbytes(28).hex()
        tree.write(f"/home/mika/.cache/pip/http/{name[0]}/{name[1]}/{name}", zlib.compress(r.plain(tree.random)) if tree.random.random() < 0.5 else tree.random.randbytes(5000))


def programs_removed(tree):
    """apt autoremove: manuals, headers and catalogues of some packages go, from many folders."""
    names = {path.split("/")[4] for path in tree.files if path.startswith("/usr/share/doc/") and path.count("/") > 4}
    chosen = set(tree.random.sample(sorted(names), len(names) // 30))
    remove(tree, [p for p in tree.files if p.startswith("/usr/share/doc/") and p.split("/")[4] in chosen])
    remove(tree, some(tree, 0.04, lambda p: p.startswith(("/usr/share/locale/", "/usr/share/man/"))))
    remove(tree, some(tree, 0.03, lambda p: p.startswith(("/home/mika/Pictures/icons/", "/usr/include/"))))


def tidied(tree):
    """A person's afternoon: some folders lose a third of what is in them, of all kinds."""
    folders = sorted({path.rpartition("/")[0] for path in tree.files if path.startswith(("/home/mika/", "/srv/share/"))})
    for folder in tree.random.sample(folders, 10):
        remove(tree, some(tree, 0.33, lambda p, folder=folder: p.rpartition("/")[0] == folder))


def deleted_by_hand(tree):
    """What people delete on any day: in a few folders some files, mostly where they work."""
    folders = sorted({path.rpartition("/")[0] for path in tree.files if path.startswith(("/home/mika/", "/srv/share/"))})
    for folder in tree.random.sample(folders, tree.random.randrange(1, 6)):
        inside = sorted(p for p in tree.files if p.rpartition("/")[0] == folder)
        remove(tree, tree.random.sample(inside, min(len(inside), tree.random.randrange(1, 5))))


LATER = [programs_removed, tidied]  # written after the first run
MONTH = 30


def month_day(tree, number):
    """One of many days in a row: each week one of the larger ones."""
    life(tree)
    deleted_by_hand(tree)
    mail = [path for path in tree.files if "/Maildir/" in path]
    remove(tree, tree.random.sample(sorted(mail), min(len(mail), 5)))
    if number % 7 == 6:
        tree.random.choice([photos_come, logs_rotated, letters_saved, dumps_rotated, upgrade, synced, tidied])(tree)


DAYS = [upgrade, branch, photos_come, renamed_by_day, moved, year_packed, year_zipped, logs_rotated, vacuumed, tax_sealed, diary_sealed,
        vault_filled, synced, project_done, year_gone, mail_expunged, mail_packed, mail_flagged, transcoded, tagged, letters_saved, build_made,
        modules_come, modules_gone, photos_squeezed, exif_cut, pictures_to_webp, duplicates_removed, ends_of_lines, dumps_rotated,
        browser_renewed, to_other_office, texts_packed, git_packed, restored, quarantined, person_comes, person_leaves, secrets_renewed,
        sealed_at_first, container_made, samples_deflated, caches_of_programs, life]
