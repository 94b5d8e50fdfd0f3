"""tree_tools.py - trees whose files real programs made, and a bench on which real programs work on them.

Photos come from libjpeg with the tags of exiftool's kind, letters from python-docx, sheets from openpyxl, papers from reportlab,
music from lame and flac, repositories from git, bases from sqlite. A tree is a Tree of tree.py. For a day some of its files are
laid into a folder of ours, programs are run there, and what they left is taken back.
Packages: python3-pil python3-docx python3-openpyxl python3-odf python3-reportlab lame flac vorbis-tools age ccrypt jpegoptim
libimage-exiftool-perl qpdf optipng webp libjpeg-turbo-progs zstd p7zip-full zip gnupg; with /usr/bin/python3.
"""
import contextlib
import io
import os
import subprocess
import tempfile
import time as clock
import wave

import docx
import odf.opendocument
import odf.text
import openpyxl
from PIL import Image, ImageFilter
from reportlab.pdfgen import canvas

import tree as t
import tree_real as r

QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "stdin": subprocess.DEVNULL, "check": False}
CLEAN = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org",
         "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}


# --- the bench ---

class Bench:
    """Some files of a tree, in a folder of our own."""

    def __init__(self, tree, folder):
        self.tree, self.folder, self.began = tree, folder, clock.time_ns() // 1000 - 10**6
        self.env = {**CLEAN, "HOME": folder + ".home", "GNUPGHOME": folder + ".home"}

    def path(self, name):
        return self.folder + name

    def run(self, *words, at="/", **more):
        """A program; True: it said that all is well."""
        folder = self.path(at)
        os.makedirs(folder, exist_ok=True)
        return subprocess.run(["nice", *words], cwd=folder, env=self.env, **{**QUIET, **more}).returncode == 0

    def lay(self, paths):
        for path in paths:
            entry, place = self.tree.files[path], self.path(path)
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "wb") as out:
                out.write(self.tree.read(path))
            os.utime(place, ns=(entry.time * 1000, entry.time * 1000))

    def take_back(self, laid):
        left = set(laid)
        for folder, _, names in os.walk(self.folder):
            for name in names:
                place = os.path.join(folder, name)
                if os.path.islink(place) or not os.path.isfile(place):
                    continue
                path = place[len(self.folder):]
                left.discard(path)
                with open(place, "rb") as file:
                    data = file.read()
                time = os.stat(place).st_mtime_ns // 1000
                old = self.tree.files.get(path) if path in laid else None
                if old and old.time == time and old.size == len(data) and self.tree.read(path) == data:
                    continue
                # what was touched by the programs carries the day of the tree, not of this machine
                self.tree.write(path, data, time if time < self.began else None)
        for path in left:
            del self.tree.files[path]


@contextlib.contextmanager
def bench(tree, paths):
    """The paths lie in a folder while this is open; what is there at the end is what the tree then has."""
    tree.check()
    paths = list(paths)
    with tempfile.TemporaryDirectory(prefix="hinomi-bench", dir=tree.folder) as scratch:
        place = Bench(tree, os.path.join(scratch, "root"))
        os.makedirs(place.folder)
        os.makedirs(place.folder + ".home", mode=0o700)
        place.lay(paths)
        yield place
        place.take_back(set(paths))


# --- contents ---

def pictures_of_machine():
    found = []
    for folder, files in r.folders_of("/usr/share"):
        found += [f for f in files if f.endswith(".png") and os.path.getsize(f) > 5000]
    return sorted(found)


PNGS = pictures_of_machine()
PIECES = []


def pieces(rng):
    """Parts of real pictures, opened once: that is slow."""
    while len(PIECES) < 60:
        with contextlib.suppress(OSError, ValueError, SyntaxError):
            PIECES.append(Image.open(rng.choice(PNGS)).convert("RGBA").resize((rng.randrange(60, 300), rng.randrange(60, 300))))
    return PIECES


