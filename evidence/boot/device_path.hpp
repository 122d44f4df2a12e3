#pragma once
// EFI_DEVICE_PATH_PROTOCOL: where a boot image lies, node by node, and its text. UEFI 2.10, 10.3 (nodes) and 10.6
// (text). In an event log no digest covers it: firmware hashes the image, not where it came from. Pure; nodes look at
// the bytes.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay {

struct DevicePathNode {
    std::uint8_t type = 0;
    std::uint8_t subtype = 0;
    ByteView data;  // behind the four bytes of its header
};

struct DevicePath {
    std::vector<DevicePathNode> nodes;  // ends of instances (7f/01) among them, the end of the whole not
    bool ended = false;                 // an end of the entire path (7f/ff) stood there; some logs lack it
    ByteView trailing;                  // behind it
};

// Up to the end of the entire path, or of the bytes. truncated, bad_value (a length under 4, an end with data),
// limit_exceeded (over limits::device_path_nodes).
Result<DevicePath> decode_device_path(ByteView bytes);
Bytes encode_device_path(const DevicePath& path);

// "PciRoot(0x0)/Pci(0x1F,0x2)/Sata(0x0,0xFFFF,0x0)/HD(1,GPT,...)/\EFI\BOOT\BOOTX64.EFI", instances joined by ','. A
// node that the specification does not name, or that is too short for its kind, is Path(type,subtype,hex). Cleaned, cut
// at limits::boot_text_bytes.
std::string text(const DevicePath& path);

}  // namespace assay
