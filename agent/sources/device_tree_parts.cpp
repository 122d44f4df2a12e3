#include "agent/sources/device_tree_parts.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay::agent {
namespace {

constexpr std::string_view size_cells = "#size-cells";
constexpr std::array text_properties{
    std::string_view("compatible"),    std::string_view("label"),  std::string_view("model"),
    std::string_view("serial-number"), std::string_view("status"),
};

std::string joined(const auto& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return clean_text(out, limits::text_bytes);
}

void add_maker(Component& component, const std::string& compatible) {
    if (const auto maker = device_tree::maker_of(compatible)) component.identifiers.push_back(*maker);
}

}  // namespace

std::string device_tree_key(const std::string& path) {
    const std::string key = "device_tree" + path;
    if (clean_text(key, 2 * key.size() + limits::key_bytes).size() <= limits::key_bytes) return key;
    constexpr std::size_t kept = limits::key_bytes / 2;
    return clean_text(key, kept) + "~" + to_hex(ByteView(sha256(key)).first(8));
}

bool TreeProperties::wanted(std::string_view name) {
    return name == size_cells || std::ranges::find(text_properties, name) != text_properties.end();
}

void TreeProperties::add(
    const std::string& path, const std::string& name, const Result<std::string>& value, Account& account
) {
    if (name == size_cells) {
        no_size_ = value && *value == std::string(4, '\0');
        return;
    }
    auto strings = value ? device_tree::decode_strings(as_bytes(*value)) : fail(value.error());
    if (strings && strings->empty() && name == "compatible") {
        account.failed({Errc::bad_value, path, "names nothing"});
    }
    if (!strings && value) account.failed({strings.error().code, path, strings.error().message()});
    texts_[name] =
        strings ? Reading::of(joined(*strings)) : Reading::unreadable(std::string(word(strings.error().code)));
    if (strings && name == "compatible") compatible_ = *std::move(strings);
}

Reading TreeProperties::text(const std::string& name) const {
    const auto found = texts_.find(name);
    return found == texts_.end() ? Reading() : found->second;
}

device_tree::Status TreeProperties::status() const {
    return device_tree::status_of(text("status").text());
}

// Boards stand before the SoC, and the SoC last; of one name alone nobody can say which it is, so it is the board's.
std::string TreeParts::add_machine(const TreeProperties& root, bool smbios_too) {
    system_.kind = ComponentKind::system;
    system_.key = "device_tree/system";
    add_name(system_, "model", root.text("model"));
    add_name(system_, "compatible", root.text("compatible"));
    if (smbios_too)
        add_name(system_, "tree_serial", root.text("serial-number"));
    else
        system_.serial = root.text("serial-number");
    const std::vector<std::string>& names = root.compatible();
    const std::size_t boards = names.size() > 1 ? names.size() - 1 : names.size();
    for (std::size_t i = 0; i < boards; ++i) add_maker(system_, names[i]);
    if (names.size() < 2) return system_.key;
    Component processor;
    processor.kind = ComponentKind::processor;
    processor.key = "device_tree/processor";
    processor.parent = system_.key;
    processor.names["model"] = Reading::of(clean_text(names.back(), limits::text_bytes));
    add_maker(processor, names.back());
    processor_ = std::move(processor);
    return processor_->key;
}

std::string TreeParts::add_chip(
    const std::string& path, const std::string& bus, const std::string& parent, const TreeProperties& node
) {
    Component chip;
    chip.kind = ComponentKind::chip;
    chip.key = device_tree_key(path);
    chip.parent = parent;
    chip.location.path = path;
    chip.location.port = bus + " " + path.substr(path.rfind('/') + 1);
    chip.location.slot = node.text("label").text();
    add_name(chip, "bus", Reading::of(bus));
    add_name(chip, "compatible", node.text("compatible"));
    // The first name is the chip's; further ones are of what it can be driven as, often another maker's.
    if (!node.compatible().empty()) {
        const std::string& name = node.compatible().front();
        add_name(chip, "model", Reading::of(clean_text(name, limits::text_bytes)));
        add_maker(chip, name);
    }
    chips_.push_back(std::move(chip));
    return chips_.back().key;
}

void TreeParts::add_block(const TreeProperties& node) {
    constexpr std::size_t most = 64;
    if (node.compatible().empty() || block_makers_.size() == most) return;
    const auto maker = device_tree::maker_of(node.compatible().front());
    if (maker && maker->registry == Registry::devicetree) block_makers_.insert(maker->value);
}

void TreeParts::leave_out(device_tree::Status status) {
    ++(status == device_tree::Status::disabled ? disabled_ : failed_);
}

void TreeParts::finish(const std::optional<Sha256>& hash, Found& found) {
    if (disabled_ + failed_ > 0) {
        system_.names["left_out"] = Reading::of(fmt::format("{} disabled, {} failed", disabled_, failed_));
    }
    Component& blocks = processor_ ? *processor_ : system_;
    if (!block_makers_.empty()) blocks.names["blocks"] = Reading::of(joined(block_makers_));
    if (hash) system_.contents["device_tree"] = *hash;
    found.components.push_back(std::move(system_));
    if (processor_) found.components.push_back(*std::move(processor_));
    for (Component& chip : chips_) found.components.push_back(std::move(chip));
}

}  // namespace assay::agent
