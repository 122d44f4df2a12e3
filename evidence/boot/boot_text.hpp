#pragma once
// Events that hold text: actions of the firmware, versions, post codes, and EV_IPL of boot loaders, of which each has
// its own habit. GRUB puts "grub_cmd: " and the like before a text whose hash is without it, and the name of a file
// where the file's content was hashed; shim puts the name of a variable where its content was hashed; systemd's stub a
// command line in UTF-16 as it was hashed. PFP 1.06 leaves EV_IPL to the loader. Pure; views look at the bytes.

#include "base/bytes.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay::boot {

enum class TextKind {
    plain,           // ASCII or UTF-8
    utf16,           // UTF-16LE; systemd's and others' command lines
    grub_command,    // "grub_cmd: "
    kernel_command,  // "kernel_cmdline: ", of GRUB
    module_command,  // "module_cmdline: ", of GRUB
    mok_variable,    // MokList, MokListX, MokListTrusted, SbatLevel, ... of shim: the name, and nothing of the content
};
std::string_view name(TextKind kind);

struct Text {
    TextKind kind = TextKind::plain;
    ByteView raw;

    // Without prefix and NUL, as UTF-8, cleaned, at most limits::boot_text_bytes.
    std::string shown() const;
};

// nullopt for what is no text: a byte that does not print, but line ends, tabs and NULs at the end.
std::optional<Text> read_text(ByteView data);

// The prefix of GRUB that the text begins with, or "".
std::string_view grub_prefix(ByteView data);

}  // namespace assay::boot
