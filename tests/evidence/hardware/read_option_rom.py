#!/usr/bin/python3
"""read_option_rom.py FILE: another reading of an option ROM's chain, for comparison: offset, size, code type, ids and SHA-256
of each image, a line each, as PCI 3.0 section 6.3.1 has them."""

import hashlib
import struct
import sys

rom = open(sys.argv[1], "rb").read()
offset = 0
while rom[offset:offset + 2] == b"\x55\xaa":
    structure = offset + struct.unpack_from("<H", rom, offset + 0x18)[0]
    magic, vendor, device, length, code, indicator = struct.unpack_from("<4sHH8xH2xBB", rom, structure)
    if magic != b"PCIR":
        break
    image = rom[offset:offset + length * 512]
    print(offset, len(image), code, f"{vendor:04x}:{device:04x}", hashlib.sha256(image).hexdigest())
    offset += len(image)
    if indicator & 0x80:
        break
