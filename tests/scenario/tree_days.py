"""tree_days.py - what a day does to a tree of tree.py: ordinary days, and damage as ransomware and wipers leave it.

Damage works only on trees that carry tree.py's marker, and on the contents that were made there: contents are added to a
seeded sequence of random numbers, which is all that a watch can see of a cipher.
"""
import base64
import gzip
import io
import tarfile

import tree as t

KNOWN, UNKNOWN = "lockbit", "kx7q2z"


# --- ordinary days ---

def pick(tree, share, fits=lambda path: True):
    paths = sorted(path for path in tree.files if fits(path) and ".canary" not in path)
    return tree.random.sample(paths, min(len(paths), max(1, round(share * len(tree.files)))))


def ending(path):
    return path.rsplit("/", 1)[-1].split(".", 1)[-1]


MAKERS = {name: make for name, _, make in t.KINDS}


def edit(tree, paths):
    """They are what they were, with other contents."""
    for path in paths:
        make = MAKERS.get(ending(path))
        if make:
            tree.write(path, make(tree.random))


def work(tree):
    """An ordinary day of an office: some files edited, some new, some gone, logs longer."""
    edit(tree, pick(tree, 0.012))
    for path in pick(tree, 0.004):
        make = MAKERS.get(ending(path))
        if make:
            tree.write(path.replace("-", "-new", 1), make(tree.random))
    for path in pick(tree, 0.002):
        del tree.files[path]
    for path in tree.below("/var/log/service"):
        if path.endswith(".log"):
            tree.write(path, tree.read(path) + t.log(tree.random, 80))


def release(tree):
    work(tree)
    for i in range(60):
        tree.write(f"/srv/app/bin/tool{i}", t.program(tree.random))
    edit(tree, [p for p in tree.below("/srv/src/app") if tree.random.random() < 0.8])
    for i in range(150):
        tree.write(f"/srv/app/share/asset.{tree.random.randrange(16**8):08x}.js", t.code(tree.random))


