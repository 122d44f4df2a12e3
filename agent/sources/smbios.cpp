#include "agent/sources/smbios.hpp"

#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <map>

namespace assay::agent {
namespace {

const std::string tables = "sys/firmware/dmi/tables";
const std::string ids = "sys/class/dmi/id";
constexpr std::size_t entry_point_bytes = 64;

Component part(ComponentKind kind, std::string key, Reading manufacturer, Reading product, Reading version) {
    Component component;
    component.kind = kind;
    component.key = std::move(key);
    add_name(component, "manufacturer", std::move(manufacturer));
    add_name(component, "product", std::move(product));
    add_name(component, "version", std::move(version));
    return component;
}

// The first of a kind has a bare key, further ones their number: "smbios/board", "smbios/board/1".
std::string numbered(const char* kind, std::size_t index) {
    return std::string("smbios/") + kind + (index == 0 ? "" : "/" + std::to_string(index));
}

void add_bios(const smbios::Bios& bios, std::size_t index, std::vector<Component>& out) {
    Component component = part(ComponentKind::firmware, numbered("bios", index), bios.vendor, {}, {});
    add_name(component, "release_date", bios.release_date);
    component.firmware.push_back({"bios", bios.version, std::nullopt, "smbios"});
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
    add_name(component, "type", Reading::of(std::to_string(chassis.type)));
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

// What everybody may read. The same keys; serials are what is denied.
void add_ids(const View& view, std::vector<Component>& out) {
    const auto id = [&view](const char* name) { return read_text(view, ids + "/" + name); };
    add_bios({id("bios_vendor"), id("bios_version"), id("bios_date")}, 0, out);
    add_system(
        {id("sys_vendor"), id("product_name"), id("product_version"), id("product_serial"), id("product_sku"),
         id("product_family"), ""},
        0, out
    );
    add_board(
        {id("board_vendor"), id("board_name"), id("board_version"), id("board_serial"), id("board_asset_tag"), {}}, 0,
        out
    );
    add_chassis(
        {id("chassis_vendor"), id("chassis_version"), id("chassis_serial"), id("chassis_asset_tag"), {}, 0}, 0, out
    );
}

Result<smbios::Table> read_tables(const View& view) {
    TRY(const std::string entry_bytes, view.read(tables + "/smbios_entry_point", entry_point_bytes));
    TRY(const smbios::EntryPoint entry, smbios::decode_entry_point(as_bytes(entry_bytes)));
    TRY(const std::string text, view.read(tables + "/DMI", smbios::max_table_bytes));
    const ByteView bytes = as_bytes(text).first(std::min(text.size(), entry.table_bytes));
    smbios::Table table = smbios::decode_table(bytes, entry.version);
    // The length of a 2.x table is exact; of a 3.x table it is a maximum.
    if (entry.version.major < 3 && text.size() < entry.table_bytes && !table.broken) {
        table.broken = Error{Errc::truncated, "smbios table", "is shorter than its entry point says"};
    }
    return table;
}

}  // namespace

std::vector<Component> components_of(const smbios::Table& table) {
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
    return out;
}

Found read_smbios(const View& view) {
    Account account("smbios");
    const auto table = read_tables(view);
    if (!table && table.error().code == Errc::not_found) return account.absent("no " + tables);
    if (!table) {
        account.failed(table.error());
        if (table.error().code == Errc::denied && view.is_directory(ids)) add_ids(view, account.found.components);
        return account.finish();
    }
    if (table->broken) account.failed(*table->broken);
    account.covered("smbios");
    account.found.components = components_of(*table);
    return account.finish();
}

}  // namespace assay::agent
