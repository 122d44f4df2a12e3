#include "evidence/runtime/ima_list.hpp"

#include "base/reader.hpp"
#include "evidence/limits.hpp"

namespace assay {
namespace {

constexpr std::size_t legacy_digest_bytes = 20;
constexpr std::size_t legacy_name_bytes = 255;

std::uint32_t number(Reader& reader, std::endian order) {
    return order == std::endian::little ? reader.u32le() : reader.u32be();
}

}  // namespace

void ImaListDecoder::refuse(Errc code, std::string_view field, std::string what) {
    broken_ = Error{code, "ima_list[" + std::to_string(entries_) + "]." + std::string(field), std::move(what)};
}

// The bytes of the entry at the beginning; 0 when it is not complete or broken. A size is refused as soon as it is
// there, whatever else is still to come.
std::size_t ImaListDecoder::take_entry(ByteView bytes, std::vector<ImaEntry>& out) {
    Reader reader(bytes);
    const std::uint32_t pcr = number(reader, format_.order);
    if (!reader.failed() && pcr >= limits::pcr_count) {
        refuse(Errc::bad_value, "pcr", std::to_string(pcr) + " is no PCR");
        return 0;
    }
    const ByteView digest = reader.take(digest_size(format_.digest));
    const std::uint32_t name_size = number(reader, format_.order);
    if (!reader.failed() && (name_size == 0 || name_size > limits::ima_template_name_bytes)) {
        refuse(Errc::limit_exceeded, "template_name", "of " + std::to_string(name_size) + " bytes");
        return 0;
    }
    const std::string_view name = as_text(reader.take(name_size));
    const bool legacy = name == legacy_ima_template;
    const ByteView legacy_digest = reader.take(legacy ? legacy_digest_bytes : 0);
    const std::uint32_t data_size = number(reader, format_.order);
    if (!reader.failed() && data_size > (legacy ? legacy_name_bytes : limits::ima_entry_bytes)) {
        refuse(Errc::limit_exceeded, legacy ? "name" : "template_data", "of " + std::to_string(data_size) + " bytes");
        return 0;
    }
    const ByteView data = reader.take(data_size);
    if (reader.failed()) return 0;
    if (entries_ == limits::ima_entries) {
        refuse(Errc::limit_exceeded, "pcr", "more than " + std::to_string(limits::ima_entries) + " entries");
        return 0;
    }
    if (legacy && as_text(data).find('\0') != std::string_view::npos) {
        refuse(Errc::bad_value, "name", "has a NUL in it");
        return 0;
    }
    if (name != last_name_) {
        last_name_ = name;
        last_template_ = ima_template_named(name);
    }
    out.emplace_back(
        pcr, *Digest::of(format_.digest, digest), last_name_, last_template_,
        legacy ? legacy_ima_data(legacy_digest, data) : to_bytes(data), format_.order
    );
    ++entries_;
    return reader.offset();
}

std::vector<ImaEntry> ImaListDecoder::feed(ByteView bytes) {
    std::vector<ImaEntry> out;
    if (broken_) return out;
    const bool waiting = !pending_.empty();
    if (waiting) pending_.insert(pending_.end(), bytes.begin(), bytes.end());
    ByteView left = waiting ? ByteView(pending_) : bytes;
    while (!left.empty()) {
        const std::size_t used = take_entry(left, out);
        if (used == 0) break;
        left = left.subspan(used);
    }
    if (broken_) {
        pending_.clear();
    } else if (!waiting || left.size() != pending_.size()) {
        Bytes rest = to_bytes(left);
        pending_ = std::move(rest);
    }
    return out;
}

Result<void> ImaListDecoder::finish() const {
    if (broken_) return fail(*broken_);
    if (pending_.empty()) return {};
    return fail(
        Errc::truncated, "ima_list[" + std::to_string(entries_) + "]",
        "the list ends " + std::to_string(pending_.size()) + " bytes into the entry"
    );
}

std::size_t encoded_size(const ImaEntry& entry) {
    const std::size_t before =
        3 * sizeof(std::uint32_t) + digest_size(entry.stored_digest().alg()) + entry.template_name().size();
    const bool legacy = entry.template_name() == legacy_ima_template;
    return before + (legacy ? legacy_digest_bytes + entry.path().size() : entry.data().size());
}

ImaList decode_ima_list(ByteView bytes, ImaListFormat format) {
    ImaListDecoder decoder(format);
    ImaList out;
    out.entries = decoder.feed(bytes);
    if (auto end = decoder.finish(); !end) out.broken = std::move(end).error();
    return out;
}

}  // namespace assay
