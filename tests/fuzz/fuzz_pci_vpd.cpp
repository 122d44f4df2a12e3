// Vital product data: fields lie within the data, their text can reach no terminal raw, and what is behind the end tag
// changes nothing.

#include "base/text.hpp"
#include "evidence/hardware/pci_vpd.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace pci = assay::pci;
    const assay::ByteView bytes(data, size);
    const auto vpd = pci::decode_vpd(bytes);
    if (!vpd) return 0;
    REQUIRE_ALWAYS(vpd->fields.size() <= pci::max_vpd_fields);
    REQUIRE_ALWAYS(vpd->fields.size() * 3 <= size);
    REQUIRE_ALWAYS(assay::printable(vpd->name) == vpd->name);
    for (const pci::VpdField& one : vpd->fields) {
        REQUIRE_ALWAYS(assay::printable(one.text) == one.text);
        REQUIRE_ALWAYS(assay::printable(one.keyword) == one.keyword);
    }
    REQUIRE_ALWAYS(vpd->broken.has_value() == (vpd->bytes == 0));
    if (vpd->broken) return 0;
    REQUIRE_ALWAYS(vpd->bytes <= size);
    const auto alone = pci::decode_vpd(bytes.first(vpd->bytes));
    REQUIRE_ALWAYS(alone && !alone->broken && alone->fields.size() == vpd->fields.size());
    REQUIRE_ALWAYS(alone->checksum == vpd->checksum);
    return 0;
}