def picture(rng, size=None):
    """Light, shades, something real in it, and the grain of a sensor."""
    w, h = size or rng.choice([(480, 360), (360, 480), (640, 427)])
    base = Image.linear_gradient("L").resize((w, h)).rotate(rng.randrange(4) * 90).resize((w, h))
    bands = [base.point([min(255, int(i * rng.uniform(0.4, 1.1)) + rng.randrange(1, 40)) for i in range(256)]) for _ in range(3)]
    out = Image.merge("RGB", bands)
    for _ in range(4):
        piece = rng.choice(pieces(rng)).rotate(rng.randrange(360), expand=True)
        out.paste(piece, (rng.randrange(-60, w), rng.randrange(-60, h)), piece)
    grain = Image.effect_noise((w, h), rng.uniform(8, 40)).convert("RGB")
    return Image.blend(out.filter(ImageFilter.GaussianBlur(0.7)), grain, 0.12)


def saved(image, kind, **how):
    out = io.BytesIO()
    image.save(out, kind, **how)
    return out.getvalue()


def photo(rng, size=None):
    exif = Image.Exif()
    exif[0x010f], exif[0x0110] = "Hikari", f"H{rng.randrange(9)}"
    exif[0x0132] = f"20{rng.randrange(15, 25)}:0{rng.randrange(1, 9)}:1{rng.randrange(9)} 10:{rng.randrange(10, 59)}:00"
    return saved(picture(rng, size), "JPEG", quality=rng.randrange(82, 95), exif=exif)


def scan_tiff(rng):
    return saved(picture(rng, (300, 400)).convert("L"), "TIFF", compression=rng.choice([None, "tiff_lzw", "tiff_deflate"]))


def web_picture(rng):
    return saved(picture(rng, (300, 200)), "WEBP", quality=80)


def screen(rng):
    return saved(picture(rng, (320, 200)).quantize(64), "PNG")


def letter(rng):
    paper = docx.Document()
    paper.add_heading(r.prose(rng, 30, 60).replace("\n", " ").translate(PRINTABLE), 0)
    for line in r.prose(rng, 1500, 12000).split("\n"):
        if line.strip():
            paper.add_paragraph(line.translate(PRINTABLE))
    if rng.random() < 0.25:
        paper.add_picture(io.BytesIO(saved(picture(rng, (240, 180)), "JPEG", quality=88)))
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


PRINTABLE = {i: None for i in [*range(0, 9), 11, 12, *range(14, 32), 127, 0xfffd, 0xfffe, 0xffff]}


