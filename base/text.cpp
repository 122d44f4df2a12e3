#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace assay {
namespace {

struct Decoded {
    char32_t point = 0;
    std::size_t size = 0;  // 0: not UTF-8
};

// One code point of RFC 3629: no overlong forms, no surrogates, nothing over U+10FFFF.
Decoded decode_one(std::string_view text) {
    const auto byte = [&text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned char first = byte(0);
    if (first < 0x80) return {first, 1};
    std::size_t size = 0;
    char32_t point = 0;
    char32_t least = 0;
    if ((first & 0xe0U) == 0xc0) {
        size = 2;
        point = first & 0x1fU;
        least = 0x80;
    } else if ((first & 0xf0U) == 0xe0) {
        size = 3;
        point = first & 0x0fU;
        least = 0x800;
    } else if ((first & 0xf8U) == 0xf0) {
        size = 4;
        point = first & 0x07U;
        least = 0x10000;
    } else
        return {};
    if (text.size() < size) return {};
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0U) != 0x80) return {};
        point = (point << 6U) | (byte(i) & 0x3fU);
    }
    if (point < least || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) return {};
    return {point, size};
}

// Characters that change how a terminal, a page or a reader sees the text around them.
bool deceives(char32_t c) {
    return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c || c == 0x180e ||
           (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
           c == 0xfeff || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe007f);
}

bool wide(char32_t c) {
    return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
           (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe6f) || (c >= 0xff00 && c <= 0xff60) ||
           (c >= 0x1f300 && c <= 0x1faff) || (c >= 0x20000 && c <= 0x3fffd);
}

std::string escaped(std::string_view text, std::size_t max_bytes) {
    std::string out;
    while (!text.empty()) {
        const Decoded one = decode_one(text);
        std::string piece;
        if (one.size == 0)
            piece = fmt::format("\\x{:02x}", static_cast<unsigned char>(text[0]));
        else if (deceives(one.point))
            piece = fmt::format("\\u{{{:x}}}", static_cast<std::uint32_t>(one.point));
        else
            piece = std::string(text.substr(0, one.size));
        if (out.size() + piece.size() > max_bytes) {
            // Room for the dots is made by dropping whole pieces' tails at a character border.
            while (out.size() + 3 > max_bytes && !out.empty()) {
                while (out.size() > 1 && (static_cast<unsigned char>(out.back()) & 0xc0U) == 0x80) out.pop_back();
                out.pop_back();
            }
            return out + "...";
        }
        out += piece;
        text.remove_prefix(one.size == 0 ? 1 : one.size);
    }
    return out;
}

}  // namespace

std::string ascii_lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

bool valid_utf8(std::string_view text) {
    while (!text.empty()) {
        const Decoded one = decode_one(text);
        if (one.size == 0) return false;
        text.remove_prefix(one.size);
    }
    return true;
}

std::string clean_text(ByteView raw, std::size_t max_bytes) {
    std::string_view text = as_text(raw);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\0' || text.back() == '\n')) text.remove_suffix(1);
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    return escaped(text, max_bytes);
}

std::string printable(std::string_view text) {
    return escaped(text, std::string_view::npos);
}

std::string printable_json(std::string_view json) {
    std::string out;
    out.reserve(json.size());
    while (!json.empty()) {
        const Decoded one = decode_one(json);
        const std::size_t size = std::max<std::size_t>(one.size, 1);
        // What JSON lets stand between values is no character of a string.
        if (one.point < 0x7f || !deceives(one.point)) {
            out += json.substr(0, size);
        } else if (one.point < 0x10000) {
            out += fmt::format("\\u{:04x}", static_cast<std::uint32_t>(one.point));
        } else {
            const std::uint32_t above = static_cast<std::uint32_t>(one.point) - 0x10000U;
            out += fmt::format("\\u{:04x}\\u{:04x}", 0xd800U + (above >> 10U), 0xdc00U + (above & 0x3ffU));
        }
        json.remove_prefix(size);
    }
    return out;
}

std::string csv_field(std::string_view text) {
    std::string body(text);
    if (!body.empty() && std::string_view("=+-@\t\r").contains(body.front())) body.insert(body.begin(), '\'');
    if (body.find_first_of(",\"\r\n") == std::string::npos) return body;
    std::string out = "\"";
    for (const char c : body) {
        if (c == '"') out += '"';
        out += c;
    }
    return out + "\"";
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        const Decoded one = decode_one(text);
        width += wide(one.point) ? 2U : 1U;
        text.remove_prefix(one.size == 0 ? 1 : one.size);
    }
    return width;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t above = row[j];
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({changed, above + 1, row[j - 1] + 1});
            diagonal = above;
        }
    }
    return row[b.size()];
}

}  // namespace assay
