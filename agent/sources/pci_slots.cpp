#include "agent/sources/pci_slots.hpp"

#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

namespace assay::agent {
namespace {

const std::string named_slots = "sys/bus/pci/slots";

const char* presence(bool occupied) {
    return occupied ? "occupied" : "empty";
}

const char* power(bool on) {
    return on ? "on" : "off";
}

// An attribute of a hot-plug driver that is 1 or 0.
Reading switched(const View& view, const std::string& path, const char* (*word)(bool)) {
    Reading reading = read_text(view, path);
    if (reading.text() == "1" || reading.text() == "0") return Reading::of(word(reading.text() == "1"));
    return reading.readable() ? Reading() : reading;
}

}  // namespace

PciSlots::PciSlots(const std::vector<std::string>& root_keys) {
    for (const std::string& key : root_keys) {
        buses_.emplace(key.substr(std::string_view("pci/").size()), Bus{.key = key, .root = true});
    }
}

Component& PciSlots::slot_at(const std::string& key, const Bus* bus) {
    Component& slot = slots_[key];
    if (!slot.key.empty()) return slot;
    slot.key = key;
    slot.kind = ComponentKind::slot;
    slot.location.path = key.substr(std::string_view("slot/").size());
    if (slot.location.path.starts_with("pci/")) slot.location.path.erase(0, 4);
    if (bus != nullptr && !bus->root) slot.parent = bus->key;
    return slot;
}

void PciSlots::add_port(const PciFunction& function, const pci::Config& config) {
    if (config.header == pci::HeaderType::function) return;
    const auto address = parse_pci_address(function.address);
    const bool seen = config.depth != pci::Depth::header || !config.has_capabilities;
    const Bus bus{.key = function.node.key, .root = false, .seen = seen};
    if (address && config.secondary_bus != 0) {
        buses_.emplace(fmt::format("{}:{:02x}", address->domain, config.secondary_bus), bus);
    }
    if (!config.slot) return;
    Component& slot = slot_at("slot/" + function.node.key, &bus);
    add_name(slot, "presence", Reading::of(presence(config.slot->occupied)));
    add_name(slot, "hot_plug", Reading::of(config.slot->hot_plug ? "yes" : "no"));
    if (config.slot->physical_number != 0) {
        add_name(slot, "physical_number", Reading::of(std::to_string(config.slot->physical_number)));
    }
    if (config.slot->powered) add_name(slot, "power", Reading::of(power(*config.slot->powered)));
    if (config.link_up) placement_[slot.key]["link"] = *config.link_up ? "up" : "down";
}

// "0000:03:00" is where a part of the slot would be, "0000:03" when its device number is not fixed.
void PciSlots::add_named_slot(const View& view, const std::string& name) {
    const std::string directory = named_slots + "/" + name;
    const std::string text = text_or_empty(view, directory + "/address");
    const bool whole = parse_pci_address(text + ".0").has_value();
    const std::string bus_number = whole ? text.substr(0, text.rfind(':')) : text;
    const auto found = buses_.find(bus_number);
    const Bus* const bus = found == buses_.end() ? nullptr : &found->second;
    std::string key = "slot/name/" + name;  // its bus is not there: the name is all there is
    if (bus != nullptr) {
        key = "slot/" + bus->key;
        const std::string device = whole ? text.substr(text.rfind(':') + 1) : "";
        if (!device.empty() && (bus->root || device != "00")) key += "/" + device;
    }
    Component& slot = slot_at(key, bus);
    if (slot.location.slot.empty()) slot.location.slot = clean_text(name, limits::text_bytes);
    if (!slot.names.contains("presence")) {
        Reading told = switched(view, directory + "/adapter", presence);
        if (told.absent() && bus != nullptr && !bus->seen) told = Reading::unreadable("denied");
        add_name(slot, "presence", std::move(told));
    }
    if (!slot.names.contains("power")) add_name(slot, "power", switched(view, directory + "/power", power));
}

void PciSlots::add_named(const View& view, Account& account) {
    const auto listed = view.list(named_slots);
    if (!listed) {
        if (listed.error().code != Errc::not_found) account.failed(listed.error());
        return;
    }
    for (const std::string& name : *listed) add_named_slot(view, name);
}

void PciSlots::finish(Found& found) {
    for (auto& [key, slot] : slots_) found.components.push_back(std::move(slot));
    found.placement.merge(placement_);
}

}  // namespace assay::agent