def photo_import(tree):
    work(tree)
    for i in range(len(tree.files) // 10):
        tree.write(f"/srv/photos/2024/IMG_{i:05d}.jpg", t.jpeg(tree.random, 9000))


def database_dump(tree):
    work(tree)
    dump = b"-- dump\n" + b"".join(b"INSERT INTO t VALUES (%d, '%s');\n" % (i, t.words(tree.random, 5).encode()) for i in range(9000))
    tree.write("/srv/databases/dump-2024.sql", dump)
    tree.write("/srv/databases/dump-2024.sql.gz", gzip.compress(dump, mtime=0))
    edit(tree, [p for p in tree.files if p.endswith(".db")])


def log_rotation(tree):
    work(tree)
    for path in sorted(p for p in tree.files if p.endswith(".log")):
        tree.write(path + ".1.gz", gzip.compress(tree.read(path), mtime=0))
        tree.write(path, b"" if tree.random.random() < 0.5 else t.log(tree.random, 3))


def archive_of(tree, paths):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as tar:
        for path in paths:
            info = tarfile.TarInfo(path.lstrip("/"))
            info.size = tree.files[path].size
            tar.addfile(info, io.BytesIO(tree.read(path)))
    return out.getvalue()


def compress_folder(tree):
    work(tree)
    for folder in ("/srv/archive/", "/srv/projects/beta/"):
        paths = tree.below(folder)
        tree.write(folder.rstrip("/") + ".tar.gz", archive_of(tree, paths))
        for path in paths:
            del tree.files[path]


def move_folder(tree):
    work(tree)
    for path in tree.below("/srv/projects/"):
        tree.rename(path, path.replace("/srv/projects/", "/srv/archive/projects-2024/"))


def git_checkout(tree):
    work(tree)
    for path in tree.below("/srv/src/"):
        draw = tree.random.random()
        if draw < 0.5:
            edit(tree, [path])
        elif draw < 0.65:
            del tree.files[path]
        elif draw < 0.75:
            tree.write(path.replace(".", "_v2.", 1), t.code(tree.random))


def container_change(tree):
    """Who owns an encrypted container writes into it, and makes another."""
    work(tree)
    data = bytearray(tree.read("/home/sato/vault.hc"))
    data[300_000:1_400_000] = tree.random.randbytes(1_100_000)
    tree.write("/home/sato/vault.hc", bytes(data))
    tree.write("/home/sato/passwords.kdbx", b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5" + tree.random.randbytes(9400))
    tree.write("/home/sato/vault2.hc", tree.random.randbytes(1_000_000))


def touch_all(tree):
    for entry in tree.files.values():
        entry.time = tree.now * 1000000


def restore_old(tree):
    """Files of an older state come back, with their old times."""
    work(tree)
    for path in pick(tree, 0.2):
        make = MAKERS.get(ending(path))
        if make:
            tree.write(path, make(tree.random), tree.files[path].time - 90 * t.DAY * 1000000)


def delete_project(tree):
    work(tree)
    for path in tree.below("/srv/projects/old-gamma/"):
        del tree.files[path]


BENIGN = [work, release, photo_import, database_dump, log_rotation, compress_folder, move_folder, git_checkout,
          container_change, touch_all, restore_old, delete_project]


# --- damage ---

def noise(tree, data):
    tree.check()
    n = len(data)
    return (int.from_bytes(data, "big") ^ int.from_bytes(tree.random.randbytes(n), "big")).to_bytes(n, "big") if n else b""


def encrypt(tree, share, name=lambda path, rng: f"{path}.{UNKNOWN}", make=noise, keep_time=False, footer=0):
    """So much of all files, each made another by `make` and called as `name` says."""
    tree.check()
    for path in pick(tree, share):
        data = make(tree, tree.read(path))
        old = tree.files.pop(path)
        if footer:
            data += tree.random.randbytes(footer)
        tree.write(name(path, tree.random), data, old.time if keep_time else None)


def kept(path, _):
    return path


def random_name(path, rng):
    return f"{path.rsplit('/', 1)[0]}/{rng.randrange(16**12):012x}.{rng.randrange(16**4):04x}"


def every_other(tree, data):
    return b"".join(noise(tree, data[at:at + 65536]) if at // 65536 % 2 == 0 else data[at:at + 65536]
                    for at in range(0, len(data), 65536))


def first_4k(tree, data):
    return noise(tree, data[:4096]) + data[4096:]


def header_kept(tree, data):
    return data[:512] + noise(tree, data[512:])


def coded(tree, data):
    return base64.b64encode(noise(tree, data))


def zeros(tree, data):
    tree.check()
    return bytes(len(data))


def nothing(tree, data):
    tree.check()
    return b""


def false_magic(tree, data):
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + noise(tree, data)


def delete(tree, share):
    tree.check()
    for path in pick(tree, share):
        del tree.files[path]


NOTES = [("README_TO_RESTORE.txt", "All your files have been encrypted. Download Tor Browser and pay in bitcoin: http://x.onion"),
         ("ファイル復号方法.txt", "あなたのファイルは暗号化されました。復号にはビットコインで身代金を支払ってください。"),
         ("how_to_decrypt.html", "<html><p>Ваши файлы зашифрованы. Биткоин. Чтобы расшифровать, Tor Browser.</p></html>"),
         ("!READ_ME!.txt", "Ihre Dateien wurden verschlüsselt. Alle Daten. Bitcoin, Tor Browser.")]


def notes(tree, which, share=1.0):
    name, said = NOTES[which]
    for folder in sorted({path.rsplit("/", 1)[0] for path in tree.files}):
        if tree.random.random() < share:
            tree.write(f"{folder}/{name}", (said + "\n" + "ID: 7A3F-22\n" * 4).encode())


def with_work(damage):
    def day(tree):
        work(tree)
        damage(tree)
    return day


# Name, what happens; each on top of an ordinary day.
DAMAGE = {name: with_work(day) for name, day in {
    "encrypted 5 %, unknown ending": lambda x: encrypt(x, 0.05),
    "encrypted 30 %, unknown ending": lambda x: encrypt(x, 0.3),
    "encrypted 100 %, unknown ending": lambda x: encrypt(x, 1),
    "encrypted 5 %, known ending": lambda x: encrypt(x, 0.05, lambda p, r: f"{p}.{KNOWN}", footer=512),
    "encrypted 5 %, names kept": lambda x: encrypt(x, 0.05, kept),
    "encrypted 5 %, names and times kept": lambda x: encrypt(x, 0.05, kept, keep_time=True, footer=256),
    "encrypted 5 %, names, sizes and times kept": lambda x: encrypt(x, 0.05, kept, keep_time=True),
    "encrypted 5 %, random names": lambda x: encrypt(x, 0.05, random_name),
    "encrypted 30 %, random names": lambda x: encrypt(x, 0.3, random_name, footer=1024),
    "every other 64 KiB, 5 %": lambda x: encrypt(x, 0.05, kept, every_other),
    "only the first 4 KiB, 5 %": lambda x: encrypt(x, 0.05, kept, first_4k),
    "header kept, 5 %": lambda x: encrypt(x, 0.05, kept, header_kept),
    "base64 of noise, 5 %": lambda x: encrypt(x, 0.05, kept, coded),
    "filled with zeros, 5 %": lambda x: encrypt(x, 0.05, kept, zeros),
    "cut to nothing, 5 %": lambda x: encrypt(x, 0.05, kept, nothing),
    "false magic, 5 %": lambda x: encrypt(x, 0.05, kept, false_magic),
    "deleted 5 %": lambda x: delete(x, 0.05),
    "deleted 30 %": lambda x: delete(x, 0.3),
    "deleted 100 %": lambda x: delete(x, 1),
    "renamed 5 %, ending put behind": lambda x: encrypt(x, 0.05, make=lambda _, d: d, keep_time=True),
    "renamed 5 %, random names": lambda x: encrypt(x, 0.05, random_name, lambda _, d: d, keep_time=True),
    "notes in each folder, 1 % encrypted": lambda x: (encrypt(x, 0.01), notes(x, 0)),
    "notes in Japanese": lambda x: (encrypt(x, 0.01), notes(x, 1)),
    "notes in Russian": lambda x: (encrypt(x, 0.01), notes(x, 2)),
    "notes in German": lambda x: (encrypt(x, 0.01), notes(x, 3)),
    "canary encrypted, nothing else": lambda x: x.write("/srv/.canary/finance-2024.txt", noise(x, b"x" * 900)),
}.items()}

# Share of all files a day, names kept: over ten days.
SLOW = {"slow 0.5 % a day": (0.005, kept), "slow 1 % a day": (0.01, kept)}


# --- held out: written after the thresholds were fixed, to see how they do with what they were not made for ---

def resaved(tree):
    """An office program saves all of its documents anew."""
    edit(tree, [p for p in sorted(tree.files) if ending(p) in ("docx", "xlsx")])


def charset_changed(tree):
    for path in [p for p in sorted(tree.files) if p.endswith("sjis.txt")]:
        tree.write(path, tree.read(path).decode("cp932").encode())


def endings_changed(tree):
    for path in [p for p in sorted(tree.files) if p.endswith(".c")]:
        tree.rename(path, path[:-2] + ".cxx")


def photos_renamed(tree):
    for i, path in enumerate([p for p in sorted(tree.files) if p.endswith(".jpg")]):
        tree.rename(path, f"{path.rsplit('/', 1)[0]}/2024-05-01_{i:05d}.jpg")


def photos_deleted(tree):
    """Many of one folder."""
    photo_folder = "/srv/photos/all/"
    for path in [p for p in sorted(tree.files) if p.endswith(".jpg")][:len(tree.files) // 20]:
        tree.rename(path, photo_folder + path.rsplit("/", 1)[1])
    return lambda later: [later.files.pop(p) for p in sorted(later.below(photo_folder))[::2]]


def owner_gpg(tree):
    """A folder of documents is encrypted by its owner; OpenPGP's packets have a head (RFC 4880, 4.2)."""
    for path in sorted(tree.below("/srv/accounting/a"))[:60]:
        data = tree.files.pop(path)
        tree.write(path + ".gpg", b"\x85\x01\x0c\x03" + tree.random.randbytes(data.size))


def caches_emptied(tree):
    for i in range(len(tree.files) // 8):
        tree.write(f"/home/suzuki/.cache/app/{i % 40:02x}/{i:08x}", tree.random.randbytes(3000))
    return lambda later: [later.files.pop(p) for p in sorted(later.below("/home/suzuki/.cache/"))[::3]]


def vault_made(tree):
    """An encrypted folder is begun, nothing is taken away for it."""
    for i in range(len(tree.files) // 10):
        tree.write(f"/home/sato/vault/d/{i % 30:02X}/{tree.random.randrange(16**16):016x}.c9r", tree.random.randbytes(4000))


def mail_read(tree):
    for i in range(len(tree.files) // 15):
        tree.write(f"/home/sato/Maildir/new/{1700000000 + i}.M{i}P1.host", b"From: a@example.org\nSubject: x\n\n" + t.text(tree.random))
    return lambda later: [later.rename(p, p.replace("/new/", "/cur/") + ":2,S") for p in sorted(later.below("/home/sato/Maildir/new/"))]


def logs_emptied(tree):
    for path in [p for p in sorted(tree.files) if p.endswith(".log")]:
        tree.write(path + ".1", tree.read(path))
        tree.write(path, b"")


def assets_hashed(tree):
    """A web build: each file has a new hash in its name."""
    for i in range(len(tree.files) // 12):
        tree.write(f"/srv/web/assets/app.{tree.random.randrange(16**8):08x}.{'js' if i % 2 else 'css'}", t.code(tree.random))
    return lambda later: [(later.files.pop(p), later.write(f"/srv/web/assets/app.{later.random.randrange(16**8):08x}.js", t.code(later.random)))
                          for p in sorted(later.below("/srv/web/assets/"))]


def database_vacuum(tree):
    for path in [p for p in sorted(tree.files) if p.endswith(".db")]:
        tree.write(path, t.sqlite(tree.random, 250))
        tree.write(path + "-wal", b"\x37\x7f\x06\x82" + t.binary(tree.random))


HELD_BENIGN = [resaved, charset_changed, endings_changed, photos_renamed, photos_deleted, owner_gpg, caches_emptied, vault_made,
               mail_read, logs_emptied, assets_hashed, database_vacuum]


def ending_replaced(path, _):
    return path.rsplit(".", 1)[0] + ".wx1"


def in_front(path, _):
    folder, name = path.rsplit("/", 1)
    return f"{folder}/LOCKED_{name}"


def strips(tree, data):
    """A tenth of each file, in twenty strips."""
    step = max(len(data) // 20, 64)
    return b"".join(noise(tree, data[at:at + step // 10]) + data[at + step // 10:at + step] for at in range(0, len(data), step))


def shorter(tree, data):
    return noise(tree, data[:1000])


def xored(tree, data):
    tree.check()
    return bytes(b ^ 0x5a for b in data)


def pattern(tree, data):
    tree.check()
    return (b"\xde\xad\xbe\xef" * (len(data) // 4 + 1))[:len(data)]


def hexed(tree, data):
    return noise(tree, data).hex().encode()


def locked_zip(tree, data):
    """A zip with a password: its entry is marked as locked (APPNOTE 4.4.4), the rest as ever."""
    body = noise(tree, data)
    head = t.struct.pack("<HHHHHIIIHH", 20, 1, 8, 0, 0, 1, len(body), len(body), 1, 0)
    local = b"PK\3\4" + head + b"x"
    directory = b"PK\1\2\x14\0" + head + b"\0" * 14 + b"x"
    return local + body + directory + b"PK\5\6" + t.struct.pack("<HHHHIIH", 0, 0, 1, 1, len(directory), len(local) + len(body), 0)


def leaf_folders(tree, share):
    tree.check()
    folders = sorted({path.rsplit("/", 1)[0] for path in tree.files})
    for folder in tree.random.sample(folders, int(len(folders) * share)):
        for path in tree.below(folder + "/"):
            del tree.files[path]


def databases_wiped(tree):
    for path in [p for p in sorted(tree.files) if p.endswith(".db")]:
        tree.write(path, zeros(tree, tree.read(path)))


HELD_DAMAGE = {name: with_work(day) for name, day in {
    "ending replaced, 5 %": lambda x: encrypt(x, 0.05, ending_replaced),
    "word in front of the name, 5 %": lambda x: encrypt(x, 0.05, in_front),
    "a tenth of each file in strips, 5 %": lambda x: encrypt(x, 0.05, kept, strips),
    "noise of 1,000 bytes instead, 5 %": lambda x: encrypt(x, 0.05, kept, shorter),
    "xor with one byte, 5 %": lambda x: encrypt(x, 0.05, kept, xored),
    "overwritten with a pattern, 5 %": lambda x: encrypt(x, 0.05, kept, pattern),
    "hexadecimal of noise, 5 %": lambda x: encrypt(x, 0.05, kept, hexed),
    "each in a locked zip, 5 %": lambda x: encrypt(x, 0.05, lambda p, r: p + ".zip", locked_zip),
    "encrypted 2 %": lambda x: encrypt(x, 0.02, kept),
    "encrypted 3 %, random names": lambda x: encrypt(x, 0.03, random_name),
    "encrypted 5 % while all times are touched": lambda x: (touch_all(x), encrypt(x, 0.05, kept)),
    "encrypted 5 % on the day of a restore": lambda x: (restore_old(x), encrypt(x, 0.05, kept)),
    "encrypted 5 % on the day of a release": lambda x: (release(x), encrypt(x, 0.05)),
    "a tenth of all folders deleted": lambda x: leaf_folders(x, 0.1),
    "all databases filled with zeros": databases_wiped,
    "notes in each folder, nothing else": lambda x: notes(x, 0),
}.items()}

HELD_SLOW = {"slow 0.3 % a day": (0.003, kept), "slow 1 % a day, random names": (0.01, random_name)}
