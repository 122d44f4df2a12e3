#include "evidence/hardware/flash_descriptor.hpp"

#include "evidence/hardware/little_endian.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay::flash {
namespace {

constexpr std::uint32_t signature = 0x0ff0a55a;
constexpr std::size_t signature_at = 0x10;
constexpr std::size_t map0_at = 0x14;
constexpr std::size_t map1_at = 0x18;
constexpr std::size_t map_end = 0x20;
constexpr unsigned block_bits = 12;  // in which base and limit are counted

struct Known {
    const char* name;
    const char* left_out;  // why it is not hashed
};

constexpr const char* changes = "not hashed: changes by itself";
constexpr const char* unit = "not hashed: holds this unit's addresses";
constexpr const char* unknown = "not hashed: nobody knows what it is";

constexpr std::array<Known, max_regions> known{{
    {"descriptor", nullptr},
    {"bios", nullptr},
    {"me", changes},
    {"gbe", unit},
    {"platform_data", "not hashed: what the maker wrote of this unit"},
    {"device_expansion", nullptr},
    {"bios2", nullptr},
    {"", unknown},
    {"ec", nullptr},
    {"device_expansion2", nullptr},
    {"innovation_engine", changes},
    {"10gbe_0", unit},
    {"10gbe_1", unit},
    {"", unknown},
    {"", unknown},
    {"ptt", changes},
}};

// A section's base as FLMAP0 and FLMAP1 keep it, in units of 16 bytes.
std::size_t base_of(std::uint32_t map, unsigned shift) {
    return ((map >> shift) & 0xffU) << 4U;
}

// How many region registers there are before the next section begins: their number in FLMAP0 is not kept by all.
std::size_t registers(std::size_t at, std::uint32_t map0, std::uint32_t map1) {
    std::size_t end = at + max_regions * 4;
    for (const std::size_t other : {base_of(map0, 0), base_of(map1, 0), base_of(map1, 16)}) {
        if (other > at) end = std::min(end, other);
    }
    return (end - at) / 4;
}

// Erased, or base and limit as Intel's tools write what is not used: 7fff and 0, 1fff and 0 in the older 13 bits.
bool unused(std::uint32_t value, std::size_t number) {
    return value == 0xffffffffU || value == 0x00007fffU || value == 0x00001fffU || (value == 0 && number > 0);
}

std::string register_name(std::size_t number) {
    return fmt::format("FLREG{}", number);
}

Result<Region> read_region(std::uint32_t value, std::size_t number, std::uint64_t chip_bytes) {
    const std::uint64_t base = std::uint64_t{value & 0x7fffU} << block_bits;
    const std::uint64_t end = (std::uint64_t{(value >> 16U) & 0x7fffU} + 1) << block_bits;
    if (base >= end) return fail(Errc::bad_value, register_name(number), "its limit is before its base");
    if (end > chip_bytes) return fail(Errc::bad_value, register_name(number), "it goes beyond the chip");
    return Region{static_cast<unsigned>(number), base, end - base};
}

Result<void> check_apart(const std::vector<Region>& regions) {
    for (const Region& one : regions) {
        for (const Region& other : regions) {
            if (other.number >= one.number) break;
            if (one.offset < other.offset + other.size && other.offset < one.offset + one.size) {
                return fail(Errc::bad_value, register_name(one.number), "it overlaps " + register_name(other.number));
            }
        }
    }
    return {};
}

}  // namespace

bool has_descriptor(ByteView head) {
    return head.size() >= signature_at + 4 && le32(head, signature_at) == signature;
}

Result<std::vector<Region>> decode_flash_descriptor(ByteView head, std::uint64_t chip_bytes) {
    if (head.size() < map_end) return fail(Errc::truncated, "FLMAP0", "the descriptor's map is cut");
    if (!has_descriptor(head)) return fail(Errc::bad_magic, "FLVALSIG", "there is no descriptor");
    const std::uint32_t map0 = le32(head, map0_at);
    const std::uint32_t map1 = le32(head, map1_at);
    const std::size_t at = base_of(map0, 16);
    if (at < map_end) return fail(Errc::bad_value, "FLMAP0", "the regions lie in the map itself");
    const std::size_t count = registers(at, map0, map1);
    if (at + count * 4 > std::min(head.size(), descriptor_bytes)) {
        return fail(Errc::truncated, "FLMAP0", "the regions lie behind the descriptor");
    }
    std::vector<Region> out;
    for (std::size_t number = 0; number < count; ++number) {
        const std::uint32_t value = le32(head, at + number * 4);
        if (unused(value, number)) continue;
        TRY(const Region region, read_region(value, number, chip_bytes));
        out.push_back(region);
    }
    if (out.empty() || out[0].number != 0 || out[0].offset != 0) {
        return fail(Errc::bad_value, "FLREG0", "the descriptor is not in a region of its own");
    }
    CHECK_OK(check_apart(out));
    return out;
}

std::string region_name(unsigned number) {
    if (number < known.size() && *known[number].name != '\0') return known[number].name;
    return fmt::format("region_{}", number);
}

const char* region_left_out(unsigned number) {
    return number < known.size() ? known[number].left_out : unknown;
}

}  // namespace assay::flash
