"""rar_writer.py - archives of RAR 5 and 4, stored, encrypted or not: no free program writes them.

After "RAR 5.0 archive format" and technote.txt of RARLAB; unar opens those of RAR 5. Keys come from hashlib, AES from
openssl.
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
    return subprocess.run(["openssl", "enc", f"-aes-{len(key) * 8}-cbc", "-K", key.hex(), "-iv", vector.hex(), "-nopad"], input=data,
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


# --- RAR 4 ---

SIGNATURE4 = b"Rar!\x1a\x07\x00"


class OldPassword:
    """2^18 rounds of SHA-1; the vector is made of what it is at sixteen times on the way."""

    def __init__(self, text, salt=b"old salt", power=18):
        self.salt = salt
        state, start, self.vector = hashlib.sha1(), text.encode("utf-16-le") + salt, b""
        for i in range(1 << power):
            state.update(start + i.to_bytes(3, "little"))
            if i % (1 << power - 4) == 0:
                self.vector += state.digest()[19:]
        digest = state.digest()
        self.key = b"".join(digest[i:i + 4][::-1] for i in range(0, 16, 4))


def old_header(kind, flags, fields):
    body = bytes([kind]) + flags.to_bytes(2, "little") + (7 + len(fields)).to_bytes(2, "little") + fields
    return (zlib.crc32(body) & 0xFFFF).to_bytes(2, "little") + body


def old_archive(files, password=None, sealed=None):
    """files: (name, bytes) or (name, bytes, password). `sealed`: the password of the headers."""
    blocks = []
    for name, data, *own in files:
        key = own[0] if own else password
        packed = aes(key.key, key.vector, data) if key else data
        fields = (len(packed).to_bytes(4, "little") + len(data).to_bytes(4, "little") + b"\x03"
                  + zlib.crc32(data).to_bytes(4, "little") + bytes(4) + b"\x1d\x30" + len(name).to_bytes(2, "little")
                  + (0o100644).to_bytes(4, "little") + name.encode() + (key.salt if key else b""))
        blocks.append((old_header(0x74, 0x8000 | (0x404 if key else 0), fields), packed))
    blocks.append((old_header(0x7B, 0x4000, b""), b""))
    out = SIGNATURE4 + old_header(0x73, 0x80 if sealed else 0, bytes(6))
    for head, data in blocks:
        out += (sealed.salt + aes(sealed.key, sealed.vector, head) if sealed else head) + data
    return out
