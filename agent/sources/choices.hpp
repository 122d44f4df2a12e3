#pragma once
// What an operator chose of the readings that can disturb hardware: [scan] of agent.toml.

#include "base/words.hpp"

namespace assay::agent {

// Reading an option ROM makes the device answer at another address for a while; devices that have one decoder for
// both do not do their work meanwhile. Off by default: a report is not worth a link that drops.
enum class OptionRoms {
    off,
    unbound,  // of devices that no driver uses, display controllers excepted
    all,
};

inline constexpr auto option_rom_words = words<OptionRoms>({
    {OptionRoms::off, "off"},
    {OptionRoms::unbound, "unbound"},
    {OptionRoms::all, "all"},
});

// Reading a flash takes seconds for each megabyte, and whatever else sits behind its controller waits meanwhile.
enum class FlashContents {
    off,
    regions,  // of NOR flash: regions that hold firmware, each hashed
};

inline constexpr auto flash_words = words<FlashContents>({
    {FlashContents::off, "off"},
    {FlashContents::regions, "regions"},
});

struct ScanChoices {
    bool vpd = true;
    OptionRoms option_roms = OptionRoms::off;
    FlashContents flash = FlashContents::off;
    friend bool operator==(const ScanChoices&, const ScanChoices&) = default;
};

}  // namespace assay::agent
