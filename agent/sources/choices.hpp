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

struct ScanChoices {
    bool vpd = true;
    OptionRoms option_roms = OptionRoms::off;
    friend bool operator==(const ScanChoices&, const ScanChoices&) = default;
};

}  // namespace assay::agent
