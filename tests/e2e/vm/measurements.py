"""What a boot has measured, as MeasuredMachine.measured leaves it, held against the TPM: event log and IMA list, replayed, must give
all its PCRs in every bank. The event log is replayed by what is under test, `assay inspect`; the IMA list here. Pure."""

import hashlib
import json
import struct

SIZES = {"sha1": 20, "sha256": 32, "sha384": 48}
KERNEL_HASHES = ("sha1", "sha256")  # those of Debian's kernel when IMA starts; other banks get the SHA-1 digest and zeros
BOOT_PCRS = (*range(10), 14)  # of firmware, shim, GRUB and the kernel's stub
IMA_PCR = 10
PCRS = 24
DYNAMIC_PCRS = range(17, 23)  # all ones until a dynamic launch (TCG PC Client Platform TPM Profile)


def ima_entries(data):
    """(SHA-1 template digest, template data) of each entry of binary_runtime_measurements (Documentation/security/IMA-templates)."""
    at = 0
    while at < len(data):
        pcr, digest, name_size = struct.unpack_from("<I20sI", data, at)
        at += 28 + name_size
        (size,) = struct.unpack_from("<I", data, at)
        template = data[at + 4:at + 4 + size]
        at += 4 + size
        if pcr != IMA_PCR or len(template) != size:
            raise ValueError(f"an IMA entry for PCR {pcr}, of {size} bytes with {len(template)} there")
        yield digest, template


def ima_names(data):
    """(file digest with its algorithm, name) of each entry of the templates ima-ng and ima-sig."""
    for _, template in ima_entries(data):
        fields, at = [], 0
        while at < len(template):
            (size,) = struct.unpack_from("<I", template, at)
            fields.append(template[at + 4:at + 4 + size])
            at += 4 + size
        algorithm, _, digest = fields[0].partition(b":\0")
        yield f"{algorithm.decode()}:{digest.hex()}", fields[1].rstrip(b"\0").decode()


def ima_replays(data, bank):
    """PCR 10 after none, one, two, ... of the entries."""
    value = bytes(SIZES[bank])
    yield value.hex()
    for digest, template in ima_entries(data):
        if not any(digest):  # a violation
            extended = b"\xff" * SIZES[bank]
        elif bank in KERNEL_HASHES:
            extended = hashlib.new(bank, template).digest()
        else:
            extended = digest.ljust(SIZES[bank], b"\0")
        value = hashlib.new(bank, value + extended).digest()
        yield value.hex()


def at_reset(bank, index):
    return ("ff" if index in DYNAMIC_PCRS else "00") * SIZES[bank]


class Measured:
    """One boot until then: `values` are the TPM's PCRs, {bank: {index: lower-case hexadecimal digits}}; `log` is the event
    log as `assay inspect eventlog` shows it, None where the kernel has none; `ima_list` is binary_runtime_measurements."""

    def __init__(self, values, log, ima_list):
        self.pcrs, self.log, self.list = values, log, ima_list

    def problems(self):
        """What does not replay to what the TPM has, in any bank."""
        found = [] if set(self.pcrs) == set(SIZES) else [f"the TPM has the banks {sorted(self.pcrs)}"]
        found += [f"the event log has the flaw {flaw}" for flaw in self.log["flaws"]]
        for bank, values in self.pcrs.items():
            replayed = {int(index): value for index, value in self.log["pcrs"][bank].items()}
            untouched = {index: at_reset(bank, index) for index in range(PCRS) if index not in (*BOOT_PCRS, IMA_PCR)}
            wanted = {index: None for index in BOOT_PCRS} | untouched | replayed
            found += [f"{bank} PCR {index}: the event log gives {value} and the TPM has {values[index]}"
                      for index, value in sorted(wanted.items()) if values[index] != value]
            if values[IMA_PCR] not in ima_replays(self.list, bank):
                found.append(f"{bank} PCR {IMA_PCR}: no part of the IMA list gives {values[IMA_PCR]}")
        return found

    def differs_in(self, other):
        """The PCRs of the boot that are not those of another one."""
        return {index for index in BOOT_PCRS if any(values[index] != other.pcrs[bank][index] for bank, values in self.pcrs.items())}

    def events(self, *texts):
        """Those of the event log in which all these texts stand."""
        return [event for event in self.log["events"] if all(text in json.dumps(event) for text in texts)]

    def file_digests(self, path):
        """Those that the IMA list has for a path."""
        return [digest for digest, name in ima_names(self.list) if name == path]
