"""tree_tools_days.py - what people and their programs do to a tree of tree_tools.py on days on which nothing is wrong."""
import contextlib
import gzip
import io
import os
import re
import sqlite3

import docx
import openpyxl
from PIL import Image, ImageOps

import tree as t
import tree_real as r
import tree_tools as w
from tree_tools import bench

GIT = "/.git/"


def some(tree, share, fits=lambda path: True):
    paths = sorted(path for path in tree.files if fits(path))
    return tree.random.sample(paths, round(share * len(paths)))


def has(*endings):
    return lambda path: path.endswith(endings) and GIT not in path


def in_folder(*words):
    return lambda path: any(word in path for word in words) and GIT not in path


def remove(tree, paths):
    for path in paths:
        del tree.files[path]


def put(tree, path, kind):
    tree.write(path, w.MAKERS[kind](tree.random))


def letter_edited(tree, path):
    paper = docx.Document(io.BytesIO(tree.read(path)))
    paper.add_paragraph(t.words(tree.random, 20))
    out = io.BytesIO()
    paper.save(out)
    tree.write(path, out.getvalue())


def sheet_edited(tree, path):
    book = openpyxl.load_workbook(io.BytesIO(tree.read(path)))
    book.active.append([1, "new", tree.random.randrange(9999)])
    out = io.BytesIO()
    book.save(out)
    tree.write(path, out.getvalue())


def base_edited(tree, path, words=("update places set visits = visits + 1 where id % 7 = 0",)):
    if not tree.read(path).startswith(b"SQLite"):
        return
    base = sqlite3.connect(":memory:")
    base.deserialize(tree.read(path))
    for line in words:
        base.execute(line)
        base.commit()
    tree.write(path, base.serialize())
    base.close()


