#include "agent/root/capture_lists.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/words.hpp"

#include <algorithm>
#include <functional>

namespace assay::agent {
namespace {

constexpr auto failures = words<Errc>({
    {Errc::denied, "denied"},
    {Errc::io_error, "error"},
    {Errc::timed_out, "timed_out"},
    {Errc::not_found, "not_found"},
    {Errc::gone, "gone"},
    {Errc::limit_exceeded, "limit_exceeded"},
    {Errc::bad_value, "bad_value"},
    {Errc::wrong_type, "wrong_type"},
    {Errc::conflict, "conflict"},
    {Errc::unsupported, "unsupported"},
});

constexpr std::string_view not_said = "could not be read where the tree was captured";

std::string escaped(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7f && c != '\\') {
            out += c;
            continue;
        }
        out += '\\';
        for (const unsigned shift : {6U, 3U, 0U}) out += static_cast<char>('0' + ((byte >> shift) & 7U));
    }
    return out;
}

bool octal(char c) {
    return c >= '0' && c <= '7';
}

std::string unescaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        const bool escape =
            text[0] == '\\' && text.size() >= 4 && text[1] <= '3' && octal(text[1]) && octal(text[2]) && octal(text[3]);
        if (!escape) {
            out += text[0];
            text.remove_prefix(1);
            continue;
        }
        out += static_cast<char>((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
        text.remove_prefix(4);
    }
    return out;
}

Result<void> each_line(
    std::string_view text, const std::string& file, const std::function<bool(std::string_view)>& take, const char* form
) {
    if (text.size() > capture_list_bytes) return fail(Errc::limit_exceeded, file, "is too long");
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (number > capture_list_lines) return fail(Errc::limit_exceeded, file, "has too many lines");
        if (line.empty()) continue;
        if (!take(line)) {
            return fail(Errc::bad_value, file, "line " + std::to_string(number) + " is not \"" + form + "\"");
        }
    }
    return {};
}

// Cuts `line` at its first blank; nothing when there is none or nothing before it.
std::optional<std::string_view> first_word(std::string_view& line) {
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos || blank == 0) return std::nullopt;
    const std::string_view word = line.substr(0, blank);
    line.remove_prefix(blank + 1);
    return word;
}

}  // namespace

std::string normalised_path(std::string_view path) {
    std::string out;
    while (!path.empty()) {
        const std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(part.size() + 1, path.size()));
        if (part.empty() || part == ".") continue;
        if (part == "..") {
            const std::size_t slash = out.rfind('/');
            out.resize(slash == std::string::npos ? 0 : slash);
            continue;
        }
        if (!out.empty()) out += '/';
        out += part;
    }
    return out;
}

std::string_view failure_word(Errc code) {
    const std::string_view word = failures.of(code);
    return word.empty() ? failures.of(Errc::io_error) : word;
}

std::optional<Errc> failure_named(std::string_view word) {
    return failures.named(word);
}

Result<UnreadList> parse_unreadable(std::string_view text) {
    UnreadList out;
    const auto take = [&out](std::string_view line) {
        const auto word = first_word(line);
        const auto code = word ? failure_named(*word) : std::nullopt;
        const std::size_t tab = std::min(line.find('\t'), line.size());
        std::string path = unescaped(line.substr(0, tab));
        if (!code || *code == Errc::not_found || path.empty()) return false;
        const std::string said = unescaped(line.substr(std::min(tab + 1, line.size())));
        out.insert_or_assign(std::move(path), Unread{*code, said.empty() ? std::string(not_said) : said});
        return true;
    };
    CHECK_OK(each_line(text, "kernel/unreadable", take, "denied|error|timed_out|... PATH"));
    return out;
}

std::string encode_unreadable(const UnreadList& list) {
    std::string out;
    for (const auto& [path, why] : list) {
        if (path.empty() || why.code == Errc::not_found) continue;
        out += std::string(failure_word(why.code)) + ' ' + escaped(path);
        if (!why.what.empty() && why.what != not_said) out += '\t' + escaped(why.what);
        out += '\n';
    }
    return out;
}

Result<DigestList> parse_digests(std::string_view text) {
    DigestList out;
    const auto take = [&out](std::string_view line) {
        const auto hex = first_word(line);
        const auto size = hex ? first_word(line) : std::nullopt;
        const auto bytes = size ? whole_number<std::uint64_t>(*size) : std::nullopt;
        FileDigest digest;
        if (!bytes || !from_hex_into(digest.sha256, *hex) || line.empty()) return false;
        digest.size = *bytes;
        if (digest.size > static_cast<std::uint64_t>(json::max_integer)) return false;  // no document could hold it
        out.insert_or_assign(unescaped(line), digest);
        return true;
    };
    CHECK_OK(each_line(text, "kernel/digests", take, "SHA256 SIZE PATH"));
    return out;
}

std::string encode_digests(const DigestList& list) {
    std::string out;
    for (const auto& [path, digest] : list) {
        if (path.empty()) continue;
        out += to_hex(digest.sha256) + ' ' + std::to_string(digest.size) + ' ' + escaped(path) + '\n';
    }
    return out;
}

}  // namespace assay::agent
