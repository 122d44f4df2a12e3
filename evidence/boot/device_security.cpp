#include "evidence/boot/device_security.hpp"

#include "base/reader.hpp"
#include "base/writer.hpp"

namespace assay::boot {
namespace {

constexpr std::size_t signature_bytes = 16;
constexpr std::string_view first_signature{"SPDM Device Sec\0", signature_bytes};
constexpr std::string_view second_signature{"SPDM Device Sec2", signature_bytes};
constexpr std::uint32_t pci_type = 1;
constexpr std::uint32_t measurement_sub_header = 0;
constexpr std::uint8_t dmtf = 1;
constexpr std::size_t sub_header_fields_bytes = 8;

SpdmMeasurement read_measurement(Reader& reader) {
    SpdmMeasurement out;
    out.index = reader.u8();
    out.specification = reader.u8();
    Reader inner(reader.take(reader.u16le()));
    if (out.specification == dmtf) {
        out.value_type = inner.u8();
        out.value = inner.take(inner.u16le());
    } else {
        out.value = inner.take(inner.left());
    }
    if (!inner.finish("measurement")) reader.refuse(Errc::bad_value, "measurement", "its sizes do not fit");
    return out;
}

}  // namespace

Result<DeviceSecurity> decode_device_security(ByteView data) {
    Reader reader(data);
    const std::string_view signature = as_text(reader.at("Signature").take(signature_bytes));
    DeviceSecurity out;
    out.version = reader.at("Version").u16le();
    if (signature == first_signature) {
        out.length = reader.at("Length").u16le();
        out.hash_algorithm = reader.at("SpdmHashAlgo").u32le();
        out.device_type = reader.at("DeviceType").u32le();
    } else if (signature == second_signature) {
        out.form = 2;
        out.auth_state = reader.at("AuthState").u8();
        out.reserved = reader.at("Reserved").u8();
        out.length = reader.at("Length").u32le();
        out.device_type = reader.at("DeviceType").u32le();
        out.sub_header_type = reader.at("SubHeaderType").u32le();
        const std::uint32_t sub_header = reader.at("SubHeaderLength").u32le();
        out.sub_header_uid = reader.at("SubHeaderUID").u64le();
        const std::uint64_t path_bytes = reader.at("DevicePathLength").u64le();
        out.device_path = reader.at("DevicePath").take(path_bytes);
        out.sub_header = reader.at("SubHeader").take(sub_header);
    } else {
        reader.refuse(Errc::bad_magic, "Signature", "is not SPDM Device Sec");
    }
    out.body = reader.take(reader.left());
    CHECK_OK(reader.finish("DEVICE_SECURITY_EVENT_DATA"));
    return out;
}

Bytes encode_device_security(const DeviceSecurity& event) {
    Writer w;
    if (event.form == 1) {
        w.raw(as_bytes(first_signature)).u16le(event.version).u16le(static_cast<std::uint16_t>(event.length));
        return w.u32le(event.hash_algorithm).u32le(event.device_type).raw(event.body).take();
    }
    w.raw(as_bytes(second_signature)).u16le(event.version).u8(event.auth_state).u8(event.reserved);
    w.u32le(event.length).u32le(event.device_type).u32le(event.sub_header_type);
    w.u32le(static_cast<std::uint32_t>(event.sub_header.size())).u64le(event.sub_header_uid);
    w.u64le(event.device_path.size()).raw(event.device_path).raw(event.sub_header).raw(event.body);
    return w.take();
}

std::optional<SpdmMeasurement> measurement_of(const DeviceSecurity& event) {
    if (event.form == 2 && event.sub_header_type != measurement_sub_header) return std::nullopt;
    Reader reader(event.form == 1 ? event.body : event.sub_header);
    if (event.form == 2) reader.skip(sub_header_fields_bytes);  // version, count, reserved, hash algorithm
    SpdmMeasurement out = read_measurement(reader);
    return reader.failed() ? std::nullopt : std::optional(out);
}

std::optional<PciContext> pci_context_of(const DeviceSecurity& event) {
    if (event.device_type != pci_type) return std::nullopt;
    Reader reader(event.body);
    if (event.form == 1) read_measurement(reader);
    PciContext out;
    out.version = reader.u16le();
    out.length = reader.u16le();
    out.vendor = reader.u16le();
    out.device = reader.u16le();
    out.revision = reader.u8();
    out.class_code = reader.u16le();
    out.class_code |= std::uint32_t{reader.u8()} << 16U;
    out.subsystem_vendor = reader.u16le();
    out.subsystem = reader.u16le();
    return reader.failed() ? std::nullopt : std::optional(out);
}

std::string_view auth_state_name(std::uint8_t state) {
    switch (state) {
        case 0: return "success";
        case 1: return "no_auth";
        case 2: return "no_binding";
        case 3: return "fail_no_sig";
        case 4: return "fail_invalid";
        case 0xff: return "no_spdm";
        default: return "";
    }
}

}  // namespace assay::boot
