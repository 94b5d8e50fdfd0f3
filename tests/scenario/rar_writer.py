"""rar_writer.py - archives of RAR 5, stored, encrypted or not: no free program writes them.

After "RAR 5.0 archive format" of RARLAB; unar opens what is written here. Keys come from hashlib, AES from openssl.
"""
import hashlib
import hmac
import subprocess
import zlib

SIGNATURE = b"Rar!\x1a\x07\x01\x00"
FILE, CRYPT, END = 2, 4, 5


def vint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes(out + bytes([value]))


def aes(key, vector, data):
    data += bytes(-len(data) % 16)
    if not data:
        return data
    return subprocess.run(["openssl", "enc", "-aes-256-cbc", "-K", key.hex(), "-iv", vector.hex(), "-nopad"], input=data,
                          capture_output=True, check=True).stdout


class Password:
    """What is made of one: a key, a key for checksums, and what the password is known by."""

    def __init__(self, text, salt=b"salt of the test", power=15, check=True):
        def stretch(more):
            return hashlib.pbkdf2_hmac("sha256", text.encode(), salt, (1 << power) + more)
        self.salt, self.power = salt, power
        self.key, self.hash_key = stretch(0), stretch(16)
        folded = stretch(32)
        short = bytes(folded[i] ^ folded[8 + i] ^ folded[16 + i] ^ folded[24 + i] for i in range(8))
        self.check = short + hashlib.sha256(short).digest()[:4] if check else b""

    def tweaked(self, crc):
        digest = hmac.new(self.hash_key, crc.to_bytes(4, "little"), "sha256").digest()
        value = 0
        for i in range(0, 32, 4):
            value ^= int.from_bytes(digest[i:i + 4], "little")
        return value


def header(kind, fields, extra=b"", data=None):
    body = vint(kind) + vint((1 if extra else 0) | (2 if data is not None else 0))
    body += (vint(len(extra)) if extra else b"") + (vint(len(data)) if data is not None else b"") + fields + extra
    body = vint(len(body)) + body
    return zlib.crc32(body).to_bytes(4, "little") + body


def vector(number):
    return hashlib.sha256(b"vector %d" % number).digest()[:16]


def file_block(name, data, password=None, number=0):
    crc, extra, packed = zlib.crc32(data), b"", data
    if password:
        crc = password.tweaked(crc)
        packed = aes(password.key, vector(number), data)
        record = (vint(1) + vint(0) + vint(2 | (1 if password.check else 0)) + bytes([password.power]) + password.salt
                  + vector(number) + password.check)
        extra = vint(len(record)) + record
    fields = vint(4) + vint(len(data)) + vint(0o100644) + crc.to_bytes(4, "little") + vint(0) + vint(1)
    fields += vint(len(name.encode())) + name.encode()
    return header(FILE, fields, extra, packed), packed


def archive(files, password=None, sealed=None):
    """files: (name, bytes) or (name, bytes, password). `sealed`: the password of the headers."""
    blocks = [(header(1, vint(0)), b"")]
    for number, (name, data, *own) in enumerate(files):
        blocks.append(file_block(name, data, own[0] if own else password, number))
    blocks.append((header(END, vint(0)), b""))
    out = SIGNATURE
    if sealed:
        out += header(CRYPT, vint(0) + vint(1 if sealed.check else 0) + bytes([sealed.power]) + sealed.salt + sealed.check)
    for number, (head, data) in enumerate(blocks):
        if sealed:
            out += vector(1000 + number) + aes(sealed.key, vector(1000 + number), head)
        else:
            out += head
        out += data
    return out
