#pragma once
// From a sysfs device path to a stable key. A key is the path of slots and ports: of PCI the root bus and then device
// and function of every bridge on the way, never a bus number below the root; of USB the controller and its ports,
// never the kernel's bus number. Pure: text in, text out.
//
//   sys/devices/pci0000:00/0000:00:1c.0/0000:03:00.0    is    pci/0000:00/1c.0/00.0

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::agent {

std::vector<std::string_view> path_parts(std::string_view path);
std::string_view last_part(std::string_view path);
bool digits(std::string_view text);                           // at least one, and nothing else
bool numbered(std::string_view part, std::string_view word);  // "spi0" of "spi"

// "0000:03:00.0" is domain (4 to 8 hex digits), bus, device and function.
struct PciAddress {
    std::string_view domain;
    std::string_view bus;
    std::string_view slot;  // "00.0"
};
std::optional<PciAddress> parse_pci_address(std::string_view name);

// "pci0000:00", a root bus: gives "0000:00".
std::optional<std::string_view> pci_root_bus(std::string_view name);

// The nearest PCI function that `path` is or lies below.
struct PciNode {
    std::string key;         // "pci/0000:00/1c.0/00.0"
    std::string path;        // "sys/devices/pci0000:00/0000:00:1c.0/0000:03:00.0"
    std::string parent_key;  // of the bridge above, or ""
    std::string root_key;    // of its root bus: "pci/0000:00"
};
std::optional<PciNode> pci_node(std::string_view path);

}  // namespace assay::agent
