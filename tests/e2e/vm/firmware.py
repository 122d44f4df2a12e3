"""OVMF, the firmware of a virtual machine: its arguments for QEMU. What it remembers is a file of the machine's own, and lasts from
boot to boot."""

import pathlib
import shutil

FILES = pathlib.Path("/usr/share/OVMF")


def firmware(run_dir, secure_boot=False):
    """With Secure Boot it knows Microsoft's keys, and the guest's system cannot write the flash that they are in."""
    flavour = "_4M.ms.fd" if secure_boot else "_4M.fd"
    variables = pathlib.Path(run_dir) / "variables.fd"
    shutil.copy(FILES / f"OVMF_VARS{flavour}", variables)
    protected = ["-machine", "smm=on", "-global", "driver=cfi.pflash01,property=secure,value=on"] if secure_boot else []
    return [*protected,
            "-drive", f"if=pflash,format=raw,unit=0,readonly=on,file={FILES}/OVMF_CODE{flavour}",
            "-drive", f"if=pflash,format=raw,unit=1,file={variables}"]
