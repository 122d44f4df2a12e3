#pragma once
// What of a flash is hashed and what is not, by what the kernel says of it. Pure. docs/SOURCES.md repeats the words.

#include "agent/kernel/kernel.hpp"
#include "agent/sources/flash_devices.hpp"

namespace assay::agent {

inline constexpr std::uint64_t max_flash_region = 64U << 20U;  // bytes; a longer one is not hashed

// How a region is hashed, or why it is not.
struct FlashPlan {
    const char* left_out = nullptr;  // "not hashed: ..."
    FlashHash what = FlashHash::bytes;
    friend bool operator==(const FlashPlan&, const FlashPlan&) = default;
};

// Of memory that can be read to the same bytes again: NOR and ROM. NAND's blocks go bad and are moved.
bool is_steady(const FlashDevice& device);
// Whether its first bytes are looked at for a descriptor of regions: at the start of a chip, as far as is known, and
// nothing of which the label says that it is one unit's or holds settings.
bool may_have_descriptor(const FlashDevice& device);

// Of a device that is not divided further and has no descriptor. By words of its label: what changes by itself or is
// one unit's is left out, firmware is hashed; of all else what the kernel lets nobody write.
FlashPlan plan_flash(const FlashDevice& device);

}  // namespace assay::agent
