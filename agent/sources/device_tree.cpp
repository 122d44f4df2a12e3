#include "agent/sources/device_tree.hpp"

#include "agent/sources/device_tree_parts.hpp"
#include "evidence/hardware/device_tree.hpp"

namespace assay::agent {
namespace {

const std::string base = "sys/firmware/devicetree/base";

// What stands above a node, as far as it matters below.
struct Above {
    std::string path;     // "/soc/i2c@7e804000"; "" of the root
    std::string bus;      // that the node's children sit on, or ""
    std::string part;     // key of the nearest part
    bool inside = false;  // a part outside the SoC: what is below belongs to it, up to the next bus
    device_tree::Status status = device_tree::Status::on;
    std::size_t depth = 0;
};

class TreeReader {
  public:
    TreeReader(const View& view, const DeviceTreeLimits& limits) : view_(view), left_(limits) {}

    Found read() {
        const auto names = view_.list(base, left_.entries);
        if (!names && names.error().code == Errc::not_found) return account_.absent("no " + base);
        walk({});
        if (!names) return account_.finish();
        if (empty_ && whole_) return account_.absent("the device tree names no machine");
        account_.covered("device_tree");
        parts_.finish(whole_ ? std::optional(hash_.finish()) : std::nullopt, account_.found);
        return account_.finish();
    }

  private:
    void walk(const Above& node) {
        if (stopped_) return;
        hash_.node(node.path.empty() ? "/" : node.path);
        const auto names = view_.list(base + node.path, left_.entries);
        if (!names) return lost(names.error());
        TreeProperties properties;
        std::vector<std::string> children;
        for (const std::string& name : *names) {
            if (left_.entries == 0) return stop(node.path + "/" + name, "the tree has more nodes and properties");
            --left_.entries;
            look_at(node.path + "/" + name, name, properties, children);
            if (stopped_) return;
        }
        const Above below = described(node, properties);
        if (!children.empty() && below.depth >= left_.depth) return stop(node.path, "the tree is deeper");
        for (const std::string& name : children) {
            Above child = below;
            child.path = node.path + "/" + name;
            ++child.depth;
            walk(child);
        }
    }

    // A name in a node's directory: a property or a node below it. Links are neither, and lead nowhere.
    void look_at(
        const std::string& path, const std::string& name, TreeProperties& properties, std::vector<std::string>& children
    ) {
        if (view_.link_text(base + path)) return lost({Errc::wrong_type, base + path, "is a link"});
        if (view_.is_directory(base + path)) {
            if (device_tree::volatile_node(path)) return;
            children.push_back(name);
            empty_ = false;
            return;
        }
        if (name == "compatible" || name == "model") empty_ = false;
        const bool hashed = !device_tree::volatile_property(name);
        if (!hashed && !TreeProperties::wanted(name)) return;
        auto value = view_.read(base + path, left_.property_bytes);
        if (value && value->size() > left_.total_bytes) return stop(path, "its properties are longer");
        if (value) left_.total_bytes -= value->size();
        if (value && hashed) hash_.property(name, as_bytes(*value));
        if (!value) account_.failed(value.error());
        if (!value && hashed) whole_ = false;
        if (TreeProperties::wanted(name)) properties.add(base + path, name, value, account_);
    }

    // The node's own part, if it is one, and what its children have above them.
    Above described(const Above& node, const TreeProperties& properties) {
        Above below = node;
        if (node.path.empty()) {
            below.part = parts_.add_machine(properties, view_.is_directory("sys/class/dmi/id"));
            return below;
        }
        const std::string name = node.path.substr(node.path.rfind('/') + 1);
        if (below.status == device_tree::Status::on) below.status = properties.status();
        const std::string bus = bus_of(node, name, properties);
        if (bus.empty() && !node.inside) parts_.add_block(properties);
        if (!bus.empty()) below.inside = true;
        if (!bus.empty() && properties.has_compatible()) {
            if (below.status != device_tree::Status::on)
                parts_.leave_out(below.status);
            else
                below.part = parts_.add_chip(node.path, bus, node.part, properties);
        }
        below.bus = device_tree::bus_below(name);
        if (device_tree::sizeless(below.bus) && !properties.children_have_no_size()) below.bus.clear();
        return below;
    }

    // The bus that a node sits on by itself. A PHY is told by its name where its bus has no node.
    static std::string bus_of(const Above& node, std::string_view name, const TreeProperties& properties) {
        const bool has_address = name.find('@') != std::string_view::npos;
        if (!node.bus.empty() && (has_address || !device_tree::addressed(node.bus))) return node.bus;
        return name.starts_with("ethernet-phy@") && properties.has_compatible() ? "mdio" : "";
    }

    void lost(const Error& error) {
        account_.failed(error);
        whole_ = false;
    }

    void stop(const std::string& path, const std::string& what) {
        lost({Errc::limit_exceeded, base + path, what + " than this reads"});
        stopped_ = true;
    }

    const View& view_;
    DeviceTreeLimits left_;
    Account account_{"device_tree"};
    TreeParts parts_;
    device_tree::TreeHash hash_;
    bool empty_ = true;  // a root that the kernel made up, where there is no device tree
    bool whole_ = true;  // all that is hashed could be read
    bool stopped_ = false;
};

}  // namespace

Found read_device_tree(const View& view, const DeviceTreeLimits& limits) {
    return TreeReader(view, limits).read();
}

}  // namespace assay::agent
