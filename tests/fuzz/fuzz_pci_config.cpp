// Configuration spaces: both lists end within the space, no capability is met twice, and fewer bytes never say more.

#include "evidence/hardware/pci_config.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>

namespace pci = assay::pci;

namespace {

bool begins(const std::vector<std::uint8_t>& longer, const std::vector<std::uint8_t>& shorter) {
    return shorter.size() <= longer.size() && std::equal(shorter.begin(), shorter.end(), longer.begin());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const assay::ByteView bytes(data, size);
    const auto config = pci::decode_config(bytes);
    if (!config) return 0;
    REQUIRE_ALWAYS(config->capabilities.size() <= (pci::conventional_bytes - pci::header_bytes) / 4);
    REQUIRE_ALWAYS(config->extended.size() <= (pci::extended_bytes - pci::conventional_bytes) / 4);
    REQUIRE_ALWAYS(config->has_capabilities || config->capabilities.empty());
    REQUIRE_ALWAYS(!config->slot || config->is_express);
    REQUIRE_ALWAYS(!config->serial || config->depth == pci::Depth::extended);
    if (config->serial) REQUIRE_ALWAYS(pci::serial_text(*config->serial).size() == 23);
    const auto less = pci::decode_config(bytes.first(std::max(size / 2, pci::header_bytes)));
    REQUIRE_ALWAYS(less && less->vendor == config->vendor && less->depth <= config->depth);
    REQUIRE_ALWAYS(begins(config->capabilities, less->capabilities));
    REQUIRE_ALWAYS(less->depth == pci::Depth::header || less->slot.has_value() == config->slot.has_value());
    return 0;
}
