#pragma once
// What a flattened or live device tree says (Devicetree Specification v0.4), value by value: lists of strings, status,
// who a `compatible` names, which nodes are buses that leave the SoC, and one canonical hash of the whole. The walk
// over a tree is its reader's; the blob itself (/sys/firmware/fdt) is not decoded. Pure.

#include "base/bytes.hpp"
#include "base/crypto/hash.hpp"
#include "base/result.hpp"
#include "evidence/identifier.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::device_tree {

inline constexpr std::size_t max_strings = 64;  // of one property

// A <stringlist>: strings that end in NUL each (2.2.4). An empty value has none. Text as it stands, hostile. Errors:
// bad_encoding when the last string does not end, limit_exceeded beyond max_strings.
Result<std::vector<std::string>> decode_strings(ByteView value);

// 2.3.4. What the specification does not know counts as on.
enum class Status { on, disabled, failed };
Status status_of(std::string_view word);

// Who makes what one string of `compatible` names: its vendor prefix, in lower case, or the ids of "pci8086,1533"
// and "usb1a40,101" (IEEE 1275 bus bindings). nullopt when it names nobody ("fixed-clock").
std::optional<Identifier> maker_of(std::string_view compatible);

// The bus below a node of this name that leads out of the SoC, so that what sits on it is a part of its own: "i2c",
// "spi", "mdio", "usb", "pci", ... or "" for everything else. By the generic names (2.2.2) and their spellings in use.
std::string_view bus_below(std::string_view node_name);
// Whether children of that bus have an address on it ("rtc@68"), and whether theirs have no size (2.3.5): what a
// memory-mapped node of the same name (a controller's own wrapper) does not have.
bool addressed(std::string_view bus);
bool sizeless(std::string_view bus);

// What is no part of the canonical hash, because a boot loader, the kernel or one unit writes it. docs/SOURCES.md has
// the reasons. A node by its path from the root ("/chosen"), with all below it; a property by its name.
bool volatile_node(std::string_view path);
bool volatile_property(std::string_view name);

// SHA-256 over "assay/device_tree/1", then for each node "node" and its path, for each of its properties "property",
// name and value, all framed (u32 big-endian length, then the bytes). The same for the same tree when a node's
// properties come sorted by bytes before its children, and these sorted, each with all below it before the next.
class TreeHash {
  public:
    TreeHash();
    void node(std::string_view path);
    void property(std::string_view name, ByteView value);
    Sha256 finish();  // once

  private:
    void framed(ByteView bytes);
    Hasher hasher_;
};

}  // namespace assay::device_tree
