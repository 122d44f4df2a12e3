"""An option ROM in a machine: the agent, told to read all of them, gives each image the hash of its bytes, while a driver uses
the device; and the kernel's file is switched off afterwards."""

import hashlib
import json
import struct

CODE_TYPES = {1: "open_firmware", 3: "efi"}  # none that the machine's own firmware would run
CONFIG = '[collector]\nurl = "https://collector.example:8443"\nca = """-----BEGIN CERTIFICATE-----\n"""\n[scan]\noption_roms = "all"\n'


def made_images():
    """Two images of 512 and 1024 bytes by PCI 3.0 6.3.1, the second one the last."""
    for (code, units), last in zip(((1, 1), (3, 2)), (0, 0x80)):
        image = bytearray(bytes(range(256)) * 2 * units)
        struct.pack_into("<H22xH", image, 0, 0xAA55, 0x1C)
        struct.pack_into("<4sHHHHB3sHHBBH", image, 0x1C, b"PCIR", 0x8086, 0x10D3, 0, 0x1C, 3, b"\0\0\2", units, 1, code, last, 0)
        yield bytes(image)


def made_rom():
    return b"".join(made_images())


def problems(lab_machine):
    lab_machine.guest.write("/tmp/roms.toml", CONFIG)
    text = lab_machine.guest.run("assay-agent scan --json --config /tmp/roms.toml")
    scan = json.loads(text)
    wanted = [(f"option_rom.{i}.{CODE_TYPES[code]}", hashlib.sha256(image).hexdigest())
              for i, (code, image) in enumerate(zip(CODE_TYPES, made_images()))]
    found = {c["key"]: c for c in scan["inventory"]["components"]
             if [(f["name"], f.get("sha256")) for f in c["firmware"]] == wanted}
    if len(found) != 1:
        return [f"option ROM: {wanted} is the ROM of {sorted(found) or 'no function'}"]
    ((key, card),) = found.items()
    out = []
    if card["contents"]["option_rom"] != hashlib.sha256(made_rom()).hexdigest():
        out.append(f"option ROM: the chain of {key} has another hash")
    address = scan["placement"]["placement"][key]["address"]
    still_on = lab_machine.guest.run(f"head -c 2 /sys/bus/pci/devices/{address}/rom 2>/dev/null | wc -c").strip()
    if still_on != "0":
        out.append(f"option ROM: the file of {key} is still switched on")
    return out
