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

// An entry in its fields.
struct Framed {
    std::size_t size = 0;
    std::uint32_t pcr = 0;
    ByteView digest;
    std::string_view name;
    ByteView legacy_digest;
    ByteView data;

    bool legacy() const { return name == legacy_ima_template; }
};

// Of the entry at the beginning. A size is refused as soon as it is there, whatever else is still to come.
Result<Framed> framed(ByteView bytes, ImaListFormat format) {
    Reader reader(bytes);
    Framed out;
    out.pcr = number(reader, format.order);
    if (!reader.failed() && out.pcr >= limits::pcr_count)
        return fail(Errc::bad_value, "pcr", std::to_string(out.pcr) + " is no PCR");
    out.digest = reader.take(digest_size(format.digest));
    const std::uint32_t name_size = number(reader, format.order);
    if (!reader.failed() && (name_size == 0 || name_size > limits::ima_template_name_bytes))
        return fail(Errc::limit_exceeded, "template_name", "of " + std::to_string(name_size) + " bytes");
    out.name = as_text(reader.take(name_size));
    const bool legacy = out.legacy();
    out.legacy_digest = reader.take(legacy ? legacy_digest_bytes : 0);
    const std::uint32_t data_size = number(reader, format.order);
    if (!reader.failed() && data_size > (legacy ? legacy_name_bytes : limits::ima_entry_bytes)) {
        return fail(
            Errc::limit_exceeded, legacy ? "name" : "template_data", "of " + std::to_string(data_size) + " bytes"
        );
    }
    out.data = reader.take(data_size);
    if (reader.failed()) return fail(Errc::truncated, "", "the list ends within the entry");
    if (legacy && as_text(out.data).find('\0') != std::string_view::npos)
        return fail(Errc::bad_value, "name", "has a NUL in it");
    out.size = reader.offset();
    return out;
}

}  // namespace

Result<std::size_t> ima_entry_size(ByteView bytes, ImaListFormat format) {
    TRY(const Framed entry, framed(bytes, format));
    return entry.size;
}

void ImaListDecoder::refuse(Error error) {
    error.where = "ima_list[" + std::to_string(entries_) + "]." + error.where;
    broken_ = std::move(error);
}

// The bytes of the entry at the beginning; 0 when it is not complete or broken.
std::size_t ImaListDecoder::take_entry(ByteView bytes, std::vector<ImaEntry>& out) {
    auto entry = framed(bytes, format_);
    if (!entry) {
        if (entry.error().code != Errc::truncated) refuse(std::move(entry).error());
        return 0;
    }
    if (entries_ == limits::ima_entries) {
        refuse({Errc::limit_exceeded, "pcr", "more than " + std::to_string(limits::ima_entries) + " entries"});
        return 0;
    }
    if (entry->name != last_name_) {
        last_name_ = entry->name;
        last_template_ = ima_template_named(entry->name);
    }
    out.emplace_back(
        entry->pcr, *Digest::of(format_.digest, entry->digest), last_name_, last_template_,
        entry->legacy() ? legacy_ima_data(entry->legacy_digest, entry->data) : to_bytes(entry->data), format_.order
    );
    ++entries_;
    return entry->size;
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
