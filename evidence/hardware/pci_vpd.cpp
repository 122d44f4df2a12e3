#include "evidence/hardware/pci_vpd.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "evidence/hardware/little_endian.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace assay::pci {
namespace {

// PCI 3.0 I.1: a large resource has bit 7 set, its item name below it and 16 bits of length behind it; a small one has
// its item name in bits 6:3 and its length in bits 2:0.
constexpr std::uint8_t identifier_string = 0x82;
constexpr std::uint8_t read_only = 0x90;
constexpr std::uint8_t read_write = 0x91;
constexpr std::uint8_t end_item = 0x0f;
constexpr std::size_t field_header = 3;  // two characters and a length

Error error_at(Errc code, std::size_t offset, std::string what) {
    return {code, fmt::format("{:#06x}", offset), std::move(what)};
}

// I.3.1.1: RV's first byte makes all bytes from the beginning through itself add up to zero.
VpdChecksum checksum_through(ByteView bytes, std::size_t last) {
    const ByteView summed = bytes.first(last + 1);
    const unsigned sum = std::accumulate(summed.begin(), summed.end(), 0U);
    return (sum & 0xffU) == 0 ? VpdChecksum::right : VpdChecksum::wrong;
}

std::string text_of(std::string_view keyword, ByteView data) {
    if (keyword == "CP") return to_hex(data.first(std::min(data.size(), limits::text_bytes / 2)));
    return clean_text(data, limits::text_bytes);
}

// The fields of bytes[from, to).
void read_fields(ByteView bytes, std::size_t from, std::size_t to, bool writable, Vpd& out) {
    for (std::size_t at = from; at < to;) {
        if (at + field_header > to) {
            out.broken = error_at(Errc::truncated, at, "a field runs out of its resource");
            return;
        }
        const std::string_view keyword = as_text(bytes.subspan(at, 2));
        const std::size_t size = bytes[at + 2];
        const std::size_t data = at + field_header;
        if (data + size > to || (keyword == "RV" && size == 0)) {
            out.broken = error_at(Errc::truncated, at, "a field runs out of its resource");
            return;
        }
        // RV and RW stand last: a checksum and what is free behind it.
        if (keyword == "RV" || keyword == "RW") {
            if (keyword == "RV" && !writable) out.checksum = checksum_through(bytes, data);
            return;
        }
        if (out.fields.size() == max_vpd_fields) {
            out.broken = error_at(Errc::limit_exceeded, at, fmt::format("more than {} fields", max_vpd_fields));
            return;
        }
        out.fields.push_back(
            {clean_text(keyword, limits::text_bytes), text_of(keyword, bytes.subspan(data, size)), writable}
        );
        at = data + size;
    }
}

// One resource at `at`; gives the place behind it, or 0 at the end tag and when reading cannot go on.
std::size_t read_resource(ByteView bytes, std::size_t at, Vpd& out) {
    const std::uint8_t tag = bytes[at];
    const bool large = (tag & 0x80U) != 0;
    const std::size_t header = large ? 3 : 1;
    if (at + header > bytes.size()) {
        out.broken = error_at(Errc::truncated, at, "a resource runs out of the data");
        return 0;
    }
    const std::size_t size = large ? le16(bytes, at + 1) : tag & 0x07U;
    const std::size_t data = at + header;
    if (data + size > bytes.size()) {
        out.broken = error_at(Errc::truncated, at, "a resource runs out of the data");
        return 0;
    }
    if (!large && ((tag >> 3U) & 0x0fU) == end_item) {
        out.bytes = data + size;
        return 0;
    }
    if (tag == identifier_string && out.name.empty())
        out.name = clean_text(bytes.subspan(data, size), limits::text_bytes);
    if (tag == read_only || tag == read_write) read_fields(bytes, data, data + size, tag == read_write, out);
    return out.broken ? 0 : data + size;
}

}  // namespace

const std::string* Vpd::text(std::string_view keyword) const {
    const auto found = std::ranges::find(fields, keyword, &VpdField::keyword);
    return found == fields.end() ? nullptr : &found->text;
}

Result<Vpd> decode_vpd(ByteView bytes) {
    if (bytes.size() > max_vpd_bytes) return fail(Errc::limit_exceeded, "vpd", "is longer than 32 KiB");
    if (bytes.empty() || bytes[0] == 0x00 || bytes[0] == 0xff) {
        return fail(Errc::not_found, "vpd", "nothing was written there");
    }
    if (bytes[0] != identifier_string && bytes[0] != read_only) {
        return fail(Errc::bad_magic, "vpd", "does not begin with a name or with read-only fields");
    }
    Vpd out;
    for (std::size_t at = 0; at < bytes.size();) {
        at = read_resource(bytes, at, out);
        if (at == 0) return out;
    }
    out.broken = error_at(Errc::truncated, bytes.size(), "the data ends before an end tag");
    return out;
}

}  // namespace assay::pci
