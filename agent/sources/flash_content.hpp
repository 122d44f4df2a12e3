#pragma once
// Hashes of what is in a flash, added to the parts that the source "flash" found: of a chip with an Intel Flash
// Descriptor each region, of others each partition (agent/sources/flash_regions.hpp says which). On a live machine only
// where the operator chose it (choices.hpp): reading is slow. In a captured tree what was captured is told. Root only.

#include "agent/sources/choices.hpp"
#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_flash_contents(const View& view, const ScanChoices& choices);

}  // namespace assay::agent
