#include "evidence/boot/event_data.hpp"

#include "base/reader.hpp"
#include "base/writer.hpp"

#include <algorithm>

namespace assay::boot {
namespace {

// A structure, or the bytes and why they are none.
template <class T>
DecodedData structured(Result<T> decoded, ByteView data) {
    if (!decoded) return {Raw{data}, std::move(decoded).error()};
    return {*std::move(decoded), std::nullopt};
}

DecodedData text_or_raw(ByteView data) {
    if (const auto text = read_text(data)) return {*text, std::nullopt};
    return {Raw{data}, std::nullopt};
}

// Firmware puts a text, or, after older profiles, the place of what it measured.
DecodedData text_or_blob(ByteView data) {
    if (const auto text = read_text(data)) return {*text, std::nullopt};
    if (const auto blob = decode_firmware_blob(data)) return {*blob, std::nullopt};
    return {Raw{data}, std::nullopt};
}

DecodedData version(ByteView data) {
    GuidValue guid;
    if (data.size() != guid.guid.size() || read_text(data)) return text_or_raw(data);
    std::ranges::copy(data, guid.guid.begin());
    return {guid, std::nullopt};
}

DecodedData separator(ByteView data) {
    Reader reader(data);
    const SeparatorValue value{reader.u32le()};
    if (reader.finish("EV_SEPARATOR")) return {value, std::nullopt};
    return text_or_raw(data);
}

Result<Tagged> decode_tagged(ByteView data) {
    Reader reader(data);
    Tagged out{reader.at("taggedEventID").u32le(), {}};
    const std::uint32_t bytes = reader.at("taggedEventDataSize").u32le();
    out.data = reader.at("taggedEventData").take(bytes);
    CHECK_OK(reader.finish("TCG_PCClientTaggedEvent"));
    return out;
}

DecodedData no_action(ByteView data) {
    if (begins_as_spec_id(data)) return structured(decode_spec_id(data), data);
    return structured(decode_no_action(data), data);
}

Bytes encoded(const Raw& data) {
    return to_bytes(data.bytes);
}
Bytes encoded(const SpecId& data) {
    return encode_spec_id(data);
}
Bytes encoded(const NoAction& data) {
    return encode_no_action(data);
}
Bytes encoded(const FirmwareBlob& data) {
    return encode_firmware_blob(data);
}
Bytes encoded(const HandoffTables& data) {
    return encode_handoff_tables(data);
}
Bytes encoded(const Variable& data) {
    return encode_variable(data);
}
Bytes encoded(const ImageLoad& data) {
    return encode_image_load(data);
}
Bytes encoded(const GptTable& data) {
    return encode_gpt_table(data);
}
Bytes encoded(const Text& data) {
    return to_bytes(data.raw);
}
Bytes encoded(const Tagged& data) {
    return Writer().u32le(data.id).u32le(static_cast<std::uint32_t>(data.data.size())).raw(data.data).take();
}
Bytes encoded(const SeparatorValue& data) {
    return Writer().u32le(data.value).take();
}
Bytes encoded(const GuidValue& data) {
    return to_bytes(data.guid);
}
Bytes encoded(const DeviceSecurity& data) {
    return encode_device_security(data);
}

}  // namespace

DecodedData decode_event_data(EventType type, ByteView data) {
    using enum EventType;
    switch (type) {
        case EventType::no_action: return boot::no_action(data);
        case EventType::separator: return boot::separator(data);
        case s_crtm_version: return version(data);
        case post_code:
        case post_code2:
        case s_crtm_contents: return text_or_blob(data);
        case event_tag: return structured(decode_tagged(data), data);
        case efi_platform_firmware_blob: return structured(decode_firmware_blob(data), data);
        case efi_platform_firmware_blob2: return structured(decode_firmware_blob2(data), data);
        case efi_handoff_tables: return structured(decode_handoff_tables(data), data);
        case efi_handoff_tables2: return structured(decode_handoff_tables2(data), data);
        case efi_variable_driver_config:
        case efi_variable_boot:
        case efi_variable_boot2:
        case efi_variable_authority:
        case efi_spdm_device_policy:
        case efi_spdm_device_authority: return structured(decode_variable(data), data);
        case efi_boot_services_application:
        case efi_boot_services_driver:
        case efi_runtime_services_driver: return structured(decode_image_load(data), data);
        case efi_gpt_event:
        case efi_gpt_event2: return structured(decode_gpt_table(data), data);
        case efi_spdm_firmware_blob:
        case efi_spdm_firmware_config: return structured(decode_device_security(data), data);
        default: return text_or_raw(data);
    }
}

Bytes encode_event_data(const EventData& data) {
    return std::visit([](const auto& one) { return encoded(one); }, data);
}

}  // namespace assay::boot
