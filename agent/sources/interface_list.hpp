#pragma once
// Network interfaces that are hardware, with the keys of their components: for the sources that ask about them.
// Interfaces without a device (bridges, VLANs, tunnels, bonds) and those of SR-IOV virtual functions are left out.

#include "agent/sources/source.hpp"

#include <string>
#include <vector>

namespace assay::agent {

inline const std::string network_interfaces = "sys/class/net";

struct PhysicalInterface {
    std::string name;    // as the kernel calls it now: "eth0"
    std::string path;    // "sys/devices/.../net/eth0"
    std::string place;   // of the device it sits on: the key of a PCI function or USB device, or a path
    std::string parent;  // the key of that device, or ""
    std::string port;    // "0"
    std::string key;     // of its component: "net/pci/0000:00/02.0/0"
};

// Sorted by name. Two that share device and port have what else tells them apart in their keys; what is alike in all of
// it has one key. What could not be read is the account's.
std::vector<PhysicalInterface> physical_interfaces(const View& view, Account& account);

// Twelve hex digits, or "": of ethtool, else of sysfs when it says that the address is permanent.
std::string permanent_mac(const View& view, const PhysicalInterface& interface);

}  // namespace assay::agent
