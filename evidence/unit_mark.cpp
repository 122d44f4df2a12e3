#include "evidence/unit_mark.hpp"

#include "base/encoding.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace assay {
namespace {

constexpr std::size_t least_characters = 5;  // shorter ones ("None", "N/A", "1234") repeat by chance

// As folded() leaves them.
constexpr std::array<std::string_view, 46> fillers{
    "default",
    "defaultstring",
    "defaultserial",
    "defaultserialnumber",
    "defaultvalue",
    "oemdefault",
    "oemstring",
    "tobefilled",
    "tobefilledbyoem",
    "fillbyoem",
    "filledbyoem",
    "dummy",
    "placeholder",
    "sample",
    // what stands where nothing was written
    "unknown",
    "invalid",
    "undefined",
    "unspecified",
    "unavailable",
    "unassigned",
    "empty",
    "blank",
    "reserved",
    "notspecified",
    "notavailable",
    "notapplicable",
    "notassigned",
    "notdefined",
    "notpresent",
    "notprovided",
    "notset",
    "noserial",
    "noserialnumber",
    "outofspec",
    "badindex",
    // the name of the field itself
    "serial",
    "serialno",
    "serialnumber",
    "sernum",
    "systemserialnumber",
    "chassisserialnumber",
    "boardserialnumber",
    "baseboardserialnumber",
    "motherboardserialnumber",
    "productserialnumber",
    "deviceserialnumber",
};

// Whole serials that only count lie in one of these.
constexpr std::array<std::string_view, 4> counts{
    "01234567890123456789", "0123456789abcdef0123456789abcdef", "1234567890abcdef", "9876543210987654321"
};
// With a maker's letters before it ("MB-1234567890", "BSS-0123456789").
constexpr std::array<std::string_view, 2> counting_ends{"123456789", "1234567890"};

constexpr std::array<std::string_view, 2> textbook_macs{"001122334455", "00aabbccddee"};

bool digit(char c) {
    return c >= '0' && c <= '9';
}

// Letters in lower case and digits; characters beyond ASCII stay, for they are letters somewhere.
std::string folded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c >= 'A' && c <= 'Z')
            out += static_cast<char>(c - 'A' + 'a');
        else if (digit(c) || (c >= 'a' && c <= 'z') || (static_cast<unsigned char>(c) & 0x80U) != 0)
            out += c;
    }
    return out.starts_with("0x") ? out.substr(2) : out;
}

// Fillers are also numbered: "SerNum0", "Default string 1".
std::string_view without_index(std::string_view text) {
    for (int digits = 0; digits < 2 && !text.empty() && digit(text.back()); ++digits) text.remove_suffix(1);
    return text;
}

bool is_filler(std::string_view text) {
    const std::string_view plain = without_index(text);
    return std::ranges::find(fillers, text) != fillers.end() || std::ranges::find(fillers, plain) != fillers.end() ||
           plain.ends_with("sernum");  // "A1_SerNum0" of a memory socket
}

bool only_counts(std::string_view text) {
    return std::ranges::any_of(counts, [text](std::string_view run) { return run.find(text) != run.npos; }) ||
           std::ranges::any_of(counting_ends, [text](std::string_view end) { return text.ends_with(end); });
}

}  // namespace

bool names_a_unit(std::string_view serial) {
    const std::string text = folded(serial);
    if (text.size() < least_characters) return false;
    if (std::ranges::all_of(text, [&text](char c) { return c == text.front(); })) return false;
    return !is_filler(text) && !only_counts(text);
}

bool mac_names_a_unit(std::string_view mac) {
    constexpr unsigned group = 1;
    constexpr unsigned locally_administered = 2;
    const auto bytes = from_hex_array<6>(mac);
    if (!bytes || ((*bytes)[0] & (group | locally_administered)) != 0) return false;
    if (std::ranges::all_of(*bytes, [](std::uint8_t byte) { return byte == 0; })) return false;
    return std::ranges::find(textbook_macs, mac) == textbook_macs.end();
}

}  // namespace assay
