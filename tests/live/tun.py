#!/usr/bin/env python3
"""tun - makes an interface without Ethernet and lets packets come in on it.

    tests/live/tun.py NAME    makes it and says "ready"; a line on stdin: sends three UDP datagrams; then waits
"""
import fcntl
import os
import struct
import subprocess
import sys

TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
DATAGRAM = bytes.fromhex(  # IPv4, UDP 198.51.100.7:4000 -> 203.0.113.5:53, 4 bytes
    "45000020" "00010000" "40110000" "c6336407" "cb007105"
    "0fa00035" "000c0000" "00010203")


def main():
    name = sys.argv[1]
    tun = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TUN | IFF_NO_PI))
    subprocess.run(["ip", "link", "set", name, "up"], check=True)
    print("ready", flush=True)
    for _ in sys.stdin:
        for _ in range(3):
            os.write(tun, DATAGRAM)
    return 0


if __name__ == "__main__":
    sys.exit(main())
