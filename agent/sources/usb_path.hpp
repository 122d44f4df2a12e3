#pragma once
// Where a USB device sits: controller, kind of root hub, ports. An xHCI controller has two root hubs over the same
// sockets, one for high speed ("hs") and one for SuperSpeed ("ss"); slower controllers have one ("fs"). The kernel's
// bus number changes with every boot and is no part of this.
//
//   sys/devices/pci0000:00/0000:00:14.0/usb1/1-4/1-4.2/1-4.2:1.0    is    usb/0000:00/14.0/hs/4.2

#include "agent/root/view.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay::agent {

struct UsbNode {
    std::string path;        // of the device, without its interface: "sys/devices/.../1-4.2"
    std::string root_path;   // of its root hub: "sys/devices/.../usb1"
    std::string controller;  // of what the root hub hangs on: "sys/devices/pci0000:00/0000:00:14.0"
    std::string ports;       // "4.2"; "" for the root hub itself
};

// By the text alone; nullopt when no part of `path` is a USB device.
std::optional<UsbNode> usb_node(std::string_view path);

// "hs", "ss", "fs" by the root hub's speed in Mbit/s ("480"); "hub" for anything else.
std::string_view root_hub_kind(std::string_view speed);

// The key of a node; reads the speed of its root hub. The parent's key: the hub above, or the controller.
struct UsbKeys {
    std::string key;       // "usb/0000:00/14.0/hs/4.2"
    std::string root_key;  // "usb/0000:00/14.0/hs"
    std::string parent;    // "usb/0000:00/14.0/hs/4"; of a root hub "pci/0000:00/14.0", or ""
};
UsbKeys usb_keys(const View& view, const UsbNode& node);

// The key of the nearest USB device or PCI function that `path` is or lies below; "" when there is neither.
std::string nearest_key(const View& view, std::string_view path);
// For what hangs on neither: its place below sys/devices, "platform/soc/fe300000.mmc".
std::string key_or_place(const View& view, std::string_view path);

}  // namespace assay::agent
