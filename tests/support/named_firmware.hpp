#pragma once
// The parts by which an inventory names its firmware: Acme R7, of a version.

#include "evidence/inventory.hpp"

#include <string>
#include <vector>

namespace assay::test {

inline std::vector<Component> named_firmware(const std::string& version) {
    Component system;
    system.key = "smbios/system";
    system.kind = ComponentKind::system;
    system.names["manufacturer"] = Reading::of("Acme");
    system.names["product"] = Reading::of("R7");
    Component bios;
    bios.key = "smbios/bios";
    bios.kind = ComponentKind::firmware;
    bios.firmware = {{"bios", Reading::of(version), std::nullopt, "smbios"}};
    return {system, bios};
}

}  // namespace assay::test
