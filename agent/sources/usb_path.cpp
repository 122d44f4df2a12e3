#include "agent/sources/usb_path.hpp"

#include "agent/sources/device_path.hpp"
#include "agent/sources/source.hpp"

namespace assay::agent {
namespace {

// "4.2": port numbers joined by dots.
bool port_chain(std::string_view text) {
    return !text.empty() && text.front() != '.' && text.back() != '.' && text.find("..") == std::string_view::npos &&
           text.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::string_view below_devices(std::string_view path) {
    constexpr std::string_view devices = "sys/devices/";
    return path.starts_with(devices) ? path.substr(devices.size()) : path;
}

}  // namespace

std::optional<UsbNode> usb_node(std::string_view path) {
    UsbNode node;
    std::string bus;
    for (const std::string_view part : path_parts(path)) {
        const auto begin = static_cast<std::size_t>(part.data() - path.data());
        const std::string_view upto = path.substr(0, begin + part.size());
        if (bus.empty()) {
            if (!part.starts_with("usb") || !digits(part.substr(3)) || begin == 0) continue;
            bus = std::string(part.substr(3)) + "-";
            node.path = node.root_path = std::string(upto);
            node.controller = std::string(path.substr(0, begin - 1));
        } else if (part.starts_with(bus) && port_chain(part.substr(bus.size()))) {
            node.path = std::string(upto);
            node.ports = std::string(part.substr(bus.size()));
        }
    }
    if (node.path.empty()) return std::nullopt;
    return node;
}

std::string_view root_hub_kind(std::string_view speed) {
    if (speed == "480") return "hs";
    if (speed == "12" || speed == "1.5") return "fs";
    if (speed == "5000" || speed == "10000" || speed == "20000") return "ss";
    return "hub";
}

UsbKeys usb_keys(const View& view, const UsbNode& node) {
    UsbKeys keys;
    const auto controller = pci_node(node.controller);
    const std::string place = controller && controller->path == node.controller
                                  ? controller->key.substr(std::string_view("pci/").size())
                                  : std::string(below_devices(node.controller));
    keys.root_key = "usb/" + place + "/" + std::string(root_hub_kind(text_or_empty(view, node.root_path + "/speed")));
    if (node.ports.empty()) {
        keys.key = keys.root_key;
        keys.parent = controller ? controller->key : "";
        return keys;
    }
    keys.key = keys.root_key + "/" + node.ports;
    const std::size_t dot = node.ports.rfind('.');
    keys.parent = dot == std::string::npos ? keys.root_key : keys.root_key + "/" + node.ports.substr(0, dot);
    return keys;
}

std::string nearest_key(const View& view, std::string_view path) {
    if (const auto usb = usb_node(path)) return usb_keys(view, *usb).key;
    if (const auto pci = pci_node(path)) return pci->key;
    return "";
}

std::string key_or_place(const View& view, std::string_view path) {
    const std::string key = nearest_key(view, path);
    return key.empty() ? std::string(below_devices(path)) : key;
}

}  // namespace assay::agent
