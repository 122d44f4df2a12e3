#include "evidence/boot/boot_text.hpp"

#include "base/text.hpp"
#include "base/utf16.hpp"
#include "base/words.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <array>

namespace assay::boot {
namespace {

constexpr auto names = words<TextKind>({
    {TextKind::plain, "text"},
    {TextKind::utf16, "utf16"},
    {TextKind::grub_command, "grub_command"},
    {TextKind::kernel_command, "kernel_command_line"},
    {TextKind::module_command, "module_command_line"},
    {TextKind::mok_variable, "mok_variable"},
});

constexpr auto prefixes = words<TextKind>({
    {TextKind::grub_command, "grub_cmd: "},
    {TextKind::kernel_command, "kernel_cmdline: "},
    {TextKind::module_command, "module_cmdline: "},
});

constexpr std::array<std::string_view, 9> mok_names{"MokList",    "MokListX",   "MokListTrusted",
                                                    "MokSBState", "MokDBState", "MokIgnoreDB",
                                                    "MokPolicy",  "SbatLevel",  "Shim"};

ByteView without_nuls(ByteView data) {
    while (!data.empty() && data.back() == 0) data = data.first(data.size() - 1);
    return data;
}

bool printable_text(ByteView data) {
    return !data.empty() && std::ranges::all_of(data, [](std::uint8_t b) {
        return (b >= 0x20 && b != 0x7f) || b == '\n' || b == '\r' || b == '\t';
    }) && valid_utf8(as_text(data));
}

// Latin letters and the like in two bytes each: what command lines and versions are made of. Some firmware leaves the
// last byte out.
bool printable_utf16(ByteView data) {
    if (data.size() < 4) return false;
    std::size_t end = data.size() / 2 * 2;
    while (end > 0 && data[end - 1] == 0 && data[end - 2] == 0) end -= 2;
    if (end == 0) return false;
    for (std::size_t at = 0; at < end; at += 2) {
        const bool control = data[at] < 0x20 && data[at] != '\n' && data[at] != '\r' && data[at] != '\t';
        if (data[at + 1] != 0 || control || data[at] == 0x7f) return false;
    }
    return true;
}

}  // namespace

std::string_view name(TextKind kind) {
    return names.of(kind);
}

std::string_view grub_prefix(ByteView data) {
    for (const TextKind kind : prefixes.values()) {
        if (as_text(data).starts_with(prefixes.of(kind))) return prefixes.of(kind);
    }
    return {};
}

std::optional<Text> read_text(ByteView data) {
    if (printable_utf16(data)) return Text{TextKind::utf16, data};
    const ByteView body = without_nuls(data);
    if (!printable_text(body)) return std::nullopt;
    const std::string_view prefix = grub_prefix(data);
    if (!prefix.empty()) return Text{*prefixes.named(prefix), data};
    if (std::ranges::find(mok_names, as_text(body)) != mok_names.end()) return Text{TextKind::mok_variable, data};
    return Text{TextKind::plain, data};
}

std::string Text::shown() const {
    if (kind == TextKind::utf16) {
        return clean_text(utf8_of_utf16le(raw.first(raw.size() / 2 * 2)), limits::boot_text_bytes);
    }
    return clean_text(raw.subspan(prefixes.of(kind).size()), limits::boot_text_bytes);
}

}  // namespace assay::boot
