"""tree_real.py - trees whose base are real files of the machine: a home and a server, for tests of the backup watch.

Programs' files, headers, icons, fonts, catalogues, mails and sounds are copied as they are, folder by folder. What a Debian
machine does not have (letters, sheets, photos, music) is made around real text. A tree is a Tree of tree.py; copies only.
"""
import base64
import gzip
import hashlib
import io
import os
import random
import sqlite3
import struct
import tarfile
import zlib

import tree as t

SMALLEST, LARGEST = 16, 400_000


# --- what the machine has ---

def folders_of(source):
    """Folders below it, with the plain files in each; in one order on one machine."""
    for folder, below, names in os.walk(source):
        below.sort()
        found = []
        for name in sorted(names):
            path = os.path.join(folder, name)
            if not os.path.islink(path) and os.access(path, os.R_OK) and SMALLEST <= os.path.getsize(path) <= LARGEST:
                found.append(path)
        if found:
            yield folder, found


def take(tree, source, target, count, fits=lambda path: True):
    """Copies whole folders, in an order of chance, until so many files are there."""
    all_folders = [(folder, [f for f in files if fits(f)]) for folder, files in folders_of(source)]
    tree.random.shuffle(all_folders)
    for folder, files in all_folders:
        for path in files[:60]:
            if count <= 0:
                return
            count -= 1
            with open(path, "rb") as file:
                tree.write(f"{target}/{os.path.relpath(path, source)}", file.read(), int(os.path.getmtime(path)) * 10**6)


def text_pool(source="/usr/share/doc", limit=3_000_000):
    """Real prose: what packages say of themselves."""
    pool = []
    for _, files in folders_of(source):
        for path in files:
            if limit > 0 and path.endswith(("copyright", "README", "NEWS", ".txt", ".html", ".md", "changelog.gz")):
                with (gzip.open if path.endswith(".gz") else open)(path, "rb") as file:
                    data = file.read(20_000)
                pool.append(data)
                limit -= len(data)
    return b"\n".join(pool).decode("utf-8", "replace").replace("\x00", "") or t.text(random.Random(0), 90_000, 99_000).decode()


POOL = text_pool()


