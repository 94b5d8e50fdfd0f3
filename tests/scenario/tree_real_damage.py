"""tree_real_damage.py - what ransomware and wipers do, as reports tell of them, to a tree of tree_real.py.

Each is a function of the tree and of the share of all files; it says how many it damaged. They work on trees that carry
tree.py's marker only; contents are added to a seeded sequence of random numbers, which is all that a watch can see of a cipher.
"""
import base64
import random
import struct

import tree as t
import tree_real as r

NOTE = ("!!! ATTENTION !!!\nAll your files have been encrypted with military grade algorithms. To recover your data, buy our decryption tool.\n"
        "Contact us in Tor Browser: http://{}.onion and pay 0.5 bitcoin. Do not rename the files. Your personal ID: {}\n")
OFFICE = ("docx", "xlsx", "pdf", "odt", "txt", "csv")
PICTURES = ("JPG", "jpg", "png")
BASES = ("db", "sqlite", "kdbx")
BACKUPS = ("/srv/backup/", "/Downloads/", ".gz", ".xz", ".jar", ".zip")


def word(rng, length, letters="abcdefghijklmnopqrstuvwxyz0123456789"):
    return "".join(rng.choices(letters, k=length))


def victims(tree, share, fits=lambda path: True):
    """By chance, in all folders."""
    tree.check()
    paths = sorted(path for path in tree.files if fits(path))
    return tree.random.sample(paths, min(len(paths), round(share * len(tree.files))))


def walk(tree, share):
    """As a program walks that is stopped in the middle: folder by folder from somewhere on."""
    tree.check()
    paths = sorted(tree.files)
    at = tree.random.randrange(len(paths))
    return (paths[at:] + paths[:at])[:round(share * len(paths))]


def newest(tree, share):
    tree.check()
    return sorted(tree.files, key=lambda path: -tree.files[path].time)[:round(share * len(tree.files))]


def stream(tree, data):
    """The same key stream for none: data of chance in place of data."""
    return bytes(a ^ b for a, b in zip(data, tree.random.randbytes(len(data)))) if len(data) < 4096 else tree.random.randbytes(len(data))


def change(tree, paths, make, name=None, keep_time=False):
    for path in paths:
        entry = tree.files[path]
        tree.write(path, make(tree.read(path)), entry.time if keep_time else None)
        if name:
            tree.rename(path, name(path))
    return len(paths)


def behind(tail):
    return lambda path: f"{path}.{tail}"


def instead(tail):
    def name(path):
        folder, _, last = path.rpartition("/")
        return f"{folder}/{last.rsplit('.', 1)[0]}.{tail}"
    return name


def parts(tree, data, at):
    """Encrypted from each place on, as long as it says."""
    out = bytearray(data)
    for begin, length in at:
        piece = out[begin:begin + length]
        out[begin:begin + length] = tree.random.randbytes(len(piece))
    return bytes(out)


# --- encryption ---

def random_ending(tree, share):
    return change(tree, victims(tree, share), lambda d: stream(tree, d) + tree.random.randbytes(256), behind(word(tree.random, 7)))


def names_kept(tree, share):
    return change(tree, victims(tree, share), lambda d: stream(tree, d) + tree.random.randbytes(534))


def size_and_time_kept(tree, share):
    return change(tree, victims(tree, share), lambda d: stream(tree, d), keep_time=True)


def first_megabyte(tree, share):
    return change(tree, walk(tree, share), lambda d: parts(tree, d, [(0, 1 << 20)]) + tree.random.randbytes(128), behind(word(tree.random, 5)))


def dots(tree, share):
    """One kilobyte of four, as BlackCat's DotPattern and Qilin skip."""
    return change(tree, victims(tree, share), lambda d: parts(tree, d, [(i, 1024) for i in range(0, len(d), 4096)]))


def sixteen_by_sixteen(tree, share):
    """LockFile: sixteen bytes encrypted, sixteen left, all through."""
    def make(data):
        mask = tree.random.randbytes(len(data))
        return b"".join(mask[i:i + 16] if i & 16 == 0 else data[i:i + 16] for i in range(0, len(data), 16))[:len(data)]
    return change(tree, victims(tree, share), make, behind("lck" + word(tree.random, 3)))


def header_and_footer(tree, share):
    """The first KiB stays, a key of 512 bytes and a mark come behind."""
    return change(tree, victims(tree, share), lambda d: d[:1024] + stream(tree, d[1024:]) + tree.random.randbytes(512) + b"{KEYBLOB}")


