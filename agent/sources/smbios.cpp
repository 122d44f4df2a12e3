#include "agent/sources/smbios.hpp"

#include "agent/sources/smbios_parts.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace assay::agent {
namespace {

const std::string tables = "sys/firmware/dmi/tables";
const std::string ids = "sys/class/dmi/id";
constexpr std::size_t entry_point_bytes = 64;

// What everybody may read, as far as it stands for a table. Serials are what is denied.
smbios::Table read_ids(const View& view) {
    const auto id = [&view](const char* name) { return read_text(view, ids + "/" + name); };
    smbios::Table table;
    table.bios = {
        {id("bios_vendor"), id("bios_version"), id("bios_date"), id("bios_release").text(),
         id("ec_firmware_release").text()}
    };
    table.systems = {
        {id("sys_vendor"), id("product_name"), id("product_version"), id("product_serial"), id("product_sku"),
         id("product_family"), ""}
    };
    table.boards = {
        {id("board_vendor"), id("board_name"), id("board_version"), id("board_serial"), id("board_asset_tag"), {}}
    };
    const auto type = whole_number<std::uint8_t>(id("chassis_type").text());
    table.chassis = {
        {id("chassis_vendor"),
         id("chassis_version"),
         id("chassis_serial"),
         id("chassis_asset_tag"),
         {},
         type.value_or(0)}
    };
    return table;
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

Found read_smbios(const View& view) {
    Account account("smbios");
    const auto table = read_tables(view);
    if (!table && table.error().code == Errc::not_found) return account.absent("no " + tables);
    if (!table) {
        account.failed(table.error());
        if (table.error().code == Errc::denied && view.is_directory(ids)) {
            account.found.components = smbios_components(read_ids(view));
        }
        return account.finish();
    }
    if (table->broken) account.failed(*table->broken);
    account.covered("smbios");
    account.found.components = smbios_components(*table);
    account.found.additions = places_of(*table, view);
    return account.finish();
}

}  // namespace assay::agent
