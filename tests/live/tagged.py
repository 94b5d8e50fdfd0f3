#!/usr/bin/env python3
"""tagged - writes a capture of frames with VLAN tags: none, one, two, one of 802.1ad, one of priority only.

    tests/live/tagged.py FILE
"""
import struct
import sys

ADDRESSES = bytes.fromhex("020000000001" "020000000002")
TAGS = [b"", struct.pack(">HH", 0x8100, 0x6005), struct.pack(">HHHH", 0x88A8, 7, 0x8100, 8),
        struct.pack(">HH", 0x88A8, 9), struct.pack(">HH", 0x8100, 0xE000)]


def datagram(number):
    """IPv4, UDP 198.51.100.7:4000 -> 203.0.113.5:53, with a number in it."""
    return bytes.fromhex("45000020" "00010000" "40110000" "c6336407" "cb007105"
                         "0fa00035" "000c0000") + struct.pack(">I", number)


def main():
    with open(sys.argv[1], "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
        for number in range(400):
            frame = ADDRESSES + TAGS[number % len(TAGS)] + b"\x08\x00" + datagram(number)
            frame = frame.ljust(64, b"\0")
            out.write(struct.pack("<IIII", 1772413200, number, len(frame), len(frame)) + frame)
    return 0


if __name__ == "__main__":
    sys.exit(main())
