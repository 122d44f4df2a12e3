#pragma once
// Small sysfs trees, written device by device as the kernel would.

#include "agent/root/view.hpp"
#include "agent/sources/source.hpp"
#include "tests/agent/support/scratch_tree.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace assay::test {

inline agent::View replayed(const ScratchTree& tree) {
    auto view = agent::View::replay(tree.path());
    REQUIRE(view.has_value());
    return *view;
}

// A link at `path` to `target`, both from the top.
inline void relative_link(const ScratchTree& tree, const std::string& path, const std::string& target) {
    tree.link(
        path, std::filesystem::path(target).lexically_relative(std::filesystem::path(path).parent_path()).string()
    );
}

// `below` is the way from sys/devices; the last part is the address.
inline void add_pci(
    const ScratchTree& tree, const std::string& below, const std::map<std::string, std::string>& values
) {
    const std::string path = "sys/devices/" + below;
    for (const auto& [name, value] : values) tree.file(path + "/" + name, value + "\n");
    relative_link(tree, "sys/bus/pci/devices/" + below.substr(below.rfind('/') + 1), path);
}

inline void add_usb(
    const ScratchTree& tree, const std::string& below, const std::map<std::string, std::string>& values
) {
    const std::string path = "sys/devices/" + below;
    for (const auto& [name, value] : values) tree.file(path + "/" + name, value + "\n");
    relative_link(tree, "sys/bus/usb/devices/" + below.substr(below.rfind('/') + 1), path);
}

inline const Component& component(const agent::Found& found, std::string_view key) {
    CAPTURE(key);
    const auto at = std::ranges::find(found.components, key, &Component::key);
    REQUIRE(at != found.components.end());
    return *at;
}

// What a source adds to another source's part.
inline const Component& addition(const agent::Found& found, std::string_view key) {
    CAPTURE(key);
    const auto at = std::ranges::find(found.additions, key, &Component::key);
    REQUIRE(at != found.additions.end());
    return *at;
}

// Of all parts; one that stands twice is there twice.
inline std::multiset<std::string> keys(const agent::Found& found) {
    std::multiset<std::string> out;
    for (const Component& one : found.components) out.insert(one.key);
    return out;
}

inline bool has(const Component& one, Registry registry, std::string_view value) {
    return std::ranges::count(one.identifiers, Identifier{registry, std::string(value)}) == 1;
}

}  // namespace assay::test
