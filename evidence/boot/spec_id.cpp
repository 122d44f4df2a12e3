#include "evidence/boot/spec_id.hpp"

#include "base/reader.hpp"
#include "base/writer.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <string>

namespace assay {
namespace {

constexpr std::size_t signature_bytes = 16;
constexpr std::string_view signature_stem = "Spec ID Event0";  // then the form's digit and a NUL
constexpr std::uint8_t agile_form = 3;

void read_algorithms(Reader& reader, SpecId& out) {
    const std::uint32_t count = reader.at("numberOfAlgorithms").u32le();
    if (count > limits::log_banks) return reader.refuse(Errc::limit_exceeded, "", "too many");
    if (count == 0) return reader.refuse(Errc::bad_value, "", "none");
    for (std::uint32_t i = 0; i < count && !reader.failed(); ++i) {
        reader.at("digestSizes");
        SpecIdAlgorithm one{reader.u16le(), reader.u16le()};
        const std::string place = "digestSizes[" + std::to_string(i) + "]";
        if (one.digest_bytes == 0 || one.digest_bytes > limits::log_digest_bytes) {
            reader.refuse(Errc::bad_value, place, "a digest of " + std::to_string(one.digest_bytes) + " bytes");
        }
        if (std::ranges::find(out.algorithms, one.algorithm, &SpecIdAlgorithm::algorithm) != out.algorithms.end()) {
            reader.refuse(Errc::bad_value, place, "an algorithm stands twice");
        }
        out.algorithms.push_back(one);
    }
}

}  // namespace

bool begins_as_spec_id(ByteView data) {
    if (data.size() < signature_bytes || !as_text(data).starts_with(signature_stem)) return false;
    const std::uint8_t digit = data[signature_stem.size()];
    return (digit == '0' || digit == '2' || digit == '3') && data[signature_bytes - 1] == 0;
}

Result<SpecId> decode_spec_id(ByteView data) {
    if (!begins_as_spec_id(data)) return fail(Errc::bad_magic, "TCG_EfiSpecIdEvent", "has another signature");
    Reader reader(data.subspan(signature_bytes));
    SpecId out;
    out.form = static_cast<std::uint8_t>(data[signature_stem.size()] - '0');
    out.platform_class = reader.at("platformClass").u32le();
    out.version_minor = reader.at("specVersionMinor").u8();
    out.version_major = reader.at("specVersionMajor").u8();
    out.errata = reader.at("specErrata").u8();
    out.uintn_size = reader.at("uintnSize").u8();
    if (out.form == agile_form) read_algorithms(reader, out);
    const std::uint8_t vendor_bytes = reader.at("vendorInfoSize").u8();
    out.vendor_info = reader.at("vendorInfo").take(vendor_bytes);
    out.trailing = reader.take(reader.left());
    CHECK_OK(reader.finish("TCG_EfiSpecIdEvent"));
    return out;
}

Bytes encode_spec_id(const SpecId& spec_id) {
    Writer w;
    w.raw(as_bytes(signature_stem)).u8(static_cast<std::uint8_t>('0' + spec_id.form)).u8(0);
    w.u32le(spec_id.platform_class).u8(spec_id.version_minor).u8(spec_id.version_major);
    w.u8(spec_id.errata).u8(spec_id.uintn_size);
    if (spec_id.form == agile_form) {
        w.u32le(static_cast<std::uint32_t>(spec_id.algorithms.size()));
        for (const SpecIdAlgorithm& one : spec_id.algorithms) w.u16le(one.algorithm).u16le(one.digest_bytes);
    }
    w.u8(static_cast<std::uint8_t>(spec_id.vendor_info.size())).raw(spec_id.vendor_info).raw(spec_id.trailing);
    return w.take();
}

}  // namespace assay
