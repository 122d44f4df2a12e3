// Module EEPROMs: whatever the bytes, a checksum that holds is the sum of the bytes before it, no text reaches a
// terminal raw, a module that is not identified has no identity, and hex text says the same as the bytes.

#include "base/text.hpp"
#include "evidence/hardware/transceiver_dump.hpp"
#include "evidence/identifier.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace transceiver = assay::transceiver;
    const assay::ByteView bytes(data, size);
    const auto dump = transceiver::parse_dump(bytes);
    transceiver::Pages pages;
    if (dump) {
        pages = *dump;
    } else {  // any lengths at all
        pages.lower = assay::to_bytes(bytes.first(size / 2));
        pages.page_00 = assay::to_bytes(bytes.subspan(size / 2));
        pages.page_01 = assay::to_bytes(bytes.first(size / 4));
    }
    const transceiver::Module module = transceiver::decode_module(pages);
    REQUIRE_ALWAYS(module.identified() == !module.checksums.empty());
    REQUIRE_ALWAYS(module.identified() == !module.vendor.absent());
    if (!module.identified()) {
        REQUIRE_ALWAYS(module.oui.empty() && module.serial.absent() && module.firmware.empty());
        return 0;
    }
    const assay::ByteView page = transceiver::identity_page(pages, *module.map);
    REQUIRE_ALWAYS(page.size() <= transceiver::page_bytes);
    bool all_hold = true;
    for (const auto& sum : module.checksums) all_hold = all_hold && sum.holds();
    REQUIRE_ALWAYS(
        module.condition == transceiver::Condition::stale ||
        all_hold == (module.condition == transceiver::Condition::ok)
    );
    if (!module.oui.empty()) REQUIRE_ALWAYS(assay::make_identifier(assay::Registry::sff_oui, module.oui).has_value());
    for (const assay::Reading* text :
         {&module.vendor, &module.part_number, &module.revision, &module.serial, &module.date_code}) {
        REQUIRE_ALWAYS(assay::printable(text->text()) == text->text());
    }
    return 0;
}
