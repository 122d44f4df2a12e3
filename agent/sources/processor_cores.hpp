#pragma once
// What sysfs says of each logical processor beside /proc/cpuinfo: the microcode that runs on it, which late loading can
// leave different on cores of one package, the whole MIDR_EL1 of an ARM core, and whether it is offline: then nothing
// else is known of it.

#include "agent/sources/source.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace assay::agent {

// Adds to the processors already found, and what was not found yet. Does nothing where sysfs has no processors.
void add_core_facts(const View& view, Account& account);

// MIDR_EL1 by its fields (Arm ARM D19.2.100).
struct Midr {
    unsigned implementer = 0;
    unsigned variant = 0;
    unsigned part = 0;
    unsigned revision = 0;
};
// "0x00000000481fd010"; nullopt for what is no such number.
std::optional<Midr> parse_midr(std::string_view text);

}  // namespace assay::agent
