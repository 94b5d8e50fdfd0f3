#!/usr/bin/env python3
"""datagram - asks by UDP and is answered, or floods with SYNs of forged sources, for tests/live/run-shield.

    datagram.py ADDRESS                exits 0 when a datagram was answered within half a second
    datagram.py --answer               answers until it is killed
    datagram.py --forged-syns ADDRESS  200 SYNs to port 8080, each of another source
"""
import socket
import struct
import sys

PORT = 7007


def answer():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.bind(("", PORT))
    while True:
        data, who = s.recvfrom(100)
        s.sendto(data, who)


def ask(address):
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    s.settimeout(0.5)
    s.sendto(b"hello, are you there?", (address, PORT))
    try:
        s.recvfrom(100)
    except OSError:
        return 1
    return 0


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    total = (total & 0xffff) + (total >> 16)
    return ~(total + (total >> 16)) & 0xffff


def forged_syns(address):
    s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    to = socket.inet_aton(address)
    for i in range(200):
        source = bytes([10, 77, 0, 20 + i])
        tcp = struct.pack("!HHIIBBHHH", 1024 + i, 8080, i, 0, 0x50, 2, 64240, 0, 0)
        summed = checksum(source + to + struct.pack("!HH", 6, len(tcp)) + tcp)
        tcp = tcp[:16] + struct.pack("!H", summed) + tcp[18:]
        ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), i, 0, 64, 6, 0) + source + to
        s.sendto(ip + tcp, (address, 0))


def main():
    if sys.argv[1] == "--answer":
        answer()
    if sys.argv[1] == "--forged-syns":
        return forged_syns(sys.argv[2])
    return ask(sys.argv[1])


if __name__ == "__main__":
    sys.exit(main())
