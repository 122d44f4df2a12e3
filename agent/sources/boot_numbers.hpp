#pragma once
// Paths without what a boot assigns, for the details of a source's report, which are part of the hashed inventory: PCI
// bus numbers, numbers of USB buses, hosts and disks, names of interfaces become '*', as a shell would take it. Pure.
//
//   sys/devices/pci0000:00/0000:00:1c.0/0000:03:00.0/vendor    is
//   sys/devices/pci0000:00/0000:00:1c.0/0000:*:00.0/vendor

#include <string>
#include <string_view>

namespace assay::agent {

// Buses at the root keep their number: it is the firmware's. Everything else of `text` stays.
std::string without_boot_numbers(std::string_view text);

}  // namespace assay::agent
