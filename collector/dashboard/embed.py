"""embed.py FOLDER OUT.cpp: what build.mjs wrote into FOLDER, as the C++ source of dashboard::assets(). Run by CMake.
The same files give the same bytes."""

import hashlib
import json
import pathlib
import sys

LINE = 110  # bytes of content in one line of the source


def literal(content):
    """A string literal of any bytes; octal escapes end by themselves."""
    if not content:
        return '""'
    lines = (content[i:i + LINE] for i in range(0, len(content), LINE))
    return "\n".join('    "' + "".join(f"\\{byte:03o}" for byte in line) + '"' for line in lines)


def main(folder, out):
    listed = json.loads((folder / "manifest.json").read_text())["files"]
    arrays, rows = [], []
    for number, one in enumerate(listed):
        names = {"identity": one["file"], **{coding: packed["file"] for coding, packed in one["encodings"].items()}}
        contents = {coding: (folder / name).read_bytes() for coding, name in names.items()}
        for coding, content in contents.items():
            arrays.append(f"constexpr std::string_view {coding}_{number}{{\n{literal(content)},\n    {len(content)}}};")
        etag = hashlib.sha256(contents["identity"]).hexdigest()[:32]
        codings = ", ".join(f"{coding}_{number}" if coding in contents else '""' for coding in ("identity", "br", "gzip"))
        rows.append(f'    Asset{{{json.dumps(one["path"])}, {json.dumps(one["content_type"])}, "{etag}", {codings}}},')
    out.write_text("\n".join([
        '#include "collector/dashboard/asset.hpp"', "", "#include <array>", "", "namespace assay::dashboard {", "namespace {", "",
        *arrays, "", "constexpr std::array all{", *rows, "};", "", "}  // namespace", "",
        "std::span<const Asset> assets() {", "    return all;", "}", "", "}  // namespace assay::dashboard", ""]))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
