#include "agent/kernel/log_record.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <algorithm>

namespace assay::agent {
namespace {

std::string_view cut_at(std::string_view& rest, char end) {
    const std::string_view part = rest.substr(0, rest.find(end));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    return part;
}

// What dev_printk puts before a text: "driver device: ".
bool names_a_device(std::string_view prefix) {
    return prefix.size() > 2 && prefix.find(": ") == prefix.size() - 2;
}

// What stands after `before` and, at the end, before `after`.
std::optional<std::string_view> between(std::string_view text, std::string_view before, std::string_view after) {
    const std::size_t at = text.find(before);
    if (at == std::string_view::npos || !names_a_device(text.substr(0, at))) return std::nullopt;
    text.remove_prefix(at + before.size());
    if (after.empty()) return text;
    const std::size_t end = text.rfind(after);
    if (end == std::string_view::npos) return std::nullopt;
    return text.substr(0, end);
}

std::optional<FirmwareLine> line_of(std::string_view file, bool loaded) {
    std::string name = file.size() > limits::text_bytes ? std::string() : clean_text(file, limits::text_bytes);
    if (name.empty()) return std::nullopt;
    return FirmwareLine{std::move(name), loaded, std::nullopt};
}

bool has_device(std::string_view dictionary) {
    return dictionary.starts_with(" DEVICE=") || dictionary.find("\n DEVICE=") != std::string_view::npos;
}

}  // namespace

std::optional<FirmwareLine> firmware_line(std::string_view text) {
    if (const auto file = between(text, "firmware: direct-loading firmware ", "")) return line_of(*file, true);
    if (const auto file = between(text, "firmware: failed to load ", " (")) return line_of(*file, false);
    if (const auto file = between(text, "Direct firmware load for ", " failed with error "))
        return line_of(*file, false);
    constexpr std::string_view hash = ", sha256: ";
    const auto file = between(text, "Loaded FW: ", hash);
    if (!file) return std::nullopt;
    auto line = line_of(*file, true);
    Sha256 sha256{};
    if (!line || !from_hex_into(sha256, text.substr(text.rfind(hash) + hash.size()))) return std::nullopt;
    line->sha256 = sha256;
    return line;
}

Result<LogRecord> decode_log_record(std::string_view record) {
    const std::size_t semicolon = record.find(';');
    if (semicolon == std::string_view::npos) return fail(Errc::bad_value, "log record", "has no \";\"");
    std::string_view head = record.substr(0, semicolon);
    std::string_view rest = record.substr(semicolon + 1);
    const auto priority = whole_number<unsigned>(cut_at(head, ','));
    const auto sequence = whole_number<std::uint64_t>(cut_at(head, ','));
    if (!priority || !sequence) return fail(Errc::bad_value, "log record", "does not begin with two numbers");
    LogRecord out{.sequence = *sequence, .firmware = {}};
    constexpr unsigned levels = 8;
    const std::string_view text = cut_at(rest, '\n');
    if (*priority < levels && has_device(rest)) out.firmware = firmware_line(text);
    return out;
}

}  // namespace assay::agent
