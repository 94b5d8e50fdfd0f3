#!/usr/bin/env python3
"""mail_hostile.py - archives and images that are made to wear out who looks into them. Harmless: zeros and short texts.

    mail_hostile.py FOLDER    writes them all there
    mail_hostile.py --list    their names

Each is a function `make_NAME` that returns the extension and the bytes. The same bytes each time.
"""
import gzip
import io
import lzma
import os
import struct
import sys
import tarfile
import zipfile
import zlib

MB = 1 << 20
DATE = (2026, 1, 1, 0, 0, 0)


def deflated(data, last=True):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)


def zeros_deflated(size):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return b"".join(packer.compress(bytes(MB)) for _ in range(size // MB)) + packer.flush()


def zeros_crc(size):
    crc = 0
    for _ in range(size // MB):
        crc = zlib.crc32(bytes(MB), crc)
    return crc


def zipped(files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            info = zipfile.ZipInfo(name, DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def local(name, crc, packed, size, method=8, flags=0):
    return struct.pack("<IHHHHHIIIHH", 0x04034b50, 20, flags, method, 0, 0, crc, packed, size, len(name), 0) + name


def central(name, crc, packed, size, at, method=8):
    return struct.pack("<IHHHHHHIIIHHHHHII", 0x02014b50, 20, 20, 0, method, 0, 0, crc, packed, size, len(name), 0, 0, 0, 0,
                       0, at) + name


def ended(bytes_before, directory, count):
    return bytes_before + directory + struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, count & 0xffff, count & 0xffff,
                                                  len(directory), len(bytes_before), 0)


# --- bombs

def make_zip_bomb():
    """300 MB of zeros in one file."""
    packed, crc = zeros_deflated(300 * MB), zeros_crc(300 * MB)
    name = b"zeros.txt"
    return "zip", ended(local(name, crc, len(packed), 300 * MB) + packed,
                        central(name, crc, len(packed), 300 * MB, 0), 1)


def make_zip_bomb_modest():
    """The same, where the directory says that it is small."""
    packed, crc = zeros_deflated(300 * MB), zeros_crc(300 * MB)
    name = b"zeros.txt"
    return "zip", ended(local(name, crc, len(packed), 1000) + packed, central(name, crc, len(packed), 1000, 0), 1)


def make_many_bombs():
    """A thousand files that each stay below the ratio for small ones."""
    data = bytes(3 * MB)
    packed, crc = deflated(data), zlib.crc32(data)
    before, directory = b"", b""
    for i in range(1000):
        name = b"%04d.txt" % i
        directory += central(name, crc, len(packed), len(data), len(before))
        before += local(name, crc, len(packed), len(data)) + packed
    return "zip", ended(before, directory, 1000)


def make_overlapping():
    """Each file's bytes quote the next one's header, in a stored block, and go on with its bytes (D. Fifield, 2019)."""
    kernel = bytes(4 * MB)
    packed, crc, size = deflated(kernel), zlib.crc32(kernel), len(kernel)
    data = kernel
    files = [(b"%03d" % 199, packed, crc, size)]
    for i in reversed(range(199)):
        head = local(files[0][0], files[0][2], len(files[0][1]), files[0][3])
        quoted = b"\0" + struct.pack("<HH", len(head), len(head) ^ 0xffff) + head + files[0][1]
        crc = zlib.crc32(data, zlib.crc32(head))
        data = head + data
        files.insert(0, (b"%03d" % i, quoted, crc, len(data)))
    before, directory, at = b"", b"", 0
    for name, packed, crc, size in files:
        directory += central(name, crc, len(packed), size, at)
        at += 30 + len(name) + 5
    first = files[0]
    before = local(first[0], first[2], len(first[1]), first[3]) + first[1]
    return "zip", ended(before, directory, len(files))


def make_same_bytes():
    """2,000 entries of the directory that are all the same file."""
    data = bytes(MB)
    packed, crc = deflated(data), zlib.crc32(data)
    before = local(b"a", crc, len(packed), len(data)) + packed
    return "zip", ended(before, central(b"a", crc, len(packed), len(data), 0) * 2000, 2000)


def make_gzip_bomb():
    return "gz", gzip.compress(bytes(300 * MB), 9, mtime=0)


def make_xz_bomb():
    return "xz", lzma.compress(bytes(300 * MB), preset=6)


def make_sparse_tar():
    """A file of 1 TB that is one hole (GNU's old format)."""
    head = bytearray(512)
    head[0:5], head[100:107], head[108:115], head[116:123] = b"hole\0", b"0000644", b"0000000", b"0000000"
    head[124:136], head[136:147], head[156] = b"00000000000\0", b"00000000000", ord("S")
    head[257:265], head[386:398], head[398:410] = b"ustar  \0", b"17777777777\0", b"00000000000\0"
    head[483:495] = b"\x80" + bytes(5) + (1 << 40).to_bytes(6, "big")
    head[148:156] = b"        "
    head[148:156] = b"%06o\0 " % sum(head)
    return "tar", bytes(head) + bytes(1024)


# --- archives in archives

def make_nest_wide():
    """Five levels of sixteen archives each, 4 MB of zeros in each leaf: as 42.zip is made."""
    data = zipped([("zeros.txt", bytes(4 * MB))])
    for _ in range(5):
        data = zipped([(f"{i:02}.zip", data) for i in range(16)])
    return "zip", data


def make_nest_deep():
    """Sixty levels: what one that holds itself looks like from within."""
    data = zipped([("a.txt", b"at the end")])
    for i in range(60):
        data = zipped([(f"{i}.zip", data)])
    return "zip", data


def make_nest_gzip():
    data = b"at the end"
    for _ in range(300):
        data = gzip.compress(data, 9, mtime=0)
    return "gz", data


# --- many small things

def make_many_entries():
    before, directory = b"", b""
    parts, rows, at = [], [], 0
    for i in range(65000):
        name = b"%05d" % i
        parts.append(local(name, 0, 0, 0, 0))
        rows.append(central(name, 0, 0, 0, at, 0))
        at += len(parts[-1])
    before, directory = b"".join(parts), b"".join(rows)
    return "zip", ended(before, directory, 65000)


def make_no_directory():
    """500,000 local headers without sizes, and no end."""
    return "zip", local(b"a", 0, 0, 0, 8, 8) * 500000


def make_false_ends():
    """Half a million end records that lead nowhere, behind a small archive."""
    return "zip", zipped([("a.txt", b"hello")]) + struct.pack("<IHHHHIIH", 0x06054b50, 0, 0, 1, 1, 46, 0xfffffff0, 0) * 500000


def make_long_names():
    """Names that are nothing but folders, 60,000 in each."""
    name = b"a/" * 30000
    before = b"".join(local(name + b"%d" % i, 0, 0, 0, 0) for i in range(200))
    size = len(local(name + b"0", 0, 0, 0, 0))
    at, directory = 0, b""
    for i in range(200):
        directory += central(name + b"%d" % i, 0, 0, 0, at, 0)
        at += size + len(str(i)) - 1
    return "zip", ended(before, directory, 200)


def make_many_members():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for i in range(20000):
            archive.addfile(tarfile.TarInfo(f"{i}.txt"))
    return "tar", out.getvalue()


# --- windows and circles

def vint(number):
    out = b""
    while number >= 0x80:
        out += bytes([number & 0x7f | 0x80])
        number >>= 7
    return out + bytes([number])


def rar_block(body):
    sized = vint(len(body)) + body
    return struct.pack("<I", zlib.crc32(sized)) + sized


def make_rar_window():
    """A file that says it needs a window of 4 GB."""
    name = b"a.txt"
    main = rar_block(vint(1) + vint(0) + vint(0))
    method = 15 << 10 | 3 << 7
    file = rar_block(vint(2) + vint(2) + vint(8) + vint(0) + vint(1000) + vint(0) + vint(method) + vint(0) +
                     vint(len(name)) + name)
    return "rar", b"Rar!\x1a\7\1\0" + main + file + b"\xff" * 8 + rar_block(vint(5) + vint(0) + vint(0))


def both(number, size):
    return number.to_bytes(size, "little") + number.to_bytes(size, "big")


def iso_record(name, sector, size, folder):
    body = (b"\0" + both(sector, 4) + both(size, 4) + bytes(7) + bytes([2 if folder else 0]) + b"\0\0" + both(1, 2) +
            bytes([len(name)]) + name)
    if len(body) % 2 == 0:
        body += b"\0"
    return bytes([len(body) + 1]) + body


def iso_image(records):
    """A volume whose root, sector 18, has these records besides itself."""
    root = iso_record(b"\0", 18, 2048, True)
    volume = (b"\1CD001\1\0" + b" " * 64 + bytes(8) + both(24, 4) + bytes(32) + both(1, 2) + both(1, 2) + both(2048, 2) +
              both(10, 4) + (19).to_bytes(4, "little") + bytes(4) + (19).to_bytes(4, "big") + bytes(4) + root[:34])
    volume = volume.ljust(881, b" ") + b"\1"
    sectors = [bytes(2048)] * 16 + [volume.ljust(2048, b"\0"), b"\xffCD001\1".ljust(2048, b"\0"),
                                    (root + iso_record(b"\1", 18, 2048, True) + b"".join(records)).ljust(2048, b"\0")]
    return b"".join(sectors) + bytes(2048 * 5)


def make_iso_circle():
    """A folder that is the one it lies in."""
    return "iso", iso_image([iso_record(b"A", 18, 2048, True), iso_record(b"B.TXT;1", 20, 5, False)])


def make_iso_long():
    """A folder that is said to be 4 GB."""
    return "iso", iso_image([iso_record(b"A", 20, 0xfffff800, True)])


def make_fat_circle():
    """Folders of FAT in a circle, of clusters in a circle."""
    disk = bytearray(MB)
    disk[0:11] = b"\xeb\x3c\x90MSDOS5.0"
    disk[11:13], disk[13], disk[14:16], disk[16] = b"\0\2", 1, b"\1\0", 1
    disk[17:19], disk[19:21], disk[22:24], disk[510:512] = b"\x10\0", b"\0\x08", b"\6\0", b"\x55\xaa"
    disk[512:518] = b"\xf8\xff\xff\x02\x30\x00"  # cluster 2 is followed by cluster 2
    folder = (b"FOLDER     \x10" + bytes(14) + b"\2\0" + bytes(4))
    disk[512 * 7:512 * 7 + 32] = folder
    disk[512 * 8:512 * 9] = folder * 16
    return "img", bytes(disk)


MAKERS = {name[5:]: maker for name, maker in sorted(globals().items()) if name.startswith("make_")}


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(MAKERS))
        return
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for name, maker in MAKERS.items():
        extension, data = maker()
        with open(os.path.join(folder, f"{name}.{extension}"), "wb") as f:
            f.write(data)


if __name__ == "__main__":
    main()