def second_half(tree, share):
    return change(tree, victims(tree, share), lambda d: d[:len(d) // 2] + stream(tree, d[len(d) // 2:]), behind("half" + word(tree.random, 2)))


def three_chunks(tree, share):
    """Conti: a fifth of the file in three pieces, from a small size on."""
    def make(data):
        if len(data) < 1024:
            return stream(tree, data)
        return parts(tree, data, [(len(data) * i // 3, len(data) // 15) for i in range(3)])
    return change(tree, victims(tree, share), make, behind(word(tree.random, 5).upper()))


def openssl_lines(tree, share):
    """openssl enc -a in a script."""
    return change(tree, victims(tree, share), lambda d: base64.encodebytes(b"Salted__" + tree.random.randbytes(len(d) + 24)), behind("enc"))


def hex_lines(tree, share):
    def make(data):
        text = tree.random.randbytes(len(data)).hex().upper()
        return "\r\n".join(text[i:i + 76] for i in range(0, len(text), 76)).encode()
    return change(tree, victims(tree, share), make)


def base85(tree, share):
    return change(tree, victims(tree, share), lambda d: base64.b85encode(tree.random.randbytes(len(d))), behind(word(tree.random, 4)))


def bare_names(tree, share):
    def name(path):
        return f"{path.rpartition('/')[0]}/{word(tree.random, 10)}"
    return change(tree, victims(tree, share), lambda d: stream(tree, d) + tree.random.randbytes(64), name)


def encoded_names(tree, share):
    """The name is encrypted too, in base64 (Troldesh)."""
    def name(path):
        folder, _, last = path.rpartition("/")
        return f"{folder}/{base64.urlsafe_b64encode(tree.random.randbytes(len(last))).decode()}.{word(random.Random(7), 8)}"
    return change(tree, victims(tree, share), lambda d: stream(tree, d), name)


def bracket_names(tree, share):
    return change(tree, victims(tree, share), lambda d: stream(tree, d) + tree.random.randbytes(40),
                  lambda path: f"{path}.[ID-{word(random.Random(1), 8).upper()}].[help@mail.example].{word(random.Random(2), 4)}")


def as_music(tree, share):
    """TeslaCrypt 3 called all .mp3."""
    return change(tree, victims(tree, share), lambda d: stream(tree, d) + tree.random.randbytes(414), behind("mp3"))


def with_notes(tree, share):
    paths = victims(tree, share)
    for folder in sorted({path.rpartition("/")[0] for path in paths}):
        tree.write(f"{folder}/{word(random.Random(3), 6)}-readme.txt", NOTE.format(word(tree.random, 16), word(tree.random, 20)).encode())
    return change(tree, paths, lambda d: stream(tree, d) + tree.random.randbytes(232), behind(word(random.Random(3), 6)))


def note_as_page(tree, share):
    tree.write("/srv/www/htdocs/restore.hta", b"<html><body><h1>" + NOTE.format("abc", "1").encode() + b"</h1></body></html>")
    return change(tree, victims(tree, share), lambda d: stream(tree, d), instead(word(tree.random, 6)))


def wallpaper(tree, share):
    tree.write("/home/mika/Pictures/wallpaper.png", t.png(tree.random))
    return change(tree, walk(tree, share), lambda d: stream(tree, d))


def squeezed(tree, share):
    """Packed before it is encrypted: smaller."""
    return change(tree, victims(tree, share), lambda d: tree.random.randbytes(max(64, len(d) // 3)), instead(word(tree.random, 3)))


def false_header(tree, share):
    return change(tree, victims(tree, share), lambda d: d[:256] + tree.random.randbytes(len(d) + 1024))


def into_one_folder(tree, share):
    """Encrypted copies in a folder of their own, the originals gone."""
    paths = victims(tree, share)
    for number, path in enumerate(paths):
        data = stream(tree, tree.read(path))
        del tree.files[path]
        tree.write(f"/srv/locked/{number:06d}.bin", data)
    return len(paths)


def gpg_each(tree, share):
    paths = victims(tree, share)
    for path in paths:
        tree.write(path + ".gpg", r.gpg(tree, tree.read(path)))
        del tree.files[path]
    return len(paths)


def zip_each(tree, share):
    """zip -P, each file: the flag of encryption in its header (APPNOTE 4.4.4)."""
    def make(path, data):
        name = path.rpartition("/")[2].encode()
        body = tree.random.randbytes(len(data) // 2 + 12)
        fields = struct.pack("<HHHHHIIIHH", 20, 9, 8, 0, 0, tree.random.randrange(2**32), len(body), len(data), len(name), 0)
        local = b"PK\3\4" + fields + name + body
        central = b"PK\1\2" + b"\x14\0" + fields + struct.pack("<HHHII", 0, 0, 0, 0, 0) + name
        return local + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)
    paths = victims(tree, share)
    for path in paths:
        tree.write(path + ".zip", make(path, tree.read(path)))
        del tree.files[path]
    return len(paths)


def folders_packed(tree, share):
    """Memento: each folder's files into one archive with a password beside it."""
    paths = walk(tree, share)
    for folder in sorted({path.rpartition("/")[0] for path in paths}):
        inside = [path for path in paths if path.rpartition("/")[0] == folder]
        size = sum(tree.files[path].size for path in inside)
        for path in inside:
            del tree.files[path]
        tree.write(f"{folder}/{word(tree.random, 6)}.7z", b"7z\xbc\xaf\x27\x1c\0\4" + tree.random.randbytes(max(200, size * 2 // 3)))
    return len(paths)


def xored(tree, share):
    key = tree.random.randrange(1, 256)
    return change(tree, victims(tree, share), lambda d: d.translate(bytes(i ^ key for i in range(256))))


def on_upgrade(tree, share):
    import tree_real_days as d
    d.upgrade(tree)
    return random_ending(tree, share)


def only(endings, name):
    def damage(tree, share):
        return change(tree, victims(tree, share, lambda path: path.endswith(endings)), lambda d: stream(tree, d) + tree.random.randbytes(16), name and behind(name))
    return damage


def backups_encrypted(tree, share):
    return change(tree, victims(tree, share, lambda path: any(word in path for word in BACKUPS)), lambda d: stream(tree, d))


def backups_deleted(tree, share):
    return delete(tree, victims(tree, share, lambda path: any(word in path for word in BACKUPS)))


def large_first(tree, share):
    """Like lockers of machines' disks: the largest."""
    paths = sorted(tree.files, key=lambda path: -tree.files[path].size)[:round(share * len(tree.files))]
    return change(tree, paths, lambda d: parts(tree, d, [(i, 65536) for i in range(0, len(d), 655360)]), behind("vmcrypt"))


# --- wiping ---

def delete(tree, paths):
    tree.check()
    for path in paths:
        del tree.files[path]
    return len(paths)


def zeros(tree, share):
    return change(tree, victims(tree, share), lambda d: bytes(len(d)), keep_time=True)


def ones(tree, share):
    """WhisperGate's second stage: 0xcc over the first MB, four letters behind."""
    return change(tree, victims(tree, share), lambda d: b"\xcc" * min(len(d), 1 << 20) + d[1 << 20:], lambda path: f"{path}.{word(tree.random, 4)}")


def chance(tree, share):
    return change(tree, walk(tree, share), lambda d: tree.random.randbytes(len(d)), keep_time=True)


def slogan(tree, share):
    def make(data):
        return (b"HACKED BY THE NIGHT CREW - NOTHING IS LEFT " * (len(data) // 43 + 1))[:len(data)]
    return change(tree, victims(tree, share), make)


def one_note(tree, share):
    """Each file becomes the same short text."""
    return change(tree, victims(tree, share), lambda d: b"meow meow meow. you should have had a backup, dear admin.\n")


def one_picture(tree, share):
    """Each file becomes the same picture."""
    picture = r.photo(tree.random, 30_000)
    return change(tree, victims(tree, share), lambda d: picture)


def cut(tree, share):
    return change(tree, victims(tree, share), lambda d: b"")


def cut_short(tree, share):
    return change(tree, victims(tree, share), lambda d: d[:64])


def scattered(tree, share):
    return delete(tree, victims(tree, share))


def walking(tree, share):
    return delete(tree, walk(tree, share))


def recent(tree, share):
    return delete(tree, newest(tree, share))


def office_deleted(tree, share):
    return delete(tree, victims(tree, share, lambda path: path.endswith(OFFICE)))


def renamed_zzz(tree, share):
    """sdelete: names of Z only, then gone; here it was stopped before the last step."""
    return change(tree, victims(tree, share), lambda d: bytes(len(d)), lambda path: f"{path.rpartition('/')[0]}/{word(tree.random, 12, 'Zz')}")


ENCRYPT = {
    "random ending behind": random_ending, "names kept, a key behind": names_kept, "names, sizes and times kept": size_and_time_kept,
    "first MB, walking": first_megabyte, "1 KiB of 4": dots, "16 bytes of 32": sixteen_by_sixteen, "first KiB kept, a key behind": header_and_footer,
    "second half only": second_half, "a fifth in three pieces": three_chunks, "openssl in base64": openssl_lines, "lines of hexadecimal": hex_lines,
    "base85": base85, "bare random names": bare_names, "names in base64": encoded_names, "id and mail behind": bracket_names,
    "called mp3": as_music, "notes in each folder": with_notes, "a note as a page": note_as_page, "a wallpaper, names kept, walking": wallpaper,
    "packed before, other endings": squeezed, "first 256 bytes kept": false_header, "into one folder": into_one_folder, "gpg of each": gpg_each,
    "locked zip of each": zip_each, "locked archive of each folder, walking": folders_packed, "xor with a byte": xored,
    "on the day of an upgrade": on_upgrade, "databases only": only(BASES, "dbx"), "office files only": only(OFFICE, None),
    "pictures only": only(PICTURES, None), "backups encrypted": backups_encrypted, "largest files, in pieces": large_first,
}
WIPE = {
    "zeros, times kept": zeros, "0xcc and four letters": ones, "random, times kept, walking": chance, "a slogan all through": slogan,
    "a short text instead": one_note, "one picture instead": one_picture, "cut to nothing": cut, "cut to 64 bytes": cut_short,
    "deleted, scattered": scattered, "deleted, walking": walking, "deleted, newest": recent, "office files deleted": office_deleted,
    "zeros and names of Z": renamed_zzz, "backups deleted": backups_deleted,
}
SLOW = {"slow: encrypted": names_kept, "slow: deleted, scattered": scattered, "slow: cut to nothing": cut, "slow: zeros, times kept": zeros,
        "slow: gpg of each": gpg_each, "slow: a fifth in three pieces": three_chunks}
AT_ONCE = {**ENCRYPT, **WIPE}
STRENGTHS = (0.05, 0.3, 1.0)
