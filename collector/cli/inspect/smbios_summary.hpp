#pragma once
// The short form of an SMBIOS table, member by member and field by field as siderolabs/go-smbios prints it in JSON: one
// object of each kind that a machine has once (of several structures the last), a list of each other. What is absent is
// "" or 0 there, and "To be filled by O.E.M." is "". The values are those of DSP0134.

#include "base/json.hpp"
#include "evidence/hardware/smbios.hpp"

namespace assay::cli {

json::Object smbios_summary(const smbios::Table& table, smbios::Version version);

}  // namespace assay::cli
