#pragma once
// The parts that a device tree names, put together while its nodes are walked: the machine ("device_tree/system"), its
// SoC ("device_tree/processor") and each chip on a bus of the board ("device_tree/soc/i2c@7e804000/rtc@68").

#include "agent/sources/source.hpp"
#include "evidence/hardware/device_tree.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>

namespace assay::agent {

// The key of the chip at a path of the tree. A path too long for one keeps its beginning, and a hash of all of it.
std::string device_tree_key(const std::string& path);

// The properties of one node that say what it is.
class TreeProperties {
  public:
    static bool wanted(std::string_view name);
    // `value` as it was read; what is no list of strings is told to the account under `path`.
    void add(const std::string& path, const std::string& name, const Result<std::string>& value, Account& account);

    bool has_compatible() const { return texts_.contains("compatible"); }
    // As it stands, most specific first; empty when it could not be read.
    const std::vector<std::string>& compatible() const { return compatible_; }
    Reading text(const std::string& name) const;  // a property's strings with a blank between, cleaned
    device_tree::Status status() const;
    bool children_have_no_size() const { return no_size_; }

  private:
    std::map<std::string, Reading> texts_;
    std::vector<std::string> compatible_;
    bool no_size_ = false;
};

class TreeParts {
  public:
    // The root. With SMBIOS beside it, whose system carries the machine's serial number, this one's is a name only, so
    // that one machine is not known by two. Gives the key of what everything else belongs to.
    std::string add_machine(const TreeProperties& root, bool smbios_too);
    // A node on a bus that leaves the SoC, with `compatible`. Gives its key.
    std::string add_chip(
        const std::string& path, const std::string& bus, const std::string& parent, const TreeProperties& node
    );
    // A node inside the SoC or a description without a chip.
    void add_block(const TreeProperties& node);
    // A chip that is not in use: no part, but counted.
    void leave_out(device_tree::Status status);
    // None: not all of the tree could be read.
    void finish(const std::optional<Sha256>& hash, Found& found);

  private:
    Component system_;
    std::optional<Component> processor_;
    std::vector<Component> chips_;
    std::set<std::string> block_makers_;
    std::size_t disabled_ = 0;
    std::size_t failed_ = 0;
};

}  // namespace assay::agent
