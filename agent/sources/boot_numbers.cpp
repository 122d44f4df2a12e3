#include "agent/sources/boot_numbers.hpp"

#include "agent/sources/device_path.hpp"

#include <algorithm>
#include <array>

namespace assay::agent {
namespace {

constexpr std::array counted{
    std::string_view("usb"),  std::string_view("nvme"), std::string_view("virtio"), std::string_view("mmcblk"),
    std::string_view("mmc"),  std::string_view("host"), std::string_view("ata"),    std::string_view("target"),
    std::string_view("i2c-"), std::string_view("mtd"),  std::string_view("spi"),
};

bool digit(char c) {
    return c >= '0' && c <= '9';
}

std::string_view leading_digits(std::string_view text) {
    return text.substr(0, std::min(text.find_first_not_of("0123456789"), text.size()));
}

// "1-4.2:1.0" of USB, "2:0:1:0" of SCSI: the first number counts over the machine.
bool begins_with_bus(std::string_view part) {
    const std::size_t digits = leading_digits(part).size();
    if (digits == 0 || digits == part.size()) return false;
    const std::string_view rest = part.substr(digits + 1);
    if (part[digits] == '-') return !rest.empty() && rest.find_first_not_of("0123456789.:") == std::string_view::npos;
    return part[digits] == ':' && std::ranges::count(part, ':') == 3 &&
           rest.find_first_not_of("0123456789:") == std::string_view::npos;
}

std::string without_numbers(std::string_view part, std::string_view before) {
    if (const auto address = parse_pci_address(part)) {
        const std::string root = std::string(address->domain) + ":" + std::string(address->bus);
        const bool at_root = address->bus == "00" || before == "pci" + root;
        return at_root ? std::string(part) : std::string(address->domain) + ":*:" + std::string(address->slot);
    }
    if (before == "net" && !part.empty()) return "*";
    if (begins_with_bus(part)) return "*" + std::string(part.substr(leading_digits(part).size()));
    for (const std::string_view word : counted) {
        if (!part.starts_with(word) || part.size() == word.size() || !digit(part[word.size()])) continue;
        const std::string_view rest = part.substr(word.size());
        return std::string(word) + "*" + std::string(rest.substr(leading_digits(rest).size()));
    }
    const bool disk = part.size() == 3 && (part.starts_with("sd") || part.starts_with("vd"));
    return disk ? std::string(part.substr(0, 2)) + "*" : std::string(part);
}

}  // namespace

std::string without_boot_numbers(std::string_view text) {
    std::string out;
    std::string before;
    bool path = false;  // the part is of a path: there is a '/' on either side
    while (true) {
        std::size_t end = std::min(text.find_first_of("/ "), text.size());
        // What stands before a blank may end in a colon that is no part of the path: "sys/.../usb1: is not a link".
        const bool of_path = path || (end < text.size() && text[end] == '/');
        const std::string_view word = text.substr(0, end);
        const std::string_view part = word.ends_with(':') ? word.substr(0, word.size() - 1) : word;
        out += of_path ? without_numbers(part, before) : std::string(part);
        out += word.substr(part.size());
        if (end == text.size()) return out;
        out += text[end];
        path = text[end] == '/';
        before = path ? std::string(part) : std::string();
        text.remove_prefix(end + 1);
    }
}

}  // namespace assay::agent
