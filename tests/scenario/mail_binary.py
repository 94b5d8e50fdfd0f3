"""mail_binary.py - small files of binary formats, harmless, for mails that the tests make.

Compound files ([MS-CFB]) with macros ([MS-OVBA]), shortcuts ([MS-SHLLINK]), notes ([MS-ONESTORE]), encrypted zips
(APPNOTE.TXT 6.1), programs that do nothing. Nothing in them does harm: commands are "calc", addresses lead nowhere.
"""
import io
import struct
import uuid
import zipfile
import zlib

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(streams, root_clsid=None):
    """A compound file of version 3. `streams`: {"Folder/Name": bytes}; all go to full sectors."""
    nodes = [{"name": "Root Entry", "kind": 5, "children": [], "data": b"", "clsid": root_clsid}]
    folders = {"": 0}
    for path, data in streams.items():
        parent = ""
        *above, name = path.split("/")
        for folder in above:
            here = f"{parent}/{folder}"
            if here not in folders:
                nodes[folders[parent]]["children"].append(len(nodes))
                folders[here] = len(nodes)
                nodes.append({"name": folder, "kind": 1, "children": [], "data": b"", "clsid": None})
            parent = here
        nodes[folders[parent]]["children"].append(len(nodes))
        nodes.append({"name": name, "kind": 2, "children": [], "data": data, "clsid": None})
    sectors, fat, mini, mini_fat = [], [], b"", []
    for node in nodes[1:]:
        node["start"], node["size"] = END, len(node["data"])
        if 0 < node["size"] < 4096:
            node["start"] = len(mini_fat)
            count = -(-node["size"] // 64)
            mini_fat += list(range(len(mini_fat) + 1, len(mini_fat) + count)) + [END]
            mini += node["data"].ljust(count * 64, b"\0")
        elif node["size"]:
            node["start"] = append_chain(sectors, fat, node["data"])
    nodes[0]["start"] = append_chain(sectors, fat, mini) if mini else END
    nodes[0]["size"] = len(mini)
    table = struct.pack(f"<{len(mini_fat)}I", *mini_fat)
    table = table.ljust(-(-len(table) // SECTOR) * SECTOR, b"\xff")
    mini_start = append_chain(sectors, fat, table) if mini_fat else END
    directory_start = append_chain(sectors, fat, b"".join(directory_entry(nodes, n) for n in range(len(nodes))))
    fat_sectors = 1
    while fat_sectors * 128 < len(fat) + fat_sectors:
        fat_sectors += 1
    difat = [len(sectors) + i for i in range(fat_sectors)]
    fat += [FAT] * fat_sectors
    fat += [FREE] * (fat_sectors * 128 - len(fat))
    sectors.append(struct.pack(f"<{len(fat)}I", *fat))
    head = struct.pack("<8s16sHHHHH6xIIIIIIIII", bytes.fromhex("d0cf11e0a1b11ae1"), b"", 0x3E, 3, 0xFFFE, 9, 6,
                       0, fat_sectors, directory_start, 0, 4096, mini_start, len(table) // SECTOR, END, 0)
    return head + struct.pack("<109I", *(difat + [FREE] * (109 - len(difat)))) + b"".join(sectors)


def append_chain(sectors, fat, data):
    """Adds sectors in a row, and their chain; returns the first."""
    start, count = len(sectors), -(-len(data) // SECTOR)
    fat += list(range(start + 1, start + count)) + [END]
    sectors += [data[i:i + SECTOR].ljust(SECTOR, b"\0") for i in range(0, len(data), SECTOR)]
    return start


def directory_entry(nodes, number):
    node = nodes[number]
    name = node["name"].encode("utf-16-le") + b"\0\0"
    ordered = sorted(node["children"], key=lambda n: (len(nodes[n]["name"]), nodes[n]["name"].upper()))
    child = ordered[0] if ordered else FREE
    right = FREE
    for other in nodes:  # brothers in a row, each to the right of the one before: a tree that leans
        brothers = sorted(other["children"], key=lambda n: (len(nodes[n]["name"]), nodes[n]["name"].upper()))
        if number in brothers and brothers.index(number) + 1 < len(brothers):
            right = brothers[brothers.index(number) + 1]
    clsid = uuid.UUID(node["clsid"]).bytes_le if node["clsid"] else b"\0" * 16
    return struct.pack("<64sHBBIII16sIQQIQ", name, len(name), node["kind"], 1, FREE, right, child, clsid, 0, 0, 0,
                       node["start"], node["size"])


def vba_pack(text):
    """Compressed as [MS-OVBA] 2.4.1 has it, of literal tokens only."""
    out = b"\x01"
    for at in range(0, len(text), 3640):
        piece = text[at:at + 3640]
        tokens = b"".join(b"\0" + piece[i:i + 8] for i in range(0, len(piece), 8))
        out += struct.pack("<H", 0xB000 | (len(tokens) - 1)) + tokens
    return out


def vba_project(source):
    """vbaProject.bin with one module, ThisDocument."""
    def record(number, data):
        return struct.pack("<HI", number, len(data)) + data
    name = b"ThisDocument"
    wide = name.decode().encode("utf-16-le")
    listing = (record(1, struct.pack("<I", 1)) + record(2, struct.pack("<I", 0x409)) +
               record(0x14, struct.pack("<I", 0x409)) + record(3, struct.pack("<H", 1252)) +
               record(4, b"VBAProject") + record(5, b"") + record(0x40, b"") + record(6, b"") + record(0x3D, b"") +
               record(7, struct.pack("<I", 0)) + record(8, struct.pack("<I", 0)) +
               struct.pack("<HIIH", 9, 4, 1, 1) + record(0xC, b"") + record(0x3C, b"") +
               record(0xF, struct.pack("<H", 1)) + record(0x13, struct.pack("<H", 0xFFFF)) +
               record(0x19, name) + record(0x47, wide) + record(0x1A, name) + record(0x32, wide) +
               record(0x1C, b"") + record(0x48, b"") + record(0x31, struct.pack("<I", 0)) +
               record(0x1E, struct.pack("<I", 0)) + record(0x2C, struct.pack("<H", 0xFFFF)) + record(0x22, b"") +
               struct.pack("<HI", 0x2B, 0) + struct.pack("<HI", 0x10, 0))
    return {"VBA/dir": vba_pack(listing), "VBA/ThisDocument": vba_pack(source),
            "VBA/_VBA_PROJECT": b"\xcc\x61\xff\xff\0\0\0", "PROJECT": b"Document=ThisDocument/&H00000000\r\n"}


def ole_package(name, payload):
    """The stream \\x01Ole10Native of a packed file ([MS-OLEDS] 2.3.6, and what Windows writes)."""
    label = name.encode() + b"\0"
    body = (struct.pack("<H", 2) + label + b"C:\\x\\" + label + struct.pack("<HH", 0, 3) +
            struct.pack("<I", len(label) + 5) + b"C:\\x\\" + label + struct.pack("<I", len(payload)) + payload)
    return compound({"\x01Ole10Native": struct.pack("<I", len(body)) + body},
                    "0003000c-0000-0000-c000-000000000046")


def shortcut(target, arguments, icon=""):
    """A shortcut with its target as a relative path."""
    def text(value):
        return struct.pack("<H", len(value)) + value.encode("utf-16-le")
    flags = 0x08 | 0x20 | 0x80 | (0x40 if icon else 0)
    head = struct.pack("<I16sII24sIIIHHII", 0x4C, bytes.fromhex("0114020000000000c000000000000046"), flags, 0x20,
                       b"", 0, 0, 7, 0, 0, 0, 0)
    return head + text(target) + text(arguments) + (text(icon) if icon else b"") + b"\0\0\0\0"


def note(payload):
    """A section of OneNote that is nothing but a header and one embedded file ([MS-ONESTORE] 2.3.1, 2.6.13)."""
    head = uuid.UUID("7b5c52e4-d88c-4da7-aeb1-5378d02996d3").bytes_le
    begin = uuid.UUID("bde316e7-2665-4511-a4c4-8d4d0b7a9eac").bytes_le
    end = uuid.UUID("71fba722-0f79-4a0b-bb13-899256426b24").bytes_le
    padding = b"\0" * (-len(payload) % 8)
    return head.ljust(1024, b"\0") + begin + struct.pack("<QIQ", len(payload), 0, 0) + payload + padding + end


def program():
    """Enough of a program of Windows to be known as one; it has no code."""
    pe = struct.pack("<4sHHIIIHH", b"PE\0\0", 0x14C, 1, 0, 0, 0, 224, 0x102) + struct.pack("<H", 0x10B).ljust(224, b"\0")
    section = struct.pack("<8sIIIIIIHHI", b".text", 16, 4096, 512, 512, 0, 0, 0, 0, 0x60000020)
    return (b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + pe + section).ljust(1024, b"\0")


def zipped(files):
    room = io.BytesIO()
    with zipfile.ZipFile(room, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 2, 1, 9, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return room.getvalue()


class ZipCipher:
    """The old encryption of zip (APPNOTE.TXT 6.1)."""

    def __init__(self, password):
        self.keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password:
            self.update(byte)

    def update(self, byte):
        a, b, c = self.keys
        a = zlib.crc32(bytes([byte]), a ^ 0xFFFFFFFF) ^ 0xFFFFFFFF
        b = ((b + (a & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        self.keys = [a, b, zlib.crc32(bytes([b >> 24]), c ^ 0xFFFFFFFF) ^ 0xFFFFFFFF]

    def encrypt(self, data):
        out = bytearray()
        for byte in data:
            k = (self.keys[2] | 2) & 0xFFFF
            out.append(byte ^ ((k * (k ^ 1)) >> 8 & 0xFF))
            self.update(byte)
        return bytes(out)


def zip_locked(name, data, password):
    """A zip with one stored file that is encrypted."""
    crc = zlib.crc32(data)
    sealed = ZipCipher(password).encrypt(b"\x11" * 11 + bytes([crc >> 24]) + data)
    label = name.encode()
    common = struct.pack("<HHHHHIIIHH", 20, 1, 0, 0x4800, 0x5C41, crc, len(sealed), len(data), len(label), 0)
    local = b"PK\3\4" + common + label + sealed
    central = b"PK\1\2" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0x20, 0) + label
    return local + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(central), len(local), 0)


def disk(name, data):
    """An image of a CD (ECMA-119) with one file in it."""
    def both(value, width):
        little = value.to_bytes(width, "little")
        return little + little[::-1]

    def entry(label, sector, size, flags):
        body = (bytes([0]) + both(sector, 4) + both(size, 4) + bytes([126, 2, 1, 9, 0, 0, 36, flags, 0, 0]) +
                both(1, 2) + bytes([len(label)]) + label)
        body += b"\0" * ((len(body) + 1) % 2)
        return bytes([len(body) + 1]) + body
    root = entry(b"\0", 18, 2048, 2)
    primary = (b"\1CD001\1\0" + b"LINUX".ljust(32) + b"DISK".ljust(32) + b"\0" * 8 + both(20, 4) + b"\0" * 32 +
               both(1, 2) + both(1, 2) + both(2048, 2) + both(10, 4) + b"\0" * 16 + root)
    folder = root + entry(b"\1", 18, 2048, 2) + entry(name.encode(), 19, len(data), 0)
    sectors = [primary, b"\xffCD001\1", folder, data]
    return b"\0" * 32768 + b"".join(s.ljust(-(-max(len(s), 1) // 2048) * 2048, b"\0") for s in sectors)


def picture():
    """A picture of one point."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)) +
            chunk(b"IDAT", zlib.compress(b"\0\xff\xff\xff")) + chunk(b"IEND", b""))


def pdf(objects):
    """Object 1 is the catalogue; the others as given, from number 2 on."""
    out, places = b"%PDF-1.5\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    at = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, at)
