#include "policy/registries.hpp"

#include "base/words.hpp"

#include <algorithm>

namespace assay::policy {
namespace {

constexpr auto unknown_words = words<Unknown>({
    {Unknown::not_registered, "not_registered"},
    {Unknown::reserved, "reserved"},
    {Unknown::local, "local"},
    {Unknown::no_snapshot, "no_snapshot"},
});

constexpr std::size_t mac_block_digits = 6;

// Where a registry's numbers are registered.
Registry registered_in(Registry registry) {
    if (registry == Registry::pci_subsystem) return Registry::pci;
    return registry == Registry::sff_oui ? Registry::mac : registry;
}

bool every(std::string_view text, char c) {
    return text.find_first_not_of(c) == std::string_view::npos;
}

// Bits of the first octet of an address or a block (IEEE 802): I/G and U/L.
bool first_octet_has(std::string_view digits, unsigned bit) {
    const char c = digits.size() > 1 ? digits[1] : '0';
    const unsigned value = c >= 'a' ? static_cast<unsigned>(c - 'a') + 10U : static_cast<unsigned>(c - '0');
    return (value & bit) != 0;
}

constexpr unsigned group_bit = 1;
constexpr unsigned local_bit = 2;

bool reserved(const Identifier& identifier) {
    switch (identifier.registry) {
        case Registry::pci:
        case Registry::pci_subsystem:
        case Registry::usb: return every(vendor_part(identifier), '0') || every(vendor_part(identifier), 'f');
        case Registry::mac:
        case Registry::sff_oui: return first_octet_has(identifier.value, group_bit) || every(identifier.value, '0');
        default: return false;
    }
}

bool has_block(const Identifier& identifier) {
    return identifier.registry == Registry::mac || identifier.registry == Registry::sff_oui;
}

}  // namespace

Result<Registries> Registries::compose(std::vector<RegistrySnapshot> snapshots) {
    std::ranges::sort(snapshots, {}, &RegistrySnapshot::registry);
    const auto twice = std::ranges::adjacent_find(snapshots, {}, &RegistrySnapshot::registry);
    if (twice != snapshots.end()) {
        return fail(
            Errc::conflict, std::next(twice)->file(),
            "is of the registry " + std::string(assay::name(twice->registry())) + ", and so is " + twice->file()
        );
    }
    Registries out;
    out.snapshots_ = std::move(snapshots);
    return out;
}

const RegistrySnapshot* Registries::of(Registry registry) const {
    const auto found = std::ranges::find(snapshots_, registered_in(registry), &RegistrySnapshot::registry);
    return found == snapshots_.end() ? nullptr : &*found;
}

std::optional<Registered> Registries::holder(const Identifier& identifier) const {
    if (says_nothing(identifier) || reserved(identifier)) return std::nullopt;
    for (const Pattern& pattern : patterns_of(identifier)) {
        const RegistrySnapshot* snapshot = of(pattern.registry);
        if (snapshot == nullptr) continue;
        if (const auto* row = snapshot->find(pattern.value)) return Registered{snapshot, row};
    }
    return std::nullopt;
}

std::string_view vendor_part(const Identifier& identifier) {
    const std::string_view value = identifier.value;
    constexpr std::size_t product_digits = 4;
    switch (identifier.registry) {
        case Registry::pci:
        case Registry::pci_subsystem:
        case Registry::usb: return value.substr(0, value.find(':'));
        case Registry::mac: return value.substr(0, mac_block_digits);
        case Registry::acpi:
            return patterns_of(identifier).size() > 1 ? value.substr(0, value.size() - product_digits) : value;
        default: return value;
    }
}

bool says_nothing(const Identifier& identifier) {
    switch (identifier.registry) {
        case Registry::pci_subsystem: return identifier.value == "0000:0000";
        case Registry::sff_oui: return identifier.value == "000000";
        default: return false;
    }
}

std::string_view name(Unknown why) {
    return unknown_words.of(why);
}

std::string_view meaning(Unknown why) {
    switch (why) {
        case Unknown::not_registered:
            return "the snapshot of its registry does not have it: it is newer than the snapshot, or nobody's";
        case Unknown::reserved: return "its registry assigns this number to nobody";
        case Unknown::local:
            return "a locally administered address: whoever sets one chooses it, and no registry has it";
        case Unknown::no_snapshot: return "no snapshot of its registry is in force, so nobody has looked";
    }
    return "";
}

std::optional<Unknown> unknown_named(std::string_view word) {
    return unknown_words.named(word);
}

std::optional<Unknown> unknown(const Registries& registries, const PackSet& packs, const Identifier& identifier) {
    if (says_nothing(identifier)) return std::nullopt;
    const std::vector<Pattern> patterns = patterns_of(identifier);
    if (std::ranges::any_of(patterns, [&packs](const Pattern& one) { return !packs.rows(one).empty(); }))
        return std::nullopt;
    if (registries.holder(identifier)) return std::nullopt;
    if (reserved(identifier)) return Unknown::reserved;
    if (has_block(identifier) && first_octet_has(identifier.value, local_bit)) return Unknown::local;
    const bool looked = std::ranges::any_of(patterns, [&registries](const Pattern& one) {
        return registries.of(one.registry) != nullptr;
    });
    return looked ? Unknown::not_registered : Unknown::no_snapshot;
}

}  // namespace assay::policy
