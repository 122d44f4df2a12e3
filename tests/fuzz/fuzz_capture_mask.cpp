// Masks over hostile tables and text: nothing grows or shrinks, and a serial number that was learnt is not left.

#include "agent/capture/mask.hpp"
#include "agent/capture/module_excerpt.hpp"
#include "agent/sources/module_info.hpp"
#include "evidence/hardware/onie_eeprom.hpp"
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
    masks.learn_tlv_info(bytes);
    REQUIRE_ALWAYS(masks.masked(text).size() == size);
    const std::string board = masks.masked_tlv_info(text);
    REQUIRE_ALWAYS(board.size() == size);
    const auto before = onie::decode_tlv_info(bytes);
    const auto after = onie::decode_tlv_info(as_bytes(board));
    // A mask that hits a field's length by chance may break it; where it does not, the sum holds.
    const bool same_shape = before && after && before->fields.size() == after->fields.size() && !after->broken;
    if (same_shape && before->condition == onie::Condition::ok) REQUIRE_ALWAYS(after->condition == onie::Condition::ok);
    Masks one(Bytes(32, 5));
    const std::string serial = text.substr(0, 24);
    one.learn_serial(serial);
    if (names_a_unit(serial) && !serial.starts_with("0x")) REQUIRE_ALWAYS(one.masked(serial) != serial);
    const std::string excerpt = module_excerpt(bytes);
    REQUIRE_ALWAYS(excerpt.size() <= size);
    REQUIRE_ALWAYS(firmware_names(as_bytes(excerpt)).has_value() == firmware_names(bytes).has_value());
    return 0;
}