def sheet(rng):
    book = openpyxl.Workbook()
    lines = [line.strip().translate(PRINTABLE).lstrip("=") for line in r.prose(rng, 900, 6000).split("\n") if line.strip()]
    for number in range(rng.randrange(20, 200)):
        book.active.append([number, rng.choice(lines or ["-"]), rng.randrange(10**6), f"=C{number + 1}*1.1"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def open_text(rng):
    paper = odf.opendocument.OpenDocumentText()
    for line in r.prose(rng, 900, 9000).split("\n"):
        paper.text.addElement(odf.text.P(text=line.translate(PRINTABLE)))
    out = io.BytesIO()
    paper.save(out)
    return out.getvalue()


def paper(rng):
    out = io.BytesIO()
    page = canvas.Canvas(out, pageCompression=1)
    for _ in range(rng.randrange(1, 5)):
        for number, line in enumerate(r.prose(rng, 1500, 4000).split("\n")[:60]):
            page.drawString(60, 800 - 12 * number, line.translate(PRINTABLE)[:100])
        page.showPage()
    page.save()
    return out.getvalue()


def scan(rng):
    """As a scanner in the corridor makes: pages that are pictures."""
    return saved(picture(rng, (400, 560)).convert("L"), "PDF", quality=75)


def sound(rng):
    """Some seconds of tones and noise, 16 bits."""
    out = io.BytesIO()
    step, rate = rng.randrange(20, 90), 22050
    with wave.open(out, "wb") as file:
        file.setparams((1, 2, rate, 0, "NONE", ""))
        file.writeframes(b"".join((int(9000 * ((i % step) / step - 0.5)) + rng.randrange(-900, 900)).to_bytes(2, "little", signed=True)
                                  for i in range(rate * 2)))
    return out.getvalue()


def base(rng, rows=None):
    return r.database(rng, rows)


def mailbox(rng):
    return b"".join(b"From a@example.org Mon May 13 10:00:00 2024\n" + r.mail(rng).replace(b"\nFrom ", b"\n>From ") + b"\n"
                    for _ in range(rng.randrange(3, 25)))


def dump(rng):
    """As mysqldump writes."""
    rows = ",".join(f"({i},'{line.strip()[:70].translate(PRINTABLE)}',{rng.randrange(10**6)})" for i, line in enumerate(
        r.prose(rng, 9000, 40000).replace("'", "''").replace("\\", "").split("\n")) if line.strip())
    return (f"-- MySQL dump 10.19\n--\nDROP TABLE IF EXISTS `orders`;\nCREATE TABLE `orders` (`id` int NOT NULL, `t` text, `n` int);\n"
            f"LOCK TABLES `orders` WRITE;\nINSERT INTO `orders` VALUES {rows};\nUNLOCK TABLES;\n").encode()


def archive(rng):
    return t.zipped([(f"file{i}.txt", r.prose(rng, 500, 5000)) for i in range(4)])


MAKERS = {"jpg": photo, "JPG": photo, "tif": scan_tiff, "webp": web_picture, "png": screen, "docx": letter, "xlsx": sheet, "odt": open_text,
          "pdf": paper, "PDF": scan, "wav": sound, "db": base, "sqlite": base, "mbox": mailbox, "sql": dump, "txt": r.plain, "md": r.plain,
          "csv": t.csv, "log": r.log, "eml": r.mail, "zip": archive}


# --- worlds ---

def fill(tree, folder, count, kinds, names="{}-{:05d}"):
    """Files of some years, a few folders deep, as people sort theirs."""
    for _ in range(count):
        kind = tree.random.choice(kinds)
        year = tree.random.randrange(2017, 2026)
        tree.now = t.BEGIN - (2026 - year) * 300 * t.DAY + tree.random.randrange(250) * t.DAY
        sub = tree.random.choice([f"{year}", f"{year}/{tree.random.choice(['spring', 'autumn', '夏'])}", f"{year}/{tree.random.randrange(1, 13):02d}"])
        word = tree.random.choice(t.EN if tree.random.random() < 0.8 else t.JA)
        tree.write(f"{folder}/{sub}/" + names.format(word, tree.random.randrange(10**5)) + f".{kind}", MAKERS[kind](tree.random))
    tree.now = t.BEGIN


def music(tree, folder, count):
    """lame and flac over tones."""
    paths = []
    for number in range(count):
        paths.append(f"{folder}/album{number % 7}/{number:03d} {tree.random.choice(t.EN)}.wav")
        tree.write(paths[-1], sound(tree.random), (t.BEGIN - number * t.DAY) * 10**6)
    with bench(tree, paths) as b:
        for number, path in enumerate(paths):
            if number % 3 == 0:
                b.run("flac", "-s", "--delete-input-file", "." + path)
            elif number % 3 == 1:
                b.run("lame", "--quiet", "-V5", "." + path, "." + path[:-4] + ".mp3")
                os.unlink(b.path(path))


def repository(tree, folder, source, count, fits=lambda p: True):
    """A real clone: three commits, the first packed."""
    r.take(tree, source, folder, count, fits)
    with bench(tree, tree.below(folder + "/")) as b:
        b.run("git", "init", "-q", "-b", "main", at=folder)
        b.run("git", "add", "-A", at=folder)
        b.run("git", "commit", "-qm", "first", at=folder)
        b.run("git", "gc", "-q", at=folder)
        for number in range(2):
            for name in tree.random.sample(sorted(tree.below(folder + "/")), 8):
                with open(b.path(name), "ab") as out:
                    out.write(r.prose(tree.random, 100, 900).encode())
            b.run("git", "commit", "-qam", f"more {number}", at=folder)


def make_photographer(tree, part):
    def of(count):
        return max(1, int(count * part))
    home = "/home/hana"
    fill(tree, f"{home}/Photos", of(420), ["JPG"], "IMG_{1:05d}")
    fill(tree, f"{home}/Scans", of(60), ["tif", "PDF"])
    for path in sorted(tree.below(f"{home}/Photos"))[::4]:
        tree.write(path[:-4] + ".xmp", f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF rating="{tree.random.randrange(6)}"/></x:xmpmeta>\n'.encode() * 4)
    fill(tree, f"{home}/Clients", of(180), ["docx", "pdf", "xlsx", "zip", "odt", "txt"])
    music(tree, f"{home}/Music", of(60))
    fill(tree, f"{home}/Web", of(100), ["webp", "png", "jpg"])
    for number in range(of(160)):
        tree.write(f"{home}/.cache/thumbnails/large/{tree.random.randrange(16**32):032x}.png", screen(tree.random) if number % 2 else t.png(tree.random))
    for name in ("catalog", "library", "previews", "places", "faces"):
        tree.write(f"{home}/.local/share/studio/{name}.db", base(tree.random))
    for number in range(of(150)):
        tree.write(f"{home}/Mail/cur/1700{number:06d}.M{tree.random.randrange(10**5)}.hana:2,S", r.mail(tree.random))
    r.take(tree, "/usr/share/doc", f"{home}/Downloads", of(90))
    tree.write(f"{home}/keys.kdbx", b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\1\0\4\0" + tree.random.randbytes(12000))
    tree.write(f"{home}/private.hc", tree.random.randbytes(2_000_000))
    repository(tree, f"{home}/src/site", "/usr/share/vim", of(90))


def make_office(tree, part):
    def of(count):
        return max(1, int(count * part))
    share = "/srv/files"
    for name in ("Sales", "経理", "Personnel", "Works", "Board"):
        fill(tree, f"{share}/{name}", of(150), ["docx", "docx", "xlsx", "xlsx", "pdf", "PDF", "txt", "csv", "odt", "zip", "jpg"])
    for name in ("sato", "meyer", "ivanova"):
        fill(tree, f"/home/{name}", of(50), ["docx", "pdf", "xlsx", "jpg", "md", "png"])
        tree.write(f"/home/{name}/mail/inbox.mbox", mailbox(tree.random))
        tree.write(f"/home/{name}/mail/sent.mbox", mailbox(tree.random))
    for number in range(of(40)):
        tree.write(f"/srv/erp/data/table{number:03d}.db", base(tree.random, 200))
    for number in range(of(14)):
        tree.write(f"/srv/erp/dump/2024-05-{number + 1:02d}.sql", dump(tree.random))
    for number in range(of(30)):
        tree.write(f"/var/log/erp/part{number}.log", r.log(tree.random))
    r.take(tree, "/usr/share/doc", "/usr/share/doc", of(260))
    r.take(tree, "/etc", "/etc", of(120), lambda p: os.stat(p).st_mode & 4 and "shadow" not in p and "ssl/private" not in p)
    r.take(tree, "/usr/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", of(60), lambda p: ".so" in p)
    r.take(tree, "/usr/share/fonts", "/usr/share/fonts", of(20))
    for number in range(of(10)):
        tree.write(f"{share}/Backup/week{number:02d}.tar.gpg", r.gpg(tree, tree.random.randbytes(30_000)))
    r.take(tree, "/usr/share/doc", "/srv/www", of(160), lambda p: p.endswith((".html", ".png", ".css", ".js", ".svg")))


WORLDS = {"photographer": make_photographer, "office": make_office}


def make_tools_tree(folder, make, seed, part):
    tree = t.Tree(folder, seed)
    make(tree, part)
    return tree
