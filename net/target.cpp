#include "net/target.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>

namespace assay::net {
namespace {

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~").find(c) != std::string_view::npos;
}

// RFC 3986 3.3 pchar without '%', and '/' and '?' where a query has them too.
bool may_stand(char c, bool in_query) {
    return is_unreserved(c) || std::string_view("!$&'()*+,;=:@").find(c) != std::string_view::npos ||
           (in_query && (c == '/' || c == '?'));
}

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
    return std::nullopt;
}

// One segment of a path, or one name or value of a query.
Result<std::string> decode(std::string_view text, bool in_query) {
    const std::string where = in_query ? "query" : "path";
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            const auto high = i + 2 < text.size() ? hex_digit(text[i + 1]) : std::nullopt;
            const auto low = i + 2 < text.size() ? hex_digit(text[i + 2]) : std::nullopt;
            if (!high || !low) return fail(Errc::bad_encoding, where, "a % without two hex digits");
            c = static_cast<char>(*high << 4U | *low);
            i += 2;
            if (c == '/' && !in_query) return fail(Errc::bad_value, where, "an encoded slash");
        } else if (!may_stand(c, in_query)) {
            return fail(Errc::bad_encoding, where, "a character that must be percent-encoded");
        } else if (c == '+' && in_query) {
            c = ' ';
        }
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
            return fail(Errc::bad_value, where, "a control character");
        }
        out += c;
    }
    if (!valid_utf8(out)) return fail(Errc::bad_encoding, where, "no valid UTF-8");
    if (!in_query && (out == "." || out == "..")) return fail(Errc::bad_value, where, "a dot segment");
    return out;
}

Result<std::string> decode_path(std::string_view text) {
    std::string path;
    while (!text.empty()) {
        text.remove_prefix(1);  // '/'
        const std::size_t end = std::min(text.find('/'), text.size());
        TRY(const std::string segment, decode(text.substr(0, end), false));
        path += '/';
        path += segment;
        text.remove_prefix(end);
    }
    return path;
}

Result<Query> decode_query(std::string_view text) {
    Query query;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('&'), text.size());
        const std::string_view parameter = text.substr(0, end);
        const auto* const equals = std::ranges::find(parameter, '=');  // find() makes GCC 12 warn under LTO
        const bool has_value = equals != parameter.end();
        TRY(std::string key, decode({parameter.begin(), equals}, true));
        TRY(std::string value, decode({has_value ? equals + 1 : equals, parameter.end()}, true));
        if (key.empty()) return fail(Errc::bad_value, "query", "a parameter without a name");
        if (!query.emplace(key, std::move(value)).second) {
            return fail(Errc::duplicate_key, "query." + key, "given twice");
        }
        if (end + 1 == text.size()) return fail(Errc::bad_value, "query", "a parameter without a name");
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return query;
}

void encode(std::string_view text, bool keep_slash, std::string& out) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        if (is_unreserved(c) || (keep_slash && c == '/')) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += digits[byte >> 4U];
            out += digits[byte & 0x0fU];
        }
    }
}

}  // namespace

Result<Target> decode_target(std::string_view text) {
    if (!text.starts_with('/')) return fail(Errc::bad_value, "path", "does not start with a slash");
    const std::size_t mark = std::min(text.find('?'), text.size());
    Target target;
    TRY(target.path, decode_path(text.substr(0, mark)));
    if (mark < text.size()) {
        TRY(target.query, decode_query(text.substr(mark + 1)));
    }
    return target;
}

std::string encode_target(std::string_view path, const Query& query) {
    std::string out;
    encode(path, true, out);
    char separator = '?';
    for (const auto& [key, value] : query) {
        out += separator;
        separator = '&';
        encode(key, false, out);
        out += '=';
        encode(value, false, out);
    }
    return out;
}

}  // namespace assay::net
