#include "evidence/runtime/ima_entry.hpp"

#include "base/reader.hpp"
#include "evidence/limits.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr std::size_t legacy_digest_bytes = 20;
constexpr std::size_t legacy_name_bytes = 256;  // with at least one NUL

// "sha256:" NUL value, or "type:sha256:" NUL value. nullopt: not of that form.
std::optional<ImaDigest> digest_of(ByteView field, bool with_type) {
    const std::string_view text = as_text(field);
    const std::size_t end = text.find('\0');
    if (end == std::string_view::npos || end > limits::ima_digest_prefix_bytes) return std::nullopt;
    std::string_view prefix = text.substr(0, end);
    if (!prefix.ends_with(':')) return std::nullopt;
    prefix.remove_suffix(1);
    ImaDigest out{{}, prefix, field.subspan(end + 1)};
    if (with_type) {
        const std::size_t colon = prefix.find(':');
        if (colon == std::string_view::npos) return std::nullopt;
        out.type = prefix.substr(0, colon);
        out.algorithm = prefix.substr(colon + 1);
        if (out.type != "ima" && out.type != "verity") return std::nullopt;
    }
    const auto in_a_name = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
    const bool named = !out.algorithm.empty() && std::ranges::all_of(out.algorithm, in_a_name);
    if (!named || out.value.size() > limits::ima_digest_bytes) return std::nullopt;
    return out;
}

std::size_t limit_of(ImaField kind) {
    switch (kind) {
        case ImaField::n_ng: return limits::ima_path_bytes + 1;
        case ImaField::sig:
        case ImaField::evmsig: return limits::ima_signature_bytes;
        case ImaField::buf:
        case ImaField::modsig: return limits::ima_buffer_bytes;
        default: return limits::ima_entry_bytes;
    }
}

}  // namespace

ImaEntry::ImaEntry(
    std::uint32_t pcr, const Digest& stored, std::string template_name, const std::optional<ImaTemplate>& fields,
    Bytes data, std::endian order
)
    : pcr_(pcr),
      stored_(stored),
      violation_(stored.all(0)),
      template_name_(std::move(template_name)),
      data_(std::move(data)) {
    if (!fields) {
        fault_ = "the template is not known";
    } else if (template_name_ == legacy_ima_template) {
        split_legacy();
    } else {
        split(order, *fields);
    }
    if (!fault_.empty()) present_ = 0;
}

ImaEntry::ImaEntry(std::uint32_t pcr, const Digest& stored, std::string template_name, Bytes data, std::endian order)
    : ImaEntry(pcr, stored, template_name, ima_template_named(template_name), std::move(data), order) {}

void ImaEntry::split_legacy() {
    const std::string_view text = as_text(data_);
    const std::size_t name_ends = text.size() < legacy_digest_bytes ? 0 : text.find('\0', legacy_digest_bytes);
    if (text.size() != legacy_digest_bytes + legacy_name_bytes || name_ends == std::string_view::npos ||
        text.find_first_not_of('\0', name_ends) != std::string_view::npos) {
        fault_ = "not a digest and a padded name";
        return;
    }
    spans_[static_cast<std::size_t>(ImaField::d)] = {0, legacy_digest_bytes};
    spans_[static_cast<std::size_t>(ImaField::n)] = {
        legacy_digest_bytes, static_cast<std::uint32_t>(name_ends - legacy_digest_bytes)
    };
    present_ = 1U << static_cast<unsigned>(ImaField::d) | 1U << static_cast<unsigned>(ImaField::n);
}

void ImaEntry::split(std::endian order, const ImaTemplate& known) {
    Reader reader(data_);
    for (const ImaField kind : known.fields()) {
        const std::uint32_t size = order == std::endian::little ? reader.u32le() : reader.u32be();
        const auto at = static_cast<std::uint32_t>(reader.offset());
        reader.skip(size);
        if (reader.failed()) {
            fault_ = "a field is longer than the data";
            return;
        }
        if (size > limit_of(kind)) {
            fault_ = "a field is longer than its limit";
            return;
        }
        spans_[static_cast<std::size_t>(kind)] = {at, size};
        present_ |= 1U << static_cast<unsigned>(kind);
        fault_ = check(kind);
        if (!fault_.empty()) return;
    }
    if (reader.left() > 0) fault_ = "the data is longer than its fields";
}

std::string_view ImaEntry::check(ImaField kind) {
    Span& span = spans_[static_cast<std::size_t>(kind)];
    const ByteView bytes = ByteView(data_).subspan(span.at, span.size);
    switch (kind) {
        case ImaField::n_ng:
            if (bytes.empty() || as_text(bytes).find('\0') != bytes.size() - 1)
                return "a name does not end with its only NUL";
            --span.size;
            return "";
        case ImaField::d_ng:
        case ImaField::d_ngv2:
            return digest_of(bytes, kind == ImaField::d_ngv2) ? "" : "a digest does not name its algorithm";
        case ImaField::d_modsig:
            return bytes.empty() || digest_of(bytes, false) ? "" : "a digest does not name its algorithm";
        default: return "";
    }
}

std::optional<ByteView> ImaEntry::field(ImaField kind) const {
    if ((present_ >> static_cast<unsigned>(kind) & 1U) == 0) return std::nullopt;
    const Span& span = spans_[static_cast<std::size_t>(kind)];
    return ByteView(data_).subspan(span.at, span.size);
}

std::optional<ImaDigest> ImaEntry::digest() const {
    if (const auto bytes = field(ImaField::d_ng)) return digest_of(*bytes, false);
    if (const auto bytes = field(ImaField::d_ngv2)) return digest_of(*bytes, true);
    if (const auto bytes = field(ImaField::d)) return ImaDigest{{}, {}, *bytes};
    return std::nullopt;
}

std::optional<ImaDigest> ImaEntry::modsig_digest() const {
    const auto bytes = field(ImaField::d_modsig);
    return bytes ? digest_of(*bytes, false) : std::nullopt;
}

ByteView ImaEntry::path() const {
    if (const auto bytes = field(ImaField::n_ng)) return *bytes;
    return field(ImaField::n).value_or(ByteView());
}

ByteView ImaEntry::signature() const {
    if (const auto bytes = field(ImaField::sig)) return *bytes;
    return field(ImaField::evmsig).value_or(ByteView());
}

Bytes legacy_ima_data(ByteView digest, ByteView name) {
    Bytes out(legacy_digest_bytes + legacy_name_bytes);
    std::ranges::copy(digest, out.begin());
    std::ranges::copy(name, out.begin() + legacy_digest_bytes);
    return out;
}

bool named_boot_aggregate(const ImaEntry& entry) {
    return as_text(entry.path()) == boot_aggregate_name;
}

}  // namespace assay
