#include "base/encoding.hpp"
#include "collector/cli/offline.hpp"
#include "policy/read_pack.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace assay::cli {
namespace {

Result<policy::Pack> read_one(const Context& context, const std::string& file) {
    TRY(const std::string text, context.read_file(file));
    return policy::read_pack(text, file);
}

Result<std::vector<policy::Pack>> shipped(const Context& context) {
    if (context.packs.empty())
        return fail(
            Errc::not_found, "packs", "the packs that ship were not found beside this program; name some with --pack"
        );
    TRY(const std::vector<std::string> names, context.list_directory(context.packs));
    std::vector<policy::Pack> out;
    for (const std::string& name : names) {
        if (!name.ends_with(".toml")) continue;
        TRY(policy::Pack pack, read_one(context, context.packs + "/" + name));
        out.push_back(std::move(pack));
    }
    if (out.empty()) return fail(Errc::not_found, context.packs, "holds no pack");
    return out;
}

}  // namespace

Result<policy::PackSet> load_packs(const Context& context, const std::vector<std::string>& given, bool with_shipped) {
    std::vector<policy::Pack> packs;
    std::set<std::string> ids;
    std::set<std::string> used;
    const auto take = [&packs, &ids, &used](policy::Pack pack) {
        ids.insert(pack.id);
        used.insert(pack.uses.begin(), pack.uses.end());
        packs.push_back(std::move(pack));
    };
    for (const std::string& file : given) {
        TRY(policy::Pack pack, read_one(context, file));
        take(std::move(pack));
    }
    const bool all = with_shipped || given.empty();
    const auto missing = [&ids](const std::string& id) { return !ids.contains(id); };
    if (!all && std::ranges::none_of(used, missing)) return policy::PackSet::compose(std::move(packs));
    TRY(std::vector<policy::Pack> more, shipped(context));
    for (bool found = true; found;) {  // what is used may use others
        found = false;
        for (policy::Pack& pack : more) {
            if (ids.contains(pack.id) || (!all && !used.contains(pack.id))) continue;
            take(std::move(pack));
            found = true;
        }
    }
    return policy::PackSet::compose(std::move(packs));
}

Exit run(const PolicyCheck& command, const Context& context) {
    Table table{
        .columns =
            {{"file", "file", 12},
             {"pack", "pack", 12},
             {.title = "version", .field = "version", .number = true},
             {"date", "date", 10},
             {.title = "entities", .field = "entities", .number = true},
             {.title = "identifiers", .field = "identifiers", .number = true},
             {.title = "entries", .field = "entries", .number = true},
             {.title = "exceptions", .field = "exceptions", .number = true},
             {.title = "sha256", .field = "sha256", .table = false}},
        .rows = {}
    };
    json::Array items;
    bool good = true;
    for (const std::string& file : command.files) {
        const auto pack = read_one(context, file);
        if (!pack) {
            complain(context, pack.error());
            good = false;
            continue;
        }
        std::size_t identifiers = 0;
        for (const policy::IdentifierRow& row : pack->identifiers) identifiers += row.patterns.size();
        table.rows.push_back(
            {file, pack->id, std::to_string(pack->version), pack->date.text(), std::to_string(pack->entities.size()),
             std::to_string(identifiers), std::to_string(pack->entries.size()), std::to_string(pack->exceptions.size()),
             to_hex(pack->sha256)}
        );
        items.push_back(json::Object{
            {"file", file},
            {"pack", pack->id},
            {"version", pack->version},
            {"date", pack->date.text()},
            {"entities", pack->entities.size()},
            {"identifiers", identifiers},
            {"entries", pack->entries.size()},
            {"exceptions", pack->exceptions.size()},
            {"sha256", to_hex(pack->sha256)},
        });
    }
    if (!good) return Exit::failed;
    if (const auto together = load_packs(context, command.files, !context.packs.empty()); !together)
        return complain(context, together.error());
    show(context, table, [&items] { return json::pretty(json::Object{{"items", items}}); }, "");
    return Exit::done;
}

}  // namespace assay::cli
