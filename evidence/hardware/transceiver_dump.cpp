#include "evidence/hardware/transceiver_dump.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace assay::transceiver {
namespace {

constexpr std::array<std::size_t, 4> known_sizes{128, 256, 512, 640};

std::string_view next_word(std::string_view& rest) {
    const std::size_t begin = std::min(rest.find_first_not_of(" \t\r"), rest.size());
    rest.remove_prefix(begin);
    const std::string_view word = rest.substr(0, rest.find_first_of(" \t\r"));
    rest.remove_prefix(word.size());
    return word;
}

bool read_hex(std::string_view digits, std::size_t& out) {
    const char* const end = digits.data() + digits.size();
    const auto [at, code] = std::from_chars(digits.data(), end, out, 16);
    return code == std::errc() && at == end;
}

// One line "0x0010:   4f 45 4d", which must go on where `out` ends.
Result<void> read_line(std::string_view line, Bytes& out) {
    std::string_view offset = next_word(line);
    std::size_t at = 0;
    if (!offset.starts_with("0x") || !offset.ends_with(':') || !read_hex(offset.substr(2, offset.size() - 3), at)) {
        return fail(Errc::bad_encoding, "transceiver", "a line does not begin with an offset such as 0x0010:");
    }
    if (at != out.size()) return fail(Errc::bad_value, "transceiver", "the offsets have a gap or go back");
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
        std::size_t value = 0;
        if (word.size() != 2 || !read_hex(word, value)) {
            return fail(Errc::bad_encoding, "transceiver", "a value is not two hex digits");
        }
        if (out.size() == max_dump_bytes) return fail(Errc::limit_exceeded, "transceiver", "more than 640 bytes");
        out.push_back(static_cast<std::uint8_t>(value));
    }
    return {};
}

Result<Bytes> read_text(std::string_view text) {
    if (text.size() > max_dump_text_bytes) return fail(Errc::limit_exceeded, "transceiver", "the text is too long");
    Bytes out;
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        std::string_view rest = line;
        const std::string_view first = next_word(rest);
        // The two lines that ethtool prints above, and empty ones.
        if (first.empty() || first == "Offset" || first.starts_with("------")) continue;
        CHECK_OK(read_line(line, out));
    }
    return out;
}

bool is_text(ByteView file) {
    const std::string_view text = as_text(file);
    const std::size_t begin = text.find_first_not_of(" \t\r\n");
    if (begin == std::string_view::npos) return false;
    return text.substr(begin).starts_with("Offset") || text.substr(begin).starts_with("0x");
}

Bytes page_at(ByteView bytes, std::size_t number) {
    const std::size_t from = number * page_bytes;
    return bytes.size() < from + page_bytes ? Bytes() : to_bytes(bytes.subspan(from, page_bytes));
}

}  // namespace

Result<Pages> parse_dump(ByteView file) {
    Bytes bytes;
    if (is_text(file)) {
        TRY(bytes, read_text(as_text(file)));
    } else {
        bytes = to_bytes(file.first(std::min(file.size(), max_dump_bytes + 1)));
    }
    if (std::ranges::find(known_sizes, bytes.size()) == known_sizes.end()) {
        return fail(Errc::bad_value, "transceiver", "is not 128, 256, 512 or 640 bytes long");
    }
    Pages pages;
    const auto map = map_of(bytes[0]);
    if (map == Map::sff8472) {
        pages.lower = page_at(bytes, 0);
    } else if (bytes.size() == page_bytes && map) {
        pages.page_00 = std::move(bytes);
    } else {
        pages.lower = page_at(bytes, 0);
        pages.page_00 = page_at(bytes, 1);
        if (map == Map::cmis && has_more_pages(pages.lower)) pages.page_01 = page_at(bytes, 2);
    }
    return pages;
}

}  // namespace assay::transceiver
