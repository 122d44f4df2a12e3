// Event data of every type: written again it is the same bytes, and so is each structure alone; what is shown of it
// fits a terminal; what is covered is hashed to the digest and does not depend on the type.

#include "base/text.hpp"
#include "evidence/boot/coverage.hpp"
#include "evidence/boot/device_path.hpp"
#include "evidence/boot/event_data.hpp"
#include "evidence/boot/load_option.hpp"
#include "evidence/limits.hpp"
#include "tests/fuzz/require.hpp"
#include "tests/support/event_log_bytes.hpp"

namespace {

using assay::Bytes;
using assay::ByteView;

constexpr std::uint32_t efi_types = 0x80000000;

template <class Decode, class Encode>
void round_trip(ByteView bytes, Decode decode, Encode encode) {
    if (const auto value = decode(bytes)) REQUIRE_ALWAYS(assay::same_bytes(encode(*value), bytes));
}

void check_path(ByteView bytes) {
    const auto path = assay::decode_device_path(bytes);
    if (!path) return;
    REQUIRE_ALWAYS(path->nodes.size() <= assay::limits::device_path_nodes);
    REQUIRE_ALWAYS(assay::same_bytes(assay::encode_device_path(*path), bytes));
    const std::string text = assay::text(*path);
    REQUIRE_ALWAYS(text.size() <= assay::limits::boot_text_bytes && assay::printable(text) == text);
}

void check_option(ByteView bytes) {
    const auto option = assay::decode_load_option(bytes);
    if (!option) return;
    REQUIRE_ALWAYS(assay::same_bytes(assay::encode_load_option(*option), bytes));
    REQUIRE_ALWAYS(assay::printable(option->title()) == option->title());
    const auto paths = assay::paths_of(*option);
    if (paths) REQUIRE_ALWAYS(paths->size() <= assay::limits::device_path_nodes);
}

void check_shown(const assay::boot::EventData& data) {
    using namespace assay::boot;
    if (const auto* text = std::get_if<Text>(&data)) REQUIRE_ALWAYS(assay::printable(text->shown()) == text->shown());
    if (const auto* variable = std::get_if<Variable>(&data)) {
        REQUIRE_ALWAYS(assay::printable(variable->name_text()) == variable->name_text());
    }
    if (const auto* event = std::get_if<DeviceSecurity>(&data)) {
        (void)measurement_of(*event);
        (void)pci_context_of(*event);
    }
}

void check_coverage(ByteView data, ByteView hashed) {
    using enum assay::EventType;
    std::optional<Bytes> before;
    for (const assay::EventType type : {ipl, efi_variable_boot, event_tag}) {
        assay::test::LogBytes bytes({assay::HashAlg::sha256});
        bytes.event(8, type, data, hashed);
        const auto log = assay::decode_event_log(bytes.bytes());
        REQUIRE_ALWAYS(log.has_value() && log->events().size() == 2);
        const auto covered = assay::covered_bytes(*log, log->events()[1], 0);
        const bool whole = assay::same_bytes(data, hashed);
        REQUIRE_ALWAYS(covered.has_value() || !whole);
        const Bytes now = covered ? assay::to_bytes(covered->bytes.value()) : Bytes{0xee};
        REQUIRE_ALWAYS(!before || *before == now);
        REQUIRE_ALWAYS(!covered || now.size() <= data.size());
        before = now;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay::boot;
    const ByteView bytes(data, size);
    for (const std::uint32_t base : {0U, efi_types}) {
        for (std::uint32_t i = 0; i < 0x100; ++i) {
            const DecodedData decoded = decode_event_data(assay::EventType{base + i}, bytes);
            REQUIRE_ALWAYS(assay::same_bytes(encode_event_data(decoded.data), bytes));
            REQUIRE_ALWAYS(!decoded.malformed || std::holds_alternative<Raw>(decoded.data));
            check_shown(decoded.data);
        }
    }
    round_trip(bytes, decode_no_action, encode_no_action);
    round_trip(bytes, decode_firmware_blob, encode_firmware_blob);
    round_trip(bytes, decode_firmware_blob2, encode_firmware_blob);
    round_trip(bytes, decode_handoff_tables, encode_handoff_tables);
    round_trip(bytes, decode_handoff_tables2, encode_handoff_tables);
    round_trip(bytes, decode_variable, encode_variable);
    round_trip(bytes, decode_image_load, encode_image_load);
    round_trip(bytes, decode_gpt_table, encode_gpt_table);
    round_trip(bytes, decode_device_security, encode_device_security);
    check_path(bytes);
    check_option(bytes);
    check_coverage(bytes, bytes);
    check_coverage(bytes, bytes.first(size / 2));
    return 0;
}
