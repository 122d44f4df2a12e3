#include "evidence/identifier.hpp"

#include <algorithm>
#include <array>

namespace assay {
namespace {

// A spelling by example: 'h' a lower-case hex digit, 'A' an upper-case letter, 'd' a run of decimal digits without a
// leading zero, anything else itself. "*" and "~" are whole values: of upper-case letters
// and digits, and of lower-case letters, digits, '-' and '_'.
struct Spelling {
    Registry registry;
    std::string_view name;
    std::string_view pattern;
};

constexpr std::array spellings{
    Spelling{Registry::pci, "pci", "hhhh:hhhh"},
    Spelling{Registry::pci_subsystem, "pci_subsystem", "hhhh:hhhh"},
    Spelling{Registry::usb, "usb", "hhhh:hhhh"},
    Spelling{Registry::mac, "mac", "hhhhhhhhhhhh"},
    Spelling{Registry::jedec, "jedec", "d:hh"},
    Spelling{Registry::pen, "pen", "d"},
    Spelling{Registry::pnp, "pnp", "AAA"},
    Spelling{Registry::midr, "midr", "hh"},
    Spelling{Registry::sff_oui, "sff_oui", "hhhhhh"},
    Spelling{Registry::acpi, "acpi", "*"},
    Spelling{Registry::devicetree, "devicetree", "~"},
    Spelling{Registry::tpm_vendor, "tpm_vendor", "hhhhhhhh"},
};

constexpr std::size_t max_decimal_digits = 10;
constexpr std::size_t max_acpi_characters = 16;
constexpr std::size_t max_prefix_characters = 32;

bool digit(char c) {
    return c >= '0' && c <= '9';
}
bool lower(char c) {
    return c >= 'a' && c <= 'z';
}
bool upper(char c) {
    return c >= 'A' && c <= 'Z';
}

bool fits(std::string_view value, std::string_view pattern) {
    if (pattern == "*") {
        return !value.empty() && value.size() <= max_acpi_characters &&
               std::ranges::all_of(value, [](char c) { return upper(c) || digit(c); });
    }
    if (pattern == "~") {
        return !value.empty() && value.size() <= max_prefix_characters &&
               std::ranges::all_of(value, [](char c) { return lower(c) || digit(c) || c == '-' || c == '_'; });
    }
    for (const char p : pattern) {
        if (p == 'd') {
            std::size_t run = 0;
            while (run < value.size() && digit(value[run])) ++run;
            if (run == 0 || run > max_decimal_digits || (run > 1 && value[0] == '0')) return false;
            value.remove_prefix(run);
            continue;
        }
        if (value.empty()) return false;
        const char c = value.front();
        const bool good = p == 'h' ? digit(c) || (c >= 'a' && c <= 'f') : p == 'A' ? upper(c) : c == p;
        if (!good) return false;
        value.remove_prefix(1);
    }
    return value.empty();
}

const Spelling& spelling(Registry registry) {
    return *std::ranges::find(spellings, registry, &Spelling::registry);
}

}  // namespace

std::string_view name(Registry registry) {
    return spelling(registry).name;
}

std::span<const Registry> all_registries() {
    static constexpr auto registries = [] {
        std::array<Registry, spellings.size()> out{};
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = spellings[i].registry;
        return out;
    }();
    return registries;
}

Result<Registry> registry_named(std::string_view wanted, std::string_view where) {
    const auto found = std::ranges::find(spellings, wanted, &Spelling::name);
    if (found == spellings.end()) return fail(Errc::bad_value, std::string(where), "no such registry");
    return found->registry;
}

Result<Identifier> make_identifier(Registry registry, std::string_view value, std::string_view where) {
    const Spelling& form = spelling(registry);
    if (!fits(value, form.pattern)) {
        return fail(
            Errc::bad_value, std::string(where),
            "not a " + std::string(form.name) + " identifier (" + std::string(form.pattern) + ")"
        );
    }
    return Identifier{registry, std::string(value)};
}

}  // namespace assay
