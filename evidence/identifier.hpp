#pragma once
// Identifiers are numbers of a registry: they identify, names only corroborate. One spelling each, so that equal
// means equal: lower-case hex without 0x, fields joined by ':'.

#include "base/result.hpp"

#include <compare>
#include <span>
#include <string>
#include <string_view>

namespace assay {

enum class Registry {
    pci,            // vendor:device, 4 hex digits each; PCI-SIG
    pci_subsystem,  // subsystem vendor:device, 4 hex digits each; PCI-SIG
    usb,            // vendor:product, 4 hex digits each; USB-IF
    mac,            // 12 hex digits, a permanent EUI-48 address; its first 24, 28 or 36 bits are an IEEE assignment
    jedec,          // bank:code, decimal bank, 2 hex digits with parity; JEP106
    pen,            // decimal IANA private enterprise number
    pnp,            // three upper-case letters; UEFI forum PNP ID
    midr,           // 2 hex digits, the implementer of an ARM MIDR_EL1
    sff_oui,        // 6 hex digits, the vendor OUI of a transceiver EEPROM
    acpi,           // upper-case ACPI or PNP vendor prefix and product, as the kernel prints it
    devicetree,  // vendor prefix of a device tree's `compatible`, what stands before the comma; at most 32 characters
    tpm_vendor,  // 8 hex digits, TPM_PT_MANUFACTURER; TCG vendor id registry
};

std::string_view name(Registry registry);
std::span<const Registry> all_registries();
Result<Registry> registry_named(std::string_view name, std::string_view where);

struct Identifier {
    Registry registry = Registry::pci;
    std::string value;
    friend auto operator<=>(const Identifier&, const Identifier&) = default;
    friend bool operator==(const Identifier&, const Identifier&) = default;
};

// bad_value when `value` is not in the registry's one spelling.
Result<Identifier> make_identifier(Registry registry, std::string_view value, std::string_view where = "identifier");

}  // namespace assay
