#include "policy/pattern.hpp"

#include <algorithm>
#include <array>

namespace assay::policy {
namespace {

constexpr std::size_t mac_digits = 12;
constexpr std::array<std::size_t, 3> block_digits{9, 7, 6};  // 36, 28 and 24 bits, the longest first
constexpr std::size_t vendor_digits = 4;                     // of a pci or usb identifier

bool lower_hex(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// The least significant bit of the first octet: an address of many, never of one device (IEEE 802, I/G bit).
bool group_address(std::string_view digits) {
    return std::string_view("13579bdf").find(digits[1]) != std::string_view::npos;
}

constexpr std::size_t acpi_product_digits = 4;
constexpr std::size_t acpi_vendor_characters = 4;
constexpr std::size_t pnp_vendor_characters = 3;

// The vendor part of an ACPI id: what stands before the four hex digits of its product.
std::string_view acpi_vendor(std::string_view value) {
    if (value.size() <= acpi_product_digits) return {};
    const std::string_view product = value.substr(value.size() - acpi_product_digits);
    const bool hex = product.find_first_not_of("0123456789ABCDEF") == std::string_view::npos;
    return hex ? value.substr(0, value.size() - acpi_product_digits) : std::string_view();
}

bool vendor_form(Registry registry, std::string_view value) {
    switch (registry) {
        case Registry::pci:
        case Registry::pci_subsystem:
        case Registry::usb: return value.size() == vendor_digits && lower_hex(value);
        default: return false;
    }
}

struct ReasonWords {
    MatchReason reason;
    std::string_view name;
    std::string_view meaning;
};

constexpr std::array reason_words{
    ReasonWords{MatchReason::vendor_chip, "vendor_chip", "the maker of the PCI chip: its PCI vendor id"},
    ReasonWords{MatchReason::device_chip, "device_chip", "this very PCI chip: its PCI vendor and device id"},
    ReasonWords{
        MatchReason::vendor_subsystem, "vendor_subsystem",
        "the maker of the card or board that carries the PCI chip: its PCI subsystem vendor id"
    },
    ReasonWords{
        MatchReason::device_subsystem, "device_subsystem",
        "this very card or board: its PCI subsystem vendor and device id"
    },
    ReasonWords{MatchReason::vendor_usb, "vendor_usb", "the maker of the USB device: its USB vendor id"},
    ReasonWords{MatchReason::device_usb, "device_usb", "this very USB product: its USB vendor and product id"},
    ReasonWords{
        MatchReason::vendor_mac, "vendor_mac",
        "the holder of the block of addresses that the permanent MAC address is from"
    },
    ReasonWords{MatchReason::vendor_memory, "vendor_memory", "the maker of the memory module: its JEDEC JEP106 code"},
    ReasonWords{MatchReason::vendor_pen, "vendor_pen", "the holder of the IANA private enterprise number"},
    ReasonWords{MatchReason::vendor_pnp, "vendor_pnp", "the holder of the PNP vendor id"},
    ReasonWords{
        MatchReason::vendor_processor, "vendor_processor", "the implementer of the processor core: its ARM MIDR code"
    },
    ReasonWords{
        MatchReason::vendor_transceiver, "vendor_transceiver",
        "the maker of the transceiver: the vendor OUI in its EEPROM"
    },
    ReasonWords{MatchReason::vendor_acpi, "vendor_acpi", "the vendor part of the ACPI id"},
    ReasonWords{MatchReason::device_acpi, "device_acpi", "this very product: its ACPI id"},
    ReasonWords{
        MatchReason::vendor_devicetree, "vendor_devicetree",
        "the vendor prefix of the part's `compatible` in the device tree"
    },
    ReasonWords{MatchReason::vendor_tpm, "vendor_tpm", "the maker of the TPM: its TCG vendor id"},
};

const ReasonWords& words(MatchReason reason) {
    return *std::ranges::find(reason_words, reason, &ReasonWords::reason);
}

Result<Pattern> make_block(std::string_view value, std::string_view where) {
    if (std::ranges::find(block_digits, value.size()) == block_digits.end() || !lower_hex(value)) {
        return fail(
            Errc::bad_value, std::string(where), "not a block of addresses (6, 7 or 9 lower-case hex digits, no colons)"
        );
    }
    if (group_address(value)) return fail(Errc::bad_value, std::string(where), "is a block of group addresses");
    return Pattern{Registry::mac, std::string(value)};
}

}  // namespace

Result<Pattern> make_pattern(std::string_view registry, std::string_view value, std::string_view where) {
    if (registry == "oui") return make_block(value, where);
    TRY(const Registry known, registry_named(registry, where));
    if (known == Registry::mac) {
        return fail(Errc::bad_value, std::string(where), "a rule names blocks of addresses: registry \"oui\"");
    }
    if (vendor_form(known, value)) return Pattern{known, std::string(value)};
    TRY(const Identifier exact, make_identifier(known, value, where));
    return Pattern{known, exact.value};
}

std::string_view registry_name(const Pattern& pattern) {
    return pattern.registry == Registry::mac ? "oui" : name(pattern.registry);
}

std::vector<Pattern> patterns_of(const Identifier& identifier) {
    const std::string_view value = identifier.value;
    std::vector<Pattern> out;
    const auto add = [&out](Registry registry, std::string_view text) {
        out.push_back(Pattern{registry, std::string(text)});
    };
    switch (identifier.registry) {
        case Registry::mac:
            if (value.size() != mac_digits || group_address(value)) return {};
            for (const std::size_t digits : block_digits) add(Registry::mac, value.substr(0, digits));
            return out;
        case Registry::pci:
        case Registry::pci_subsystem:
        case Registry::usb:
            add(identifier.registry, value);
            add(identifier.registry, value.substr(0, vendor_digits));
            return out;
        case Registry::sff_oui:
            add(Registry::sff_oui, value);
            if (value.size() == block_digits.back() && !group_address(value)) add(Registry::mac, value);
            return out;
        case Registry::acpi:
            add(Registry::acpi, value);
            if (const std::string_view vendor = acpi_vendor(value); vendor.size() == acpi_vendor_characters) {
                add(Registry::acpi, vendor);
            } else if (vendor.size() == pnp_vendor_characters) {
                add(Registry::pnp, vendor);
            }
            return out;
        default: add(identifier.registry, value); return out;
    }
}

std::string_view name(MatchReason reason) {
    return words(reason).name;
}

std::string_view meaning(MatchReason reason) {
    return words(reason).meaning;
}

std::vector<MatchReason> all_match_reasons() {
    std::vector<MatchReason> out;
    for (const ReasonWords& one : reason_words) out.push_back(one.reason);
    return out;
}

MatchReason reason_for(const Identifier& identifier, const Pattern& pattern) {
    const bool whole = pattern.value.size() == identifier.value.size();
    switch (identifier.registry) {
        case Registry::pci: return whole ? MatchReason::device_chip : MatchReason::vendor_chip;
        case Registry::pci_subsystem: return whole ? MatchReason::device_subsystem : MatchReason::vendor_subsystem;
        case Registry::usb: return whole ? MatchReason::device_usb : MatchReason::vendor_usb;
        case Registry::mac: return MatchReason::vendor_mac;
        case Registry::jedec: return MatchReason::vendor_memory;
        case Registry::pen: return MatchReason::vendor_pen;
        case Registry::pnp: return MatchReason::vendor_pnp;
        case Registry::midr: return MatchReason::vendor_processor;
        case Registry::sff_oui: return MatchReason::vendor_transceiver;
        case Registry::acpi:
            if (pattern.registry == Registry::pnp) return MatchReason::vendor_pnp;
            return whole ? MatchReason::device_acpi : MatchReason::vendor_acpi;
        case Registry::devicetree: return MatchReason::vendor_devicetree;
        case Registry::tpm_vendor: return MatchReason::vendor_tpm;
    }
    return MatchReason::device_chip;
}

}  // namespace assay::policy
