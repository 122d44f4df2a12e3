#pragma once
// An expansion ROM: a chain of images, each for another kind of machine (PCI Firmware Specification 3.2, section 5.1;
// PCI Local Bus Specification 3.0, section 6.3; of EFI images UEFI 2.10, section 14.4). An image says how long it is
// and whether another one follows; what lies behind the last one is no part of the chain. Hashes are over the bytes
// exactly as they were read: an EFI image that is measured at boot is hashed otherwise (Authenticode). Nothing is run
// or unpacked. Pure.

#include "base/bytes.hpp"
#include "base/crypto/hash.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::option_rom {

inline constexpr std::size_t max_bytes = 16U << 20U;
inline constexpr std::size_t max_images = 16;

// UEFI 2.10 table 14.22: the header of an image with code type 3.
struct Efi {
    std::uint16_t subsystem = 0;    // PE/COFF: 11 a boot service driver, 12 a runtime driver
    std::uint16_t machine = 0;      // PE/COFF: 0x8664 x64, 0xaa64 AArch64, 0x0ebc EFI byte code
    std::uint16_t compression = 0;  // 0 none, 1 as UEFI defines
};

struct Image {
    std::size_t offset = 0;  // in the chain
    std::size_t size = 0;    // as it declares
    std::uint16_t vendor = 0;
    std::uint16_t device = 0;
    std::uint32_t class_code = 0;  // 24 bits
    std::uint8_t structure_revision = 0;
    std::uint16_t code_revision = 0;  // its maker's
    std::uint8_t code_type = 0;       // 0 x86 (PC-AT), 1 Open Firmware, 2 HP PA-RISC, 3 EFI
    bool last = false;
    std::optional<bool> sums_to_zero;  // of code type 0: the bytes that its header counts
    std::optional<Efi> efi;            // of code type 3, when its header is one
    Sha256 sha256{};                   // of bytes [offset, offset + size)
};

struct Chain {
    std::vector<Image> images;
    std::size_t size = 0;
    Sha256 sha256{};  // of bytes [0, size)
    // Why the chain ended before an image that calls itself the last. The images above are whole.
    std::optional<Error> broken;
};

// Errors: bad_magic when there is no image at the beginning (nothing is there, or no ROM), truncated when even its
// header is cut, limit_exceeded.
Result<Chain> decode_chain(ByteView bytes);

// "x86", "open_firmware", "hp_pa_risc", "efi", or "type_7f".
std::string code_type_name(std::uint8_t code_type);

}  // namespace assay::option_rom
