#include "agent/sources/device_path.hpp"

#include <algorithm>

namespace assay::agent {
namespace {

bool hex(std::string_view text) {
    return !text.empty() &&
           std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

}  // namespace

std::optional<std::string_view> pci_root_bus(std::string_view name) {
    if (!name.starts_with("pci")) return std::nullopt;
    name.remove_prefix(3);
    const std::size_t colon = name.find(':');
    if (colon == std::string_view::npos || colon < 4 || colon > 8 || name.size() != colon + 3) return std::nullopt;
    if (!hex(name.substr(0, colon)) || !hex(name.substr(colon + 1))) return std::nullopt;
    return name;
}

std::vector<std::string_view> path_parts(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
        const std::size_t slash = std::min(path.find('/'), path.size());
        if (slash > 0) parts.push_back(path.substr(0, slash));
        path.remove_prefix(std::min(slash + 1, path.size()));
    }
    return parts;
}

std::string_view last_part(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool numbered(std::string_view part, std::string_view word) {
    return part.starts_with(word) && digits(part.substr(word.size()));
}

std::optional<PciAddress> parse_pci_address(std::string_view name) {
    const std::size_t colon = name.find(':');
    if (colon == std::string_view::npos || colon < 4 || colon > 8 || name.size() != colon + 8) return std::nullopt;
    const PciAddress address{name.substr(0, colon), name.substr(colon + 1, 2), name.substr(colon + 4)};
    if (!hex(address.domain) || !hex(address.bus) || name[colon + 3] != ':') return std::nullopt;
    if (!hex(address.slot.substr(0, 2)) || address.slot[2] != '.' || address.slot[3] < '0' || address.slot[3] > '7') {
        return std::nullopt;
    }
    return address;
}

std::optional<PciNode> pci_node(std::string_view path) {
    PciNode node;
    std::string chain;
    for (const std::string_view part : path_parts(path)) {
        const std::size_t end = static_cast<std::size_t>(part.data() - path.data()) + part.size();
        if (const auto root = pci_root_bus(part)) {
            // A root bus below a function (a volume management device) continues its chain.
            chain += chain.empty() ? "pci/" + std::string(*root) : "/" + std::string(root->substr(root->size() - 2));
            node.root_key = chain;
        } else if (const auto address = parse_pci_address(part); address && !chain.empty()) {
            chain += "/" + std::string(address->slot);
            node.parent_key = std::move(node.key);
            node.key = chain;
            node.path = std::string(path.substr(0, end));
        }
    }
    if (node.key.empty()) return std::nullopt;
    return node;
}

}  // namespace assay::agent
