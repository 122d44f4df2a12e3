"""The EFI system partition of a machine's disk image (make-disk), read and written from outside while the machine is off."""

import subprocess


class Esp:
    def __init__(self, image):
        self.image = f"{image}@@1M"

    def read(self, path):
        return subprocess.run(["mtype", "-i", self.image, f"::{path}"], check=True, capture_output=True).stdout

    def write(self, path, data):
        subprocess.run(["mcopy", "-o", "-i", self.image, "-", f"::{path}"], input=data, check=True)
