// TlvInfo: fields lie within the data and the total length, in order and without gaps; their text can reach no terminal
// raw; what lies behind the total length changes nothing.

#include "base/crc32.hpp"
#include "base/text.hpp"
#include "evidence/hardware/onie_eeprom.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    const ByteView bytes(data, size);
    const auto head = onie::decode_head(bytes);
    const auto info = onie::decode_tlv_info(bytes);
    if (!info) {
        REQUIRE_ALWAYS(!head);
        return 0;
    }
    if (info->fields.empty() && info->bytes == 0) return 0;  // erased or blank
    REQUIRE_ALWAYS(head && *head == info->bytes && info->bytes <= onie::max_bytes);
    std::size_t at = onie::header_bytes;
    for (const onie::Field& one : info->fields) {
        REQUIRE_ALWAYS(one.offset == at);
        at += 2 + one.value.size();
        REQUIRE_ALWAYS(at <= size && at <= info->bytes);
        const std::string text = info->text(static_cast<onie::Type>(one.type)).text();
        REQUIRE_ALWAYS(printable(text) == text);
    }
    REQUIRE_ALWAYS(info->broken.has_value() == (at < info->bytes));
    REQUIRE_ALWAYS(info->mac_base().empty() || info->mac_base().size() == 12);
    if (info->condition == onie::Condition::ok) {
        REQUIRE_ALWAYS(!info->broken && info->stored == crc32_of(bytes.first(info->bytes - 4)));
    }
    if (info->broken) return 0;
    const auto alone = onie::decode_tlv_info(bytes.first(info->bytes));
    REQUIRE_ALWAYS(alone && alone->condition == info->condition && alone->fields.size() == info->fields.size());
    REQUIRE_ALWAYS(alone->irregular.size() == info->irregular.size());
    return 0;
}
