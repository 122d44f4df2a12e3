#pragma once
// The Intel Flash Descriptor at the beginning of a machine's SPI flash: where on the chip its regions lie (public
// register descriptions: Intel 7 Series PCH datasheet, section 5.24.1; 15-bit fields and more regions since the 100
// Series). Not its straps, nor who may write what. Pure.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace assay::flash {

inline constexpr std::size_t descriptor_bytes = 4096;
inline constexpr std::size_t max_regions = 16;

struct Region {
    unsigned number = 0;
    std::uint64_t offset = 0;  // on the chip
    std::uint64_t size = 0;
    friend bool operator==(const Region&, const Region&) = default;
};

// Whether a chip that begins with these bytes has a descriptor: the signature 0x0ff0a55a at offset 16.
bool has_descriptor(ByteView head);

// `head`: the first descriptor_bytes of a chip of chip_bytes. The regions that are in use, by their numbers; the first
// is the descriptor itself. Errors name the register ("FLREG3"): truncated, bad_magic, bad_value for a region that is
// reversed, lies beyond the chip, overlaps another, or a descriptor's own that does not begin the chip.
Result<std::vector<Region>> decode_flash_descriptor(ByteView head, std::uint64_t chip_bytes);

// "descriptor", "bios", "me", "gbe", "platform_data", ...; "region_13" for those that nobody has named.
std::string region_name(unsigned number);

// Why a region is not hashed: its content changes by itself or is of one unit; nullptr for firmware.
const char* region_left_out(unsigned number);

}  // namespace assay::flash
