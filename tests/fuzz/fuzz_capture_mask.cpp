// Masks over hostile tables and text: nothing grows or shrinks, and a serial number that was learnt is not left.

#include "agent/capture/mask.hpp"
#include "agent/capture/module_excerpt.hpp"
#include "agent/sources/module_info.hpp"
#include "evidence/unit_mark.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    using namespace assay::agent;
    const ByteView bytes(data, size);
    const std::string text(as_text(bytes));
    Masks masks(Bytes(32, 5));
    masks.learn_smbios(bytes);
    masks.learn_addresses(text);
    REQUIRE_ALWAYS(masks.masked(text).size() == size);
    Masks one(Bytes(32, 5));
    const std::string serial = text.substr(0, 24);
    one.learn_serial(serial);
    if (names_a_unit(serial) && !serial.starts_with("0x")) REQUIRE_ALWAYS(one.masked(serial) != serial);
    const std::string excerpt = module_excerpt(bytes);
    REQUIRE_ALWAYS(excerpt.size() <= size);
    REQUIRE_ALWAYS(firmware_names(as_bytes(excerpt)).has_value() == firmware_names(bytes).has_value());
    return 0;
}
