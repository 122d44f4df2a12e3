#!/usr/bin/python3
"""read_device_tree.py FILE.dtb DIR: writes a flattened device tree (Devicetree Specification v0.4, chapter 5) as the kernel shows it,
a directory per node and a file per property, and prints the canonical hash of docs/SOURCES.md by another reading."""

import hashlib
import pathlib
import struct
import sys

BEGIN, END, PROPERTY, NOP, FINISH = 1, 2, 3, 4, 9
NODES = {"/chosen", "/memory", "/reserved-memory", "/__symbols__", "/__fixups__", "/__local_fixups__"}
PROPERTIES = {"name", "serial-number", "linux,serial", "mac-address", "local-mac-address", "local-bd-address",
              "cpu-release-addr", "memreserve"}


def read(blob):
    """{path: {property: bytes}}, and each node's children in the order they stand."""
    magic, _, at, strings = struct.unpack(">4I", blob[:16])
    assert magic == 0xd00dfeed
    nodes, path = {}, []
    while True:
        token, = struct.unpack(">I", blob[at:at + 4])
        at += 4
        if token == BEGIN:
            end = blob.index(b"\0", at)
            path.append(blob[at:end].decode())
            nodes["/".join(path) or "/"] = {}
            at = (end + 4) // 4 * 4
        elif token == END:
            path.pop()
        elif token == PROPERTY:
            size, name = struct.unpack(">2I", blob[at:at + 8])
            begin = strings + name
            nodes["/".join(path) or "/"][blob[begin:blob.index(b"\0", begin)].decode()] = blob[at + 8:at + 8 + size]
            at += 8 + (size + 3) // 4 * 4
        elif token == FINISH:
            return nodes
        else:
            assert token == NOP


def canonical(nodes):
    out = hashlib.sha256()

    def framed(*fields):
        for field in fields:
            out.update(struct.pack(">I", len(field)) + field)

    framed(b"assay/device_tree/1")
    for path in sorted(nodes, key=lambda p: [part.encode() for part in p.split("/")]):
        top = "/" + path.split("/")[1]
        if top in NODES or top.startswith("/memory@"):
            continue
        framed(b"node", path.encode())
        for name in sorted(set(nodes[path]) - PROPERTIES):
            framed(b"property", name.encode(), nodes[path][name])
    return out.hexdigest()


def main():
    nodes = read(pathlib.Path(sys.argv[1]).read_bytes())
    for path, properties in nodes.items():
        directory = pathlib.Path(sys.argv[2] + path)
        directory.mkdir(parents=True, exist_ok=True)
        for name, value in properties.items():
            (directory / name).write_bytes(value)
        (directory / "name").write_bytes(path.rpartition("/")[2].split("@")[0].encode() + b"\0")  # as the kernel adds it
    print(canonical(nodes))


if __name__ == "__main__":
    main()
