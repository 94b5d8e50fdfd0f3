"""tree.py - a seeded tree of files as offices have them, for tests of the backup watch: documents, pictures, code, databases.

A Tree is a folder of ours with a marker file and one file of contents, "blobs", that only grows; what a snapshot would list
is a table of paths, sizes, times and places in it. So a day that changes some files costs only those, and all states stay
readable.
Everything is made here: zip, docx, xlsx, odt, pdf, png, jpeg, sqlite, gzip, mp4, wav, texts, in valid structure.
"""
import gzip
import io
import os
import random
import sqlite3
import struct
import zipfile
import zlib

MARKER = ".hinomi-test-tree"
DAY = 86400
BEGIN = 1_700_000_000  # seconds: the first snapshot

EN = ("report meeting budget invoice customer project the of and for with plan order delivery contract review schedule team "
      "office market price account payment detail summary result change request value system service water energy").split()
JA = "会議 予算 請求書 顧客 計画 注文 納品 契約 見積 議事録 報告 部長 工場 製品 在庫 出荷 来週 確認 お願い 資料 添付 修正 担当".split()
CODE = ("static int count_%d(const char *text, int limit)\n{\n\tint total = 0;\n\n\tfor (int i = 0; i < limit; i++)\n"
        "\t\tif (text[i] == '%s')\n\t\t\ttotal += %d;\n\treturn total;\n}\n\n")


class Entry:
    __slots__ = ("size", "time", "blob")

    def __init__(self, size, time, blob):
        self.size, self.time, self.blob = size, time, blob


class Tree:
    """Paths and what they hold. copy() is another state of the same tree: blobs are never changed, only added."""

    def __init__(self, folder, seed):
        self.folder, self.random, self.files, self.now = folder, random.Random(seed), {}, BEGIN
        os.makedirs(folder, exist_ok=True)
        self.blobs = open(os.path.join(folder, "blobs"), "w+b", buffering=0)
        with open(os.path.join(folder, MARKER), "w", encoding="ascii") as out:
            out.write("made by tests/scenario/tree.py\n")

    def check(self):
        """What damages files works only on trees that were made here."""
        if not os.path.exists(os.path.join(self.folder, MARKER)):
            raise SystemExit(f"{self.folder} is no tree of tree.py")

    def copy(self, seed):
        other = Tree.__new__(Tree)
        other.folder, other.blobs, other.now = self.folder, self.blobs, self.now + DAY
        other.files = {path: Entry(e.size, e.time, e.blob) for path, e in self.files.items()}
        other.random = random.Random(seed)
        return other

    def write(self, path, data, time=None):
        time = self.now * 1000000 + self.random.randrange(10**6) if time is None else time
        self.files[path] = Entry(len(data), time, self.blobs.seek(0, os.SEEK_END))
        self.blobs.write(data)

    def read(self, path):
        entry = self.files[path]
        return os.pread(self.blobs.fileno(), entry.size, entry.blob)

    def rename(self, path, to):
        self.files[to] = self.files.pop(path)

    def close(self):
        self.blobs.close()

    def below(self, folder):
        return [path for path in self.files if path.startswith(folder)]

    def list(self, path):
        with open(path, "w", encoding="utf-8", errors="surrogateescape") as out:
            for name, e in self.files.items():
                out.write(f"{name}\t{e.size}\t{e.time}\t{e.blob}\n")


# --- contents ---

POOL = random.Random(0).choices(EN, k=50000)  # words are slices of it: quick


def words(rng, count):
    at = rng.randrange(len(POOL) - count)
    return " ".join(POOL[at:at + count])


