#include "evidence/boot/no_action.hpp"

#include "base/reader.hpp"
#include "base/writer.hpp"

#include <algorithm>

namespace assay::boot {
namespace {

constexpr std::size_t signature_bytes = 16;
constexpr std::size_t nv_reserved_bytes = 6;
constexpr std::string_view locality_signature{"StartupLocality\0", signature_bytes};
constexpr std::string_view hcrtm_signature{"H-CRTM CompMeas\0", signature_bytes};
constexpr std::array<std::string_view, 3> manifest_signatures{
    std::string_view{"SP800-155 Event\0", signature_bytes}, std::string_view{"SP800-155 Event2", signature_bytes},
    std::string_view{"SP800-155 Event3", signature_bytes}
};
constexpr std::string_view instance_signature{"NvIndexInstance\0", signature_bytes};
constexpr std::string_view dynamic_signature{"NvIndexDynamic \0", signature_bytes};

// Letters, digits, blanks and marks, and NULs at most at the end.
bool is_signature(ByteView data) {
    if (data.size() < signature_bytes) return false;
    const auto signature = data.first(signature_bytes);
    const auto end = std::ranges::find(signature, std::uint8_t{0});
    const auto printable = [](std::uint8_t b) { return b >= 0x20 && b < 0x7f; };
    return end - signature.begin() >= 4 && std::all_of(signature.begin(), end, printable) &&
           std::all_of(end, signature.end(), [](std::uint8_t b) { return b == 0; });
}

RawGuid read_guid(Reader& reader) {
    RawGuid out{};
    std::ranges::copy(reader.take(out.size()), out.begin());
    return out;
}

HcrtmComponent read_hcrtm(Reader& reader) {
    HcrtmComponent out;
    reader.at("componentDescription");
    out.description = reader.take(reader.u8());
    out.measurement_format = reader.at("measurementFormatType").u8();
    reader.at("componentMeasurement");
    out.measurement = reader.take(reader.u16le());
    return out;
}

ManifestLocator read_locator(Reader& reader, std::string_view field) {
    ManifestLocator out;
    reader.at(field);
    out.type = reader.u32le();
    out.locator = reader.take(reader.u32le());
    return out;
}

PlatformManifest read_manifest(Reader& reader, std::uint8_t form) {
    PlatformManifest out;
    out.form = form;
    const auto sized = [&reader](std::string_view field) { return reader.take(reader.at(field).u8()); };
    out.vendor = reader.at("platformManufacturerId").u32le();
    out.manifest = read_guid(reader.at("referenceManifestGuid"));
    if (form == 1) return out;
    out.platform_manufacturer = sized("platformManufacturerStr");
    out.platform_model = sized("platformModel");
    out.platform_version = sized("platformVersion");
    out.firmware_manufacturer = sized("firmwareManufacturerStr");
    out.firmware_manufacturer_id = reader.at("firmwareManufacturerId").u32le();
    out.firmware_version = sized("firmwareVersion");
    if (form == 2) return out;
    out.rim = read_locator(reader, "rimLocator");
    out.platform_certificate = read_locator(reader, "platformCertLocator");
    return out;
}

NvIndexRecord read_nv_index(Reader& reader, bool dynamic) {
    NvIndexRecord out;
    out.dynamic = dynamic;
    out.version = reader.at("version").u16le();
    out.reserved = reader.at("reserved").take(nv_reserved_bytes);
    if (dynamic) {
        out.uid = reader.at("uid").u64le();
        out.description = reader.take(reader.at("description").u16le());
        out.data = reader.take(reader.at("data").u16le());
    } else {
        out.data = reader.take(reader.left());
    }
    return out;
}

void sized8(Writer& w, ByteView bytes) {
    w.u8(static_cast<std::uint8_t>(bytes.size())).raw(bytes);
}
void sized16le(Writer& w, ByteView bytes) {
    w.u16le(static_cast<std::uint16_t>(bytes.size())).raw(bytes);
}

void write(Writer& w, const StartupLocality& note) {
    w.raw(as_bytes(locality_signature)).u8(note.locality);
}
void write(Writer& w, const HcrtmComponent& note) {
    w.raw(as_bytes(hcrtm_signature));
    sized8(w, note.description);
    w.u8(note.measurement_format);
    sized16le(w, note.measurement);
}
void write(Writer& w, const PlatformManifest& note) {
    w.raw(as_bytes(manifest_signatures[note.form - 1U])).u32le(note.vendor).raw(note.manifest);
    if (note.form == 1) return;
    sized8(w, note.platform_manufacturer);
    sized8(w, note.platform_model);
    sized8(w, note.platform_version);
    sized8(w, note.firmware_manufacturer);
    w.u32le(note.firmware_manufacturer_id);
    sized8(w, note.firmware_version);
    if (note.form == 2) return;
    for (const ManifestLocator& one : {note.rim, note.platform_certificate}) {
        w.u32le(one.type).u32le(static_cast<std::uint32_t>(one.locator.size())).raw(one.locator);
    }
}
void write(Writer& w, const NvIndexRecord& note) {
    w.raw(as_bytes(note.dynamic ? dynamic_signature : instance_signature)).u16le(note.version).raw(note.reserved);
    if (!note.dynamic) {
        w.raw(note.data);
        return;
    }
    w.u64le(note.uid);
    sized16le(w, note.description);
    sized16le(w, note.data);
}
void write(Writer& w, const VendorNote& note) {
    w.raw(note.signature).raw(note.rest);
}

}  // namespace

Result<NoAction> decode_no_action(ByteView data) {
    if (!is_signature(data)) return fail(Errc::bad_magic, "EV_NO_ACTION", "begins with no signature");
    const std::string_view signature = as_text(data.first(signature_bytes));
    Reader reader(data.subspan(signature_bytes));
    NoAction out = VendorNote{data.first(signature_bytes), data.subspan(signature_bytes)};
    const auto manifest = std::ranges::find(manifest_signatures, signature);
    if (signature == locality_signature) {
        out = StartupLocality{reader.at("startupLocality").u8()};
    } else if (signature == hcrtm_signature) {
        out = read_hcrtm(reader);
    } else if (manifest != manifest_signatures.end()) {
        out = read_manifest(reader, static_cast<std::uint8_t>(manifest - manifest_signatures.begin() + 1));
    } else if (signature == instance_signature || signature == dynamic_signature) {
        out = read_nv_index(reader, signature == dynamic_signature);
    } else {
        return out;
    }
    CHECK_OK(reader.finish("EV_NO_ACTION"));
    return out;
}

Bytes encode_no_action(const NoAction& note) {
    Writer w;
    std::visit([&w](const auto& one) { write(w, one); }, note);
    return w.take();
}

}  // namespace assay::boot