def prose(rng, low=400, high=30_000):
    length = min(int(low * (high / low) ** rng.random()), len(POOL) // 2)
    at = rng.randrange(len(POOL) - length)
    return POOL[at:at + length]


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


# --- what people make ---

def letter(rng):
    body = "".join(f'<w:p w:rsidR="00{rng.randrange(16**6):06X}"><w:r><w:t xml:space="preserve">{escaped(line)}</w:t></w:r></w:p>'
                   for line in prose(rng).split("\n"))
    return t.zipped([
        ("[Content_Types].xml", '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Types xmlns="http://schemas.openxmlformats'
         '.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
         'relationships+xml"/></Types>'),
        ("_rels/.rels", '<?xml version="1.0"?><Relationships/>'), ("word/document.xml", f"<w:document><w:body>{body}</w:body></w:document>"),
        ("word/styles.xml", "<w:styles>" + escaped(prose(rng, 800, 900)) + "</w:styles>"),
        ("docProps/app.xml", f"<Properties><TotalTime>{rng.randrange(9999)}</TotalTime></Properties>")])


def sheet(rng):
    rows = "".join(f'<row r="{r}">' + "".join(f'<c r="{c}{r}" s="2"><v>{rng.gauss(1000, 300):.2f}</v></c>' for c in "ABCDEF") + "</row>"
                   for r in range(1, rng.randrange(10, 300)))
    shared = "".join(f"<si><t>{escaped(line)}</t></si>" for line in prose(rng, 300, 3000).split("\n"))
    return t.zipped([("[Content_Types].xml", '<?xml version="1.0"?><Types/>'), ("xl/workbook.xml", "<workbook/>"),
                     ("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{rows}</sheetData></worksheet>"),
                     ("xl/sharedStrings.xml", f"<sst>{shared}</sst>")])


def paper(rng):
    """PDF 1.7 with packed pages, and sometimes a picture of noise as scanners make."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]
    for _ in range(rng.randrange(1, 6)):
        packed = zlib.compress("".join(f"BT 1 0 0 1 72 {700 - 12 * i} Tm ({line}) Tj ET\n" for i, line in enumerate(
            prose(rng, 1500, 4000).replace("(", "").replace(")", "").replace("\\", "").split("\n"))).encode())
        objects.append(b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed))
    if rng.random() < 0.3:
        scan = photo(rng, 25_000)
        objects.append(b"<</Type/XObject/Subtype/Image/Filter/DCTDecode/Length %d>>\nstream\n%s\nendstream" % (len(scan), scan))
    out, offsets = bytearray(b"%PDF-1.7\n%\xb5\xb5\xb5\xb5\n"), []
    for i, body in enumerate(objects):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i + 1, body)
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % o for o in offsets)
    return bytes(out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at))


def photo(rng, size=None, exif=True):
    """Segments as cameras write them. What a coder leaves of a picture looks as chance does, but for the stuffed 0xff."""
    def segment(mark, data):
        return b"\xff" + bytes([mark]) + struct.pack(">H", len(data) + 2) + data
    scan = rng.randbytes(size or int(20_000 * 8 ** rng.random())).replace(b"\xff", b"\xff\0")
    tiff = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x0f\x01\x02\0\x08\0\0\0\x1a\0\0\0\0\0\0\0Hikari\0\0" + rng.randbytes(400 + rng.randrange(999))
    return (b"\xff\xd8" + (segment(0xe1, tiff) if exif else segment(0xe0, b"JFIF\0\1\1\0\0\1\0\1\0\0")) + segment(0xdb, b"\0" + bytes(range(3, 67))) +
            segment(0xc0, b"\x08\x04\x38\x07\x80\x03\1\x22\0\2\x11\1\3\x11\1") + segment(0xc4, b"\0" + bytes([0, 1, 5] + [1] * 6 + [0] * 7) + bytes(range(12))) +
            segment(0xda, b"\3\1\0\2\x11\3\x11\0\x3f\0") + scan + b"\xff\xd9")


def song(rng, title=None):
    """MPEG-1 layer III, 128 kbit/s, 417 bytes a frame, behind an ID3v2 tag."""
    tag = b"TIT2" + struct.pack(">IH", 31, 0) + b"\0" + (title or prose(rng, 40, 41).encode("ascii", "replace"))[:30].ljust(30)
    head = b"ID3\x03\0\0" + bytes([0, 0, len(tag) >> 7, len(tag) & 127]) + tag
    return head + b"".join(b"\xff\xfb\x90\x64" + bytes(4) + rng.randbytes(409) for _ in range(rng.randrange(60, 300)))


def flac(rng):
    info = struct.pack(">HH", 4096, 4096) + bytes(6) + b"\x0a\xc4\x42\xf0" + rng.randbytes(20)
    return b"fLaC\x80" + struct.pack(">I", len(info))[1:] + info + b"".join(
        b"\xff\xf8\xc9\x18" + rng.randbytes(3000) for _ in range(rng.randrange(20, 60)))


def ogg(rng):
    out = b""
    for number in range(rng.randrange(6, 20)):
        body = (b"\x01vorbis" + bytes(23)) if number == 0 else rng.randbytes(255 * 16)
        lacing = bytes([len(body)]) if number == 0 else b"\xff" * 16
        out += b"OggS\0" + bytes([2 if number == 0 else 0]) + struct.pack("<QIII", number * 9999, 77, number, rng.randrange(2**32)) + bytes([len(lacing)]) + lacing + body
    return out


def database(rng, rows=None):
    base = sqlite3.connect(":memory:")
    base.execute("create table places(id integer primary key, url text, title text, visits integer, seen real)")
    base.execute("create index places_url on places(url)")
    lines = [line for line in prose(rng, 20_000, 30_000).split("\n") if line.strip()]
    base.executemany("insert into places(url, title, visits, seen) values(?, ?, ?, ?)", [
        (f"https://{hashlib.md5(line.encode()).hexdigest()[:9]}.example/{i}", line, rng.randrange(99), rng.random())
        for i, line in enumerate(rng.choices(lines, k=rows or rng.randrange(100, 900)))])
    base.commit()
    data = base.serialize()
    base.close()
    return data


def mail(rng):
    body = prose(rng, 300, 6000)
    head = (f"Return-Path: <{rng.randrange(999)}@example.org>\nDate: Mon, {rng.randrange(1, 29)} May 2024 10:00:00 +0900\nFrom: a@example.org\n"
            f"To: b@example.com\nSubject: {body[:40]!r}\nMIME-Version: 1.0\n")
    if rng.random() < 0.3:
        return (head + "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n").encode() + base64.encodebytes(paper(rng))
    return (head + "Content-Type: text/plain; charset=utf-8\n\n" + body).encode()


def tarball(parts, how="gz"):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=f"w:{how}") as tar:
        for name, data in parts:
            info = tarfile.TarInfo(name.lstrip("/"))
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return out.getvalue()


def log(rng, lines=300):
    lines = [f"2024-05-{i % 28 + 1:02d}T{i % 24:02d}:13:00+0900 host daemon[{rng.randrange(9999)}]: {line}"
             for i, line in enumerate(prose(rng, 20_000, 30_000).split("\n")[:lines])]
    return ("\n".join(lines) + "\n").encode()


def plain(rng):
    return prose(rng).encode()


MAKERS = {"docx": letter, "xlsx": sheet, "pdf": paper, "odt": t.odt, "jpg": photo, "JPG": photo, "mp3": song, "flac": flac, "ogg": ogg,
          "sqlite": database, "db": database, "txt": plain, "md": plain, "csv": t.csv, "log": log, "eml": mail, "png": t.png, "mp4": t.mp4,
          "html": t.page}


def ending(path):
    return path.rsplit("/", 1)[-1].rsplit(".", 1)[-1]


def put(tree, folder, name, count, kinds):
    """Files that people made in some years, a few folders deep."""
    for _ in range(count):
        kind = tree.random.choice(kinds)
        year = tree.random.randrange(2018, 2025)
        tree.now = t.BEGIN - (2025 - year) * 300 * t.DAY + tree.random.randrange(200) * t.DAY
        sub = f"{year}/{tree.random.choice(['a', 'b', 'c', 'd'])}" if tree.random.random() < 0.7 else str(year)
        tree.write(f"{folder}/{sub}/{name.format(tree.random.randrange(10**6))}.{kind}", MAKERS[kind](tree.random))
    tree.now = t.BEGIN


def objects(tree, folder, count):
    """Loose objects of git: packed with zlib, named by their hash."""
    for _ in range(count):
        data = prose(tree.random, 200, 6000).encode()
        data = b"blob %d\0" % len(data) + data
        name = hashlib.sha1(data).hexdigest()
        tree.write(f"{folder}/.git/objects/{name[:2]}/{name[2:]}", zlib.compress(data))
    for name, text in (("HEAD", "ref: refs/heads/main\n"), ("config", "[core]\n\tbare = false\n\tfilemode = true\n"), ("packed-refs", "# pack-refs\n" * 4)):
        tree.write(f"{folder}/.git/{name}", text.encode())


def make_home(tree, part):
    """About 4,000 files of a person, for part = 1."""
    def of(count):
        return max(1, int(count * part))
    home = "/home/mika"
    for number in range(3):
        take(tree, "/usr/lib/python3", f"{home}/code/tool{number}", of(160), lambda p: p.endswith((".py", ".txt", "METADATA", ".so")))
        objects(tree, f"{home}/code/tool{number}", of(60))
    take(tree, "/usr/share/nodejs", f"{home}/code/site/node_modules", of(250))
    take(tree, "/usr/share/vim", f"{home}/code/site/src", of(150))
    put(tree, f"{home}/Documents", "letter-{:06d}", of(420), ["docx", "docx", "pdf", "pdf", "xlsx", "odt", "txt"])
    put(tree, f"{home}/Documents/税務", "請求書-{:06d}", of(120), ["pdf", "xlsx", "docx"])
    put(tree, f"{home}/Pictures", "IMG_{:06d}", of(420), ["JPG"])
    take(tree, "/usr/share/icons", f"{home}/Pictures/icons", of(200))
    put(tree, f"{home}/Music", "track {:06d}", of(130), ["mp3", "mp3", "flac", "ogg"])
    for number in range(of(350)):
        tree.write(f"{home}/Maildir/cur/1700{tree.random.randrange(10**6):06d}.M{number}.host:2,S", mail(tree.random))
    for number in range(of(140)):
        tree.write(f"{home}/.cache/browser/entries/{tree.random.randrange(16**10):010X}", tree.random.choice([photo, t.page, t.gif, plain])(tree.random))
    for name in ("places", "cookies", "favicons", "content-prefs", "calendar", "contacts", "notes"):
        tree.write(f"{home}/.mozilla/profile/{name}.sqlite", database(tree.random))
    for name in ("tax", "bank", "diary", "router"):
        for number in range(of(8)):
            tree.write(f"{home}/.password-store/{name}/site{number}.gpg", gpg(tree, plain(tree.random)[:400], True))
    take(tree, "/usr/share/java", f"{home}/Downloads", of(30))
    take(tree, "/usr/share/doc", f"{home}/Downloads", of(80), lambda p: p.endswith((".gz", ".html", ".png")))
    put(tree, f"{home}/Videos", "clip{:06d}", of(10), ["mp4"])
    tree.write(f"{home}/passwords.kdbx", b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\1\0\4\0" + tree.random.randbytes(9000))


def make_server(tree, part):
    """About 4,000 files of a small firm's server, for part = 1."""
    def of(count):
        return max(1, int(count * part))
    take(tree, "/usr/share/doc", "/usr/share/doc", of(550))
    take(tree, "/usr/include", "/usr/include", of(500))
    take(tree, "/usr/lib/python3", "/usr/lib/python3", of(300), lambda p: not p.endswith(".pyc"))
    take(tree, "/usr/share/locale", "/usr/share/locale", of(150))
    take(tree, "/usr/share/fonts", "/usr/share/fonts", of(20))
    take(tree, "/usr/share/man", "/usr/share/man", of(250))
    take(tree, "/usr/share/doc", "/srv/www/htdocs/manual", of(250), lambda p: p.endswith((".html", ".png", ".css", ".js")))
    take(tree, "/usr/share/icons", "/srv/www/htdocs/img", of(250), lambda p: p.endswith((".png", ".svg")))
    for name in ("営業", "keiri", "jinji", "kaihatsu"):
        put(tree, f"/srv/share/{name}", name + "-{:06d}", of(190), ["docx", "xlsx", "pdf", "txt", "csv", "jpg"])
    for number in range(3):
        objects(tree, f"/srv/git/project{number}", of(70))
        take(tree, "/usr/share/perl", f"/srv/git/project{number}", of(80))
    for number in range(of(60)):
        tree.write(f"/var/lib/app/store/{number:03d}.db", database(tree.random))
    for number in range(of(25)):
        tree.write(f"/var/log/app/service{number}.log", log(tree.random))
        for old in range(1, 4):
            tree.write(f"/var/log/app/service{number}.log.{old}.gz", gzip.compress(log(tree.random), mtime=0))
    for number in range(of(40)):
        tree.write(f"/srv/backup/dump/2024-{number // 28 + 1:02d}-{number % 28 + 1:02d}.sql.gz", gzip.compress(t.csv(tree.random) * 3, mtime=0))
        tree.write(f"/srv/backup/weekly/home-{number:03d}.tar.xz", tarball([("a.txt", plain(tree.random)), ("b.txt", plain(tree.random))], "xz"))
    repository(tree, "/srv/backup/restic", of(140))
    for number in range(of(40)):
        tree.write(f"/var/lib/ansible/group{number}/vault.yml", ansible(tree.random))


def repository(tree, folder, count):
    """Packs of restic are noise, named by their hash."""
    for _ in range(count):
        data = tree.random.randbytes(tree.random.randrange(3000, 60_000))
        name = hashlib.sha256(data).hexdigest()
        tree.write(f"{folder}/data/{name[:2]}/{name}", data)
    tree.write(f"{folder}/config", tree.random.randbytes(155))
    tree.write(f"{folder}/keys/{tree.random.randrange(16**16):016x}", b'{"hostname":"host","username":"root","kdf":"scrypt","N":32768,"r":8,"p":1,"data":"' + base64.b64encode(tree.random.randbytes(200)) + b'"}')


def ansible(rng):
    hexed = rng.randbytes(800).hex()
    return b"$ANSIBLE_VAULT;1.1;AES256\n" + "".join(hexed[i:i + 80] + "\n" for i in range(0, len(hexed), 80)).encode()


def gpg(tree, data, key=False):
    """gpg -c, or to a key: a session key's packet (RFC 4880, 5.1 and 5.3), then the encrypted one (5.13)."""
    rng = tree.random
    session = b"\x85\x01\x0c\x03" + rng.randbytes(8) + b"\x01\x08\x00" + rng.randbytes(256) if key else b"\x8c\x0d\x04\x09\x03\x02" + rng.randbytes(8) + b"\xff"
    body = b"\x01" + rng.randbytes(len(data) + 39)
    length = bytes([192 + (len(body) - 192 >> 8), len(body) - 192 & 255]) if 192 <= len(body) < 8384 else b"\xff" + struct.pack(">I", len(body))
    return session + b"\xd2" + length + body


WORLDS = {"home": make_home, "server": make_server}


def make_real_tree(folder, world, seed, part=1.0):
    tree = t.Tree(folder, seed)
    WORLDS[world](tree, part)
    tree.now = t.BEGIN
    return tree