def text(rng, low=300, high=6000):
    return "".join(words(rng, 12) + ".\n" for _ in range(rng.randrange(low, high) // 80 + 1)).encode()


def japanese(rng, charset):
    return "".join("".join(rng.choices(JA, k=10)) + "。\n" for _ in range(rng.randrange(10, 80))).encode(charset)


def code(rng):
    return ("/* " + words(rng, 8) + " */\n" + "".join(
        CODE % (rng.randrange(999), chr(rng.randrange(97, 122)), rng.randrange(99)) for _ in range(rng.randrange(2, 30)))).encode()


def csv(rng):
    return b"date,customer,amount\n" + b"".join(
        b"2024-%02d-%02d,%s,%d\n" % (rng.randrange(1, 13), rng.randrange(1, 29), rng.choice(EN).encode(), rng.randrange(10**6))
        for _ in range(rng.randrange(20, 300)))


def log(rng, lines=200):
    return b"".join(b"2024-05-%02dT%02d:%02d:00 host app[%d]: %s\n" % (
        rng.randrange(1, 29), rng.randrange(24), rng.randrange(60), rng.randrange(9999), words(rng, 6).encode())
        for _ in range(lines))


def page(rng):
    return b"<!DOCTYPE html>\n<html><head><title>%s</title></head><body>\n%s</body></html>\n" % (
        words(rng, 4).encode(), b"".join(b"<p>%s</p>\n" % words(rng, 30).encode() for _ in range(rng.randrange(3, 30))))


def zipped(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in parts:
            z.writestr(zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def docx(rng, picture=False):
    body = "".join(f"<w:p><w:r><w:t>{words(rng, 25)}</w:t></w:r></w:p>" for _ in range(rng.randrange(5, 80)))
    parts = [("[Content_Types].xml", '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
              'content-types"><Default Extension="xml" ContentType="application/xml"/></Types>'),
             ("_rels/.rels", '<?xml version="1.0"?><Relationships/>'),
             ("word/document.xml", f'<?xml version="1.0"?><w:document>{body}</w:document>')]
    if picture:
        parts.append(("word/media/image1.png", png(rng)))
    return zipped(parts)


def xlsx(rng):
    rows = "".join(f"<row><c><v>{rng.randrange(10**7)}</v></c><c><v>{rng.randrange(999)}</v></c></row>"
                   for _ in range(rng.randrange(20, 400)))
    return zipped([("[Content_Types].xml", '<?xml version="1.0"?><Types/>'),
                   ("xl/workbook.xml", "<workbook/>"), ("xl/worksheets/sheet1.xml", f"<worksheet>{rows}</worksheet>")])


def odt(rng):
    return zipped([("mimetype", "application/vnd.oasis.opendocument.text"),
                   ("content.xml", "<office:document-content>" + words(rng, 900) + "</office:document-content>"),
                   ("META-INF/manifest.xml", "<manifest:manifest/>")])


def pdf(rng):
    out, offsets = bytearray(b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n"), []
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"]
    for _ in range(rng.randrange(1, 8)):
        packed = zlib.compress(("BT /F1 12 Tf (" + words(rng, 400) + ") Tj ET").encode())
        objects.append(b"<</Length %d/Filter/FlateDecode>>\nstream\n%s\nendstream" % (len(packed), packed))
    for i, body in enumerate(objects):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i + 1, body)
    xref = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % at for at in offsets)
    return bytes(out + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, xref))


def png(rng):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    side = rng.randrange(32, 110)
    rows = b"".join(b"\0" + rng.randbytes(side) + bytes(range(side)) + rng.randbytes(side) for _ in range(side))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def jpeg(rng, size=None):
    def segment(mark, data):
        return b"\xff" + bytes([mark]) + struct.pack(">H", len(data) + 2) + data
    scan = rng.randbytes(size or rng.choice([9000, 16000, 30000, 90000])).replace(b"\xff", b"\xff\0")
    return (b"\xff\xd8" + segment(0xe0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + segment(0xe1, b"Exif\0\0" + words(rng, 20).encode()) +
            segment(0xdb, b"\0" + bytes(range(1, 65))) + segment(0xc0, b"\x08\1\0\1\0\1\1\x11\0") +
            segment(0xc4, b"\0" + bytes(16) + bytes(12)) + segment(0xda, b"\1\1\0\0\x3f\0") + scan + b"\xff\xd9")


def gif(rng):
    return b"GIF89a" + struct.pack("<HH", 64, 64) + b"\xf7\0\0" + rng.randbytes(768) + b"\x2c" + rng.randbytes(2000) + b"\0\x3b"


def mp4(rng):
    def box(kind, data):
        return struct.pack(">I", len(data) + 8) + kind + data
    return (box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + box(b"moov", box(b"mvhd", bytes(100))) +
            box(b"mdat", rng.randbytes(rng.randrange(200_000, 600_000))))


def wav(rng):
    data = b"".join(struct.pack("<h", int(8000 * ((i * 37 % 200) / 100 - 1)) + rng.randrange(-40, 40)) for i in range(8000))
    return b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack(
        "<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16) + b"data" + struct.pack("<I", len(data)) + data


def sqlite(rng, rows=400):
    base = sqlite3.connect(":memory:")
    base.execute("create table customer(id integer primary key, name text, note text, amount integer)")
    base.executemany("insert into customer(name, note, amount) values(?, ?, ?)", [
        (words(rng, 2), words(rng, 9), rng.randrange(10**6)) for _ in range(rows)])
    base.commit()
    data = base.serialize() if hasattr(base, "serialize") else None
    base.close()
    return data


def binary(rng):
    """A program's own format: numbers and names, no magic number."""
    return b"".join(struct.pack("<IIf12s", i, rng.randrange(999), rng.random(), rng.choice(EN).encode())
                    for i in range(rng.randrange(50, 600)))


def program(rng):
    with open("/bin/true", "rb") as file:
        data = bytearray(file.read())
    for _ in range(200):
        data[rng.randrange(4096, len(data) - 4096)] = rng.randrange(256)
    return bytes(data)


def packed_log(rng):
    return gzip.compress(log(rng), mtime=0)


# Ending, how many of a thousand, maker.
KINDS = [
    ("docx", 110, docx), ("xlsx", 80, xlsx), ("pdf", 100, pdf), ("odt", 20, odt), ("txt", 60, text), ("csv", 40, csv),
    ("jpg", 190, jpeg), ("png", 80, png), ("gif", 15, gif), ("c", 60, code), ("py", 30, code), ("html", 40, page),
    ("json", 25, lambda r: ('{"name": "%s", "list": [%s]}' % (words(r, 3), ", ".join(str(r.randrange(999)) for _ in range(200)))).encode()),
    ("xml", 25, lambda r: ("<?xml version=\"1.0\"?>\n<list>" + "".join(f"<i>{words(r, 4)}</i>\n" for _ in range(60)) + "</list>").encode()),
    ("sjis.txt", 15, lambda r: japanese(r, "cp932")), ("メモ.txt", 15, lambda r: japanese(r, "utf-8")),
    ("log", 25, log), ("db", 15, sqlite), ("zip", 15, lambda r: zipped([(f"{i}.txt", text(r)) for i in range(5)])),
    ("log.gz", 10, packed_log), ("dat", 20, binary), ("mp4", 3, mp4), ("wav", 7, wav), ("bin", 0, program),
]
FOLDERS = ["営業", "accounting", "projects/alpha", "projects/beta", "projects/old-gamma", "photos/2022", "photos/2023", "src/app",
           "src/lib", "home/sato/Documents", "home/suzuki/Documents", "home/tanaka/Pictures", "databases", "archive/2019",
           "shared/templates", "web/htdocs"]


def make_tree(folder, seed, count):
    """A tree of about so many files."""
    tree = Tree(folder, seed)
    rng = tree.random
    makers = [(ending, make) for ending, _, make in KINDS]
    weights = [weight for _, weight, _ in KINDS]
    for i in range(count - 40):
        ending, make = rng.choices(makers, weights)[0]
        sub = f"{rng.choice(FOLDERS)}/{rng.choice('abcdefgh')}{rng.randrange(1 + count // 400)}"
        tree.now = BEGIN - rng.randrange(900) * DAY
        tree.write(f"/srv/{sub}/{rng.choice(EN)}-{i:05d}.{ending}", make(rng))
    tree.now = BEGIN
    for i in range(20):
        tree.write(f"/srv/app/bin/tool{i}", program(rng))
    for i in range(15):
        tree.write(f"/var/log/service{i}.log", log(rng, 400))
    tree.write("/home/sato/vault.hc", rng.randbytes(2_000_000))
    tree.write("/home/sato/passwords.kdbx", b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5" + rng.randbytes(9000))
    tree.write("/home/sato/disk.raw", bytes(300_000) + text(rng) + bytes(200_000))
    tree.write("/srv/.canary/finance-2024.txt", text(rng))
    return tree
