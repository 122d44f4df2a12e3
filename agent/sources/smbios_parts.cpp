#include "agent/sources/smbios_parts.hpp"

#include "agent/sources/device_path.hpp"
#include "agent/sources/source.hpp"
#include "base/text.hpp"
#include "evidence/hardware/smbios_words.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <array>
#include <map>
#include <optional>

namespace assay::agent {
namespace {

Component part(ComponentKind kind, std::string key, Reading manufacturer, Reading product, Reading version) {
    Component component;
    component.kind = kind;
    component.key = std::move(key);
    add_name(component, "manufacturer", std::move(manufacturer));
    add_name(component, "product", std::move(product));
    add_name(component, "version", std::move(version));
    return component;
}

void add_text(Component& component, const char* name, const std::string& text) {
    if (!text.empty()) component.names[name] = Reading::of(text);
}

// The first of a kind has a bare key, further ones their number: "smbios/board", "smbios/board/1".
std::string numbered(const char* kind, std::size_t index) {
    return std::string("smbios/") + kind + (index == 0 ? "" : "/" + std::to_string(index));
}

void add_bios(const smbios::Bios& bios, std::size_t index, std::vector<Component>& out) {
    Component component = part(ComponentKind::firmware, numbered("bios", index), bios.vendor, {}, {});
    add_name(component, "release_date", bios.release_date);
    add_text(component, "release", bios.release);
    component.firmware.push_back({"bios", bios.version, std::nullopt, "smbios"});
    if (!bios.controller.empty()) {
        component.firmware.push_back({"embedded_controller", Reading::of(bios.controller), std::nullopt, "smbios"});
    }
    out.push_back(std::move(component));
}

void add_system(const smbios::System& system, std::size_t index, std::vector<Component>& out) {
    Component component =
        part(ComponentKind::system, numbered("system", index), system.manufacturer, system.product, system.version);
    add_name(component, "sku", system.sku);
    add_name(component, "family", system.family);
    if (!system.uuid.empty()) add_name(component, "uuid", Reading::of(system.uuid));
    component.serial = system.serial;
    out.push_back(std::move(component));
}

void add_board(const smbios::Board& board, std::size_t index, std::vector<Component>& out) {
    Component component =
        part(ComponentKind::board, numbered("board", index), board.manufacturer, board.product, board.version);
    add_name(component, "asset_tag", board.asset_tag);
    component.location.slot = board.location.text();
    component.serial = board.serial;
    out.push_back(std::move(component));
}

void add_chassis(const smbios::Chassis& chassis, std::size_t index, std::vector<Component>& out) {
    Component component =
        part(ComponentKind::chassis, numbered("chassis", index), chassis.manufacturer, {}, chassis.version);
    add_name(component, "sku", chassis.sku);
    add_name(component, "asset_tag", chassis.asset_tag);
    if (chassis.type != 0) component.names["type"] = Reading::of(std::to_string(chassis.type));
    component.serial = chassis.serial;
    out.push_back(std::move(component));
}

Component processor(const smbios::Processor& found) {
    Component component = part(ComponentKind::processor, "smbios/processor/", found.manufacturer, {}, found.version);
    add_name(component, "part_number", found.part_number);
    add_name(component, "asset_tag", found.asset_tag);
    component.location.slot = found.socket.text();
    component.serial = found.serial;
    return component;
}

Component memory_module(const smbios::MemoryDevice& found) {
    Component component = part(ComponentKind::memory_module, "smbios/memory/", found.manufacturer, {}, {});
    add_name(component, "part_number", found.part_number);
    add_name(component, "asset_tag", found.asset_tag);
    if (found.size_kib) add_name(component, "size_kib", Reading::of(std::to_string(*found.size_kib)));
    add_text(component, "type", smbios::memory_type(found.type));
    add_identifier(component, Registry::jedec, found.module_jedec);
    component.location.slot = found.locator.text();
    component.location.port = found.bank.text();
    component.serial = found.serial;
    if (!found.firmware_version.absent()) {
        component.firmware.push_back({"firmware", found.firmware_version, std::nullopt, "smbios"});
    }
    return component;
}

// Keys are the names of sockets; where firmware gives several the same, the bank and then the order tell them apart.
void add_socketed(std::vector<Component> found, std::vector<Component>& out) {
    std::map<std::string, int> slots;
    for (const Component& one : found) ++slots[one.location.slot];
    std::map<std::string, int> given;
    for (Component& one : found) {
        std::string name = one.location.slot;
        if (slots[name] > 1 && !one.location.port.empty()) name += "/" + one.location.port;
        if (name.empty()) name = "socket";
        const int before = given[name]++;
        one.key += name + (before == 0 ? "" : "/" + std::to_string(before));
        out.push_back(std::move(one));
    }
}

template <class T>
void add_each(
    const std::vector<T>& found, void (*add)(const T&, std::size_t, std::vector<Component>&),
    std::vector<Component>& out
) {
    for (std::size_t i = 0; i < found.size(); ++i) add(found[i], i, out);
}

Component slot(const smbios::Slot& found) {
    Component component;
    component.kind = ComponentKind::slot;
    component.key = "smbios/slot/";
    add_text(component, "type", smbios::slot_type(found.type));
    add_text(component, "usage", smbios::slot_usage(found.usage));
    if (found.id) component.names["id"] = Reading::of(std::to_string(*found.id));
    component.location.slot = found.designation.text();
    return component;
}

void add_ipmi(const smbios::IpmiDevice& found, std::size_t index, std::vector<Component>& out) {
    constexpr std::array<const char*, 5> interfaces{"unknown", "kcs", "smic", "bt", "ssif"};
    Component component = part(ComponentKind::bmc, numbered("ipmi", index), {}, {}, {});
    component.names["interface"] =
        Reading::of(found.interface_type < interfaces.size() ? interfaces[found.interface_type] : "unknown");
    component.names["ipmi_version"] = Reading::of(found.specification);
    out.push_back(std::move(component));
}

void add_host_interface(const smbios::HostInterface& found, std::size_t index, std::vector<Component>& out) {
    Component component = part(ComponentKind::bmc, numbered("host_interface", index), {}, {}, {});
    component.names["interface_type"] = Reading::of(fmt::format("{:02x}", found.interface_type));
    if (found.device_type != 0) component.names["device_type"] = Reading::of(fmt::format("{:02x}", found.device_type));
    add_identifier(component, Registry::usb, found.usb);
    add_identifier(component, Registry::pci, found.pci);
    out.push_back(std::move(component));
}

void add_tpm(const smbios::TpmDevice& found, std::size_t index, std::vector<Component>& out) {
    Component component = part(ComponentKind::tpm, numbered("tpm", index), {}, {}, {});
    add_identifier(component, Registry::tpm_vendor, fmt::format("{:08x}", found.vendor));
    component.names["family"] = Reading::of(found.specification);
    add_name(component, "description", found.description);
    const std::uint64_t version = found.firmware_version;
    const std::string text = fmt::format(
        "{}.{}.{}.{}", version >> 48U, (version >> 32U) & 0xffffU, (version >> 16U) & 0xffffU, version & 0xffffU
    );
    component.firmware.push_back({"firmware", Reading::of(text), std::nullopt, "smbios"});
    out.push_back(std::move(component));
}

Component firmware_item(const smbios::FirmwareItem& found) {
    Component component = part(ComponentKind::firmware, "smbios/firmware/", found.manufacturer, found.name, {});
    add_name(component, "id", found.id);
    add_name(component, "release_date", found.release_date);
    add_name(component, "lowest_supported", found.lowest_supported);
    if (!found.version.absent()) {
        component.firmware.push_back({"firmware", found.version, std::nullopt, "smbios"});
    }
    component.location.slot = found.name.text();  // for its key; no place in the chassis
    return component;
}

// What a vendor says in free text: not a field of anything, so all of it together.
void add_oem_strings(const std::vector<std::string>& strings, std::vector<Component>& components) {
    std::string all;
    for (const std::string& one : strings) all += (all.empty() ? "" : " | ") + one;
    if (all.empty()) return;
    for (Component& component : components) {
        if (component.key != "smbios/system") continue;
        component.names["oem_strings"] = Reading::of(clean_text(all, limits::text_bytes));
    }
}

template <class T>
std::vector<Component> each(const std::vector<T>& found, Component (*make)(const T&)) {
    std::vector<Component> out;
    for (const T& one : found) out.push_back(make(one));
    return out;
}

std::string address_text(const smbios::PciLocation& at) {
    return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", at.segment, at.bus, at.device, at.function);
}

// `designation` as the place of the PCI function at `at`, if there is one.
void place_function(
    const View& view, const std::optional<smbios::PciLocation>& at, const Reading& designation,
    std::vector<Component>& additions
) {
    if (!at || !designation.has_value()) return;
    const auto path = view.link("sys/bus/pci/devices/" + address_text(*at));
    const auto node = path ? pci_node(*path) : std::nullopt;
    if (!node) return;
    Component addition;
    addition.kind = ComponentKind::pci_function;
    addition.key = node->key;
    addition.location.slot = designation.text();
    additions.push_back(std::move(addition));
}

}  // namespace

std::vector<Component> smbios_components(const smbios::Table& table) {
    std::vector<Component> out;
    add_each(table.bios, add_bios, out);
    add_each(table.systems, add_system, out);
    add_each(table.boards, add_board, out);
    add_each(table.chassis, add_chassis, out);
    std::vector<Component> processors;
    for (const smbios::Processor& one : table.processors) {
        if (one.populated) processors.push_back(processor(one));
    }
    add_socketed(std::move(processors), out);
    std::vector<Component> modules;
    for (const smbios::MemoryDevice& one : table.memory_devices) {
        if (one.size_kib != std::uint64_t{0}) modules.push_back(memory_module(one));
    }
    add_socketed(std::move(modules), out);
    add_socketed(each(table.slots, slot), out);
    std::vector<Component> items = each(table.firmware_items, firmware_item);
    std::vector<Component> keyed;
    add_socketed(std::move(items), keyed);
    for (Component& one : keyed) {
        one.location.slot.clear();
        out.push_back(std::move(one));
    }
    add_each(table.ipmi_devices, add_ipmi, out);
    add_each(table.host_interfaces, add_host_interface, out);
    add_each(table.tpm_devices, add_tpm, out);
    add_oem_strings(table.oem_strings, out);
    return out;
}

std::vector<Component> places_of(const smbios::Table& table, const View& view) {
    std::vector<Component> additions;
    for (const smbios::Slot& one : table.slots) place_function(view, one.location, one.designation, additions);
    for (const smbios::OnboardDevice& one : table.onboard_devices) {
        if (one.enabled) place_function(view, one.location, one.designation, additions);
    }
    return additions;
}

}  // namespace assay::agent
