#pragma once
// What the simulated device of a number is: where it stands, what it is made of, and what becomes of it. The same seed
// and number give the same plan; only a device's keys, and with them its id, are new in every run. Makers, models and
// places are made up; numbers of registries are real, and about one device in seven holds a part of a covered vendor.

#include "evidence/firmware_manifest.hpp"
#include "evidence/inventory.hpp"
#include "evidence/messages.hpp"

#include <string>
#include <string_view>

namespace assay::fleet {

// What a device does after its enrolment, besides one good report.
enum class Fate {
    steady,          // nothing
    never_reports,   // not even that
    no_certificate,  // its TPM has none: it waits for a person
    other_maker,     // its TPM's certificate leads to a CA that nobody trusts: it waits for a person
    fails,           // a second report whose PCR values are not what was signed
    cleared,         // a second report from a TPM that was cleared
    unsafe_clock,    // a second report after an unclean power-off
    rebooted,        // a second report after a cold boot
    part_changed,    // a second report with a part exchanged
};
std::string_view name(Fate fate);

struct Plan {
    HostHints host;
    std::string site;
    std::string role;
    Fate fate = Fate::steady;
    std::string root;  // of the tree it was read from; "": live
    Inventory inventory;
    Placement placement;
    std::vector<FirmwareFile> firmware;
};

Plan make_plan(std::uint64_t seed, std::size_t number);
void exchange_part(Inventory& inventory);  // a memory module and a network interface's firmware

}  // namespace assay::fleet