def life(tree):
    """Each day: some letters, sheets, bases, logs, mails; two things go."""
    for path in some(tree, 0.02, has(".docx")):
        letter_edited(tree, path)
    for path in some(tree, 0.02, has(".xlsx")):
        sheet_edited(tree, path)
    for path in some(tree, 0.3, has(".db")):
        base_edited(tree, path)
    for path in some(tree, 0.7, has(".log", ".mbox")):
        tree.write(path, tree.read(path) + (r.log(tree.random, 20) if path.endswith("log") else w.mailbox(tree.random)))
    for path in some(tree, 0.003, has(".docx", ".jpg", ".pdf", ".JPG")):
        put(tree, f"{path.rpartition('/')[0]}/new-{tree.random.randrange(10**5)}.{r.ending(path)}", r.ending(path))
    remove(tree, some(tree, 1, has(".docx", ".pdf", ".txt"))[:2])
    for path in some(tree, 1, has(".hc", ".kdbx")):
        data = bytearray(tree.read(path))
        at = tree.random.randrange(len(data) // 2)
        data[at:at + len(data) // 8] = tree.random.randbytes(len(data) // 8)
        tree.write(path, bytes(data))


# --- pictures ---

def photos_come(tree):
    for number in range(150):
        put(tree, f"/home/hana/Photos/2026/05/IMG_9{number:04d}.JPG", "JPG")


def exif_set(tree):
    """exiftool over all photos: author and copyright."""
    with bench(tree, some(tree, 1, has(".jpg", ".JPG"))) as b:
        b.run("exiftool", "-q", "-r", "-overwrite_original", "-Artist=Hana", "-Copyright=2024 Hana", "-Comment=kept", ".")


def exif_cut(tree):
    with bench(tree, some(tree, 1, has(".jpg", ".JPG"))) as b:
        b.run("exiftool", "-q", "-r", "-overwrite_original", "-P", "-all=", ".")


def turned(tree):
    """jpegtran turns photos without loss."""
    with bench(tree, some(tree, 0.6, has(".jpg", ".JPG"))) as b:
        for path in list(walk_files(b)):
            if b.run("jpegtran", "-copy", "all", "-rotate", "90", "-outfile", path + ".n", path):
                os.rename(path + ".n", path)


def walk_files(b):
    for folder, _, names in os.walk(b.folder):
        yield from (os.path.join(folder, name) for name in names)


def optimised(tree):
    with bench(tree, some(tree, 1, has(".jpg", ".JPG", ".png"))) as b:
        for path in list(walk_files(b)):
            b.run(*(("optipng", "-quiet", "-o1", path) if path.endswith("png") else ("jpegoptim", "-q", "-m70", path)))


def shrunk(tree):
    for path in some(tree, 1, has(".jpg", ".JPG")):
        image = Image.open(io.BytesIO(tree.read(path)))
        tree.write(path, w.saved(image.resize((image.width // 2, image.height // 2)), "JPEG", quality=75))


def to_webp(tree):
    with bench(tree, some(tree, 1, lambda p: "/Web/" in p or p.startswith("/srv/www"))) as b:
        for path in list(walk_files(b)):
            if path.endswith((".png", ".jpg")) and b.run("cwebp", "-quiet", path, "-o", path[:-4] + ".webp"):
                os.unlink(path)


def scans_to_grey(tree):
    """All scans stored anew, packed otherwise."""
    for path in some(tree, 1, has(".tif")):
        tree.write(path, w.saved(ImageOps.autocontrast(Image.open(io.BytesIO(tree.read(path)))), "TIFF", compression="tiff_deflate"))


def renamed_by_date(tree):
    for number, path in enumerate(some(tree, 1, has(".JPG", ".jpg"))):
        folder, _, name = path.rpartition("/")
        tree.rename(path, f"{folder}/2024-05-{number % 28 + 1:02d}_{number:05d}{name[-4:].lower()}")


def sorted_anew(tree):
    """Photos from folders of months into folders of years, names kept."""
    for path in some(tree, 1, lambda p: "/Photos/" in p):
        parts = path.split("/")
        tree.rename(path, "/".join(parts[:5] + [parts[-1]]))


def thumbnails_anew(tree):
    remove(tree, some(tree, 1, in_folder("/.cache/")))
    for _ in range(120):
        put(tree, f"/home/hana/.cache/thumbnails/x-large/{tree.random.randrange(16**32):032x}.png", "png")


def doubles_removed(tree):
    remove(tree, some(tree, 0.1, has(".JPG", ".jpg")))


# --- papers ---

def letters_saved(tree):
    for path in some(tree, 1, has(".docx")):
        letter_edited(tree, path)


def sheets_saved(tree):
    for path in some(tree, 1, has(".xlsx")):
        sheet_edited(tree, path)


def papers_linearized(tree):
    with bench(tree, some(tree, 1, has(".pdf", ".PDF"))) as b:
        for path in list(walk_files(b)):
            b.run("qpdf", "--linearize", "--object-streams=generate", "--replace-input", path)


def papers_unpacked(tree):
    with bench(tree, some(tree, 0.8, has(".pdf", ".PDF"))) as b:
        for path in list(walk_files(b)):
            b.run("qpdf", "--stream-data=uncompress", "--replace-input", path)


def papers_locked(tree):
    """Some wage slips get a password: inside a valid paper."""
    paths = some(tree, 1, has(".pdf"))
    with bench(tree, paths[:round(0.015 * len(tree.files))]) as b:
        for path in list(walk_files(b)):
            b.run("qpdf", "--encrypt", "u", "o", "256", "--", "--replace-input", path)


def papers_from_letters(tree):
    for path in some(tree, 0.5, has(".docx")):
        put(tree, path[:-5] + ".pdf", "pdf")


def to_docx(tree):
    for path in some(tree, 1, has(".odt")):
        put(tree, path[:-4] + ".docx", "docx")
        del tree.files[path]


def year_packed(tree):
    with bench(tree, some(tree, 1, in_folder("/2019/"))) as b:
        names = sorted(path[len(b.folder) + 1:] for path in walk_files(b))
        b.run("tar", "czf", "year-2019.tar.gz", *names)
        for name in names:
            os.unlink(b.path("/" + name))


def years_zipped(tree):
    """Each department packs its oldest year where it lies."""
    with bench(tree, some(tree, 1, in_folder("/2017/"))) as b:
        for folder in sorted({path.split("/2017/")[0] for path in walk_files(b)}):
            at = folder[len(b.folder):]
            b.run("zip", "-q", "-r", "-m", "2017.zip", "2017", at=at)


def texts_zipped(tree):
    with bench(tree, some(tree, 1, has(".csv", ".sql"))) as b:
        for path in list(walk_files(b)):
            b.run(*tree.random.choice([("gzip", "-9", path), ("xz", path), ("zstd", "-q", "--rm", path)]))


def charset(tree):
    for path in some(tree, 1, has(".csv", ".txt", ".md")):
        tree.write(path, tree.read(path).decode("utf-8", "replace").replace("\n", "\r\n").encode("utf-16"))


def year_deleted(tree):
    remove(tree, some(tree, 1, lambda p: "/2018/" in p and p.startswith("/srv/files/Sales") or "/Clients/2017/" in p))


def tidied(tree):
    """A person throws away half of the downloads and what is old on the desk."""
    remove(tree, some(tree, 0.5, in_folder("/Downloads/")) + some(tree, 0.04, in_folder("/home/sato/", "/Clients/")))


def person_leaves(tree):
    with bench(tree, tree.below("/home/ivanova/") or some(tree, 0.03, in_folder("/Clients/2020"))) as b:
        names = sorted(path[len(b.folder) + 1:] for path in walk_files(b))
        b.run("tar", "cJf", "left.tar.xz", *names)
        for name in names:
            os.unlink(b.path("/" + name))


def department_renamed(tree):
    for path in [*tree.below("/srv/files/Works/"), *tree.below("/home/hana/Clients/")]:
        tree.rename(path, path.replace("/Works/", "/Production/").replace("/Clients/", "/Customers/"))


def restored(tree):
    for path in some(tree, 0.5, has(".docx", ".xlsx", ".txt")):
        put(tree, path, r.ending(path))
        tree.files[path].time -= 200 * t.DAY * 10**6


def unpacked(tree):
    for number in range(260):
        kind = tree.random.choice(["docx", "pdf", "jpg", "txt"])
        put(tree, f"/srv/files/Board/from-notary/{number % 12}/{number:04d}.{kind}", kind)


def conflict_copies(tree):
    for path in some(tree, 0.05, has(".docx", ".xlsx", ".txt")):
        head, _, tail = path.rpartition(".")
        tree.write(f"{head} (sato's conflicted copy 2024-05-11).{tail}", tree.read(path))
    for path in some(tree, 0.5):
        tree.files[path].time = tree.now * 10**6


# --- mail and bases ---

def mail_comes(tree):
    for number in range(120):
        tree.write(f"/home/hana/Mail/new/18{number:08d}.M{number}.hana", r.mail(tree.random))
    for path in some(tree, 1, has(".mbox")):
        tree.write(path, tree.read(path) + w.mailbox(tree.random) * 2)


def mail_compacted(tree):
    for path in some(tree, 1, has(".mbox")):
        parts = tree.read(path).split(b"\nFrom ")
        tree.write(path, b"\nFrom ".join(part for number, part in enumerate(parts) if number % 3))
    remove(tree, some(tree, 0.3, in_folder("/Mail/cur/")))


def mail_sorted(tree):
    for path in some(tree, 0.7, in_folder("/Mail/cur/")):
        tree.rename(path, path.replace("/Mail/cur/", f"/Mail/.Archive.{tree.random.randrange(2020, 2025)}/cur/"))


def bases_vacuumed(tree):
    for path in some(tree, 1, has(".db")):
        base_edited(tree, path, ("delete from places where id % 2 = 0", "vacuum"))


def bases_migrated(tree):
    for path in some(tree, 1, has(".db")):
        base_edited(tree, path, ("alter table places add column note text", "update places set note = upper(title)", "drop index places_url", "vacuum"))


def dumps_rotated(tree):
    paths = sorted(some(tree, 1, has(".sql")))
    remove(tree, paths[:5])
    for number in range(5):
        put(tree, f"/srv/erp/dump/2024-06-{number:02d}.sql", "sql")


def dumps_packed(tree):
    with bench(tree, some(tree, 1, has(".sql"))) as b:
        for path in list(walk_files(b)):
            b.run("gzip", path)


def backups_by_habit(tree):
    """Weekly archives encrypted with gpg: three new, three old go."""
    old = sorted(some(tree, 1, has(".tar.gpg")))[:3]
    remove(tree, old)
    for number in range(3):
        tree.write(f"/srv/files/Backup/week9{number}.tar.gpg", r.gpg(tree, tree.random.randbytes(50_000)))


def backups_begin(tree):
    """The first day on which someone backs up to an encrypted archive beside the files."""
    for number in range(6):
        tree.write(f"/srv/files/Backup/new{number}.tar.gz.age", b"age-encryption.org/v1\n-> X25519 " + b"A" * 43 + b"\n" + b"B" * 43 + b"\n--- " + b"C" * 43 + b"\n" +
                   tree.random.randbytes(80_000))


def containers(tree):
    for path in some(tree, 1, has(".hc", ".kdbx")):
        tree.write(path, tree.read(path)[:32] + tree.random.randbytes(tree.files[path].size - 32))
    tree.write("/home/sato/vault.hc", tree.random.randbytes(3_000_000))


def diary_sealed(tree):
    """A person's own folder with gpg -c, two in a hundred files."""
    folder = max({p.rpartition("/")[0] for p in tree.files if p.endswith((".docx", ".pdf"))},
                 key=lambda f: (sum(p.rpartition("/")[0] == f for p in tree.files) < 0.02 * len(tree.files)) * sum(p.rpartition("/")[0] == f for p in tree.files))
    with bench(tree, [p for p in sorted(tree.files) if p.rpartition("/")[0] == folder]) as b:
        for path in list(walk_files(b)):
            if b.run("gpg", "--batch", "--pinentry-mode", "loopback", "--passphrase", "x", "--s2k-mode", "1", "-c", path):
                os.unlink(path)


def logs_rotated(tree):
    with bench(tree, some(tree, 1, has(".log"))) as b:
        for path in list(walk_files(b)):
            os.rename(path, path + ".1")
            b.run("gzip", path + ".1")
    for number in range(len(some(tree, 1, has(".log.1.gz")))):
        tree.write(f"/var/log/erp/part{number}.log", r.log(tree.random, 2))


# --- programs ---

def pulled(tree):
    """git: a branch with many changes is merged, then gc."""
    folders = sorted({p.split(GIT)[0] for p in tree.files if GIT in p})
    for folder in folders:
        with bench(tree, tree.below(folder + "/")) as b:
            b.run("git", "checkout", "-qb", "work", at=folder)
            for path in [p for p in walk_files(b) if GIT not in p][::2]:
                with open(path, "ab") as out:
                    out.write(r.prose(tree.random, 50, 500).encode())
            b.run("git", "commit", "-qam", "work", at=folder)
            b.run("git", "checkout", "-q", "main", at=folder)
            b.run("git", "merge", "-q", "work", at=folder)
            b.run("git", "gc", "-q", "--prune=now", at=folder)


def older_checked_out(tree):
    folders = sorted({p.split(GIT)[0] for p in tree.files if GIT in p})
    for folder in folders:
        with bench(tree, tree.below(folder + "/")) as b:
            b.run("git", "rm", "-rq", *{p[len(b.path(folder)) + 1:].split("/")[0] for p in walk_files(b) if GIT not in p}, at=folder)
            b.run("git", "commit", "-qm", "empty", at=folder)


def upgraded(tree):
    """Packages: changelogs grow and are packed again, libraries and pages are of the next version."""
    libraries = some(tree, 1, lambda p: ".so" in p)
    for path in some(tree, 0.6, lambda p: p.startswith(("/usr/", "/etc/"))):
        data = tree.read(path)
        with contextlib.suppress(OSError, EOFError):
            if path.endswith(".gz"):
                data = gzip.compress(b"package (2.1) stable\n" + r.prose(tree.random, 100, 900).encode() + gzip.decompress(data), 9, mtime=0)
            elif ".so" in path:
                data = tree.read(tree.random.choice(libraries))
            elif b"\0" not in data:
                data = data.replace(b"1", b"2") + b"# more\n"
        tree.write(path, data)
    remove(tree, some(tree, 0.02, lambda p: p.startswith("/usr/share/doc")))


def packages_removed(tree):
    names = sorted({p.split("/")[4] for p in tree.files if p.startswith("/usr/share/doc/") and p.count("/") > 4})
    gone = set(tree.random.sample(names, len(names) // 12))
    remove(tree, [p for p in tree.files if p.startswith("/usr/share/doc/") and p.split("/")[4] in gone])


def modules_come(tree):
    r.take(tree, "/usr/share/nodejs", "/home/hana/src/site/node_modules", 700)


def released(tree):
    """A web root is put in place anew: other names, old ones go."""
    old = some(tree, 1, lambda p: p.startswith(("/srv/www/", "/home/hana/Web/")))
    for path in old:
        data = tree.read(path)
        head, dot, tail = path.rpartition(".")
        if data[:1].isascii() and b"\0" not in data:
            data = b" ".join(data.split())
        tree.write(f"{head}.{tree.random.randrange(16**8):08x}{dot}{tail}", data)
    remove(tree, old)


def touched(tree):
    for path in tree.files:
        tree.files[path].time = tree.now * 10**6


def tagged(tree):
    with bench(tree, some(tree, 1, has(".mp3", ".flac"))) as b:
        for path in list(walk_files(b)):
            if path.endswith("flac"):
                b.run("metaflac", "--remove-all-tags", "--set-tag=ARTIST=nobody", path)
            else:
                with open(path, "rb") as file:
                    data = file.read()
                with open(path, "wb") as out:
                    out.write(b"ID3\x03\0\0\0\0\0\x15TPE1\0\0\0\x0b\0\0\0somebody!!" + data)


def transcoded(tree):
    with bench(tree, some(tree, 1, has(".wav", ".flac"))) as b:
        for path in list(walk_files(b)):
            if b.run(*(("flac", "-s", "-d", "-o", path + ".wav", path) if path.endswith("flac") else ("cp", path, path + ".wav"))) and \
                    b.run("oggenc", "-Q", "-o", re.sub(r"\.(wav|flac)$", ".ogg", path), path + ".wav"):
                os.unlink(path)
                os.unlink(path + ".wav")


def image_made(tree):
    """A disk of a virtual machine: holes, then a file system."""
    tree.write("/srv/vm/disk.img", bytes(1_000_000) + t.text(tree.random) * 40 + bytes(1_000_000) + tree.random.randbytes(400_000))


def split_archive(tree):
    """A large archive is put on a shelf in parts: noise but for the first."""
    with bench(tree, []) as b:
        with open(b.path("/big"), "wb") as out:
            out.write(tree.random.randbytes(2_000_000))
        b.run("7z", "a", "-y", "-v100k", "parts.7z", "big")
        os.unlink(b.path("/big"))


DAYS = [photos_come, exif_set, exif_cut, turned, optimised, shrunk, to_webp, scans_to_grey, renamed_by_date, sorted_anew, thumbnails_anew,
        doubles_removed, letters_saved, sheets_saved, papers_linearized, papers_unpacked, papers_locked, papers_from_letters, to_docx, year_packed,
        years_zipped, texts_zipped, charset, year_deleted, tidied, person_leaves, department_renamed, restored, unpacked, conflict_copies,
        mail_comes, mail_compacted, mail_sorted, bases_vacuumed, bases_migrated, dumps_rotated, dumps_packed, backups_by_habit, backups_begin,
        containers, diary_sealed, logs_rotated, pulled, older_checked_out, upgraded, packages_removed, modules_come, released, touched, tagged,
        transcoded, image_made, split_archive]
