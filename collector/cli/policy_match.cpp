#include "base/encoding.hpp"
#include "base/text.hpp"
#include "collector/cli/offline.hpp"
#include "collector/findings/find_conflicts.hpp"
#include "collector/findings/judge.hpp"
#include "collector/findings/unknown_identifier.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::cli {
namespace {

std::string part_name(const Finding& finding) {
    std::string out;
    for (const char* word : {"vendor", "product", "model", "name", "label"}) {
        const auto found = finding.names.find(word);
        if (found == finding.names.end() || found->second.empty()) continue;
        if (!out.empty()) out += ' ';
        out += found->second;
        if (word != std::string_view("vendor")) break;
    }
    return out;
}

std::string demand_of(const Finding& finding) {
    std::string out(policy::name(finding.chain.action));
    if (finding.chain.deadline) out += ' ' + finding.chain.deadline->text();
    if (finding.excepted) out += " (excepted until " + finding.excepted->until.text() + ")";
    return out;
}

Table table_of(const std::vector<Finding>& findings) {
    Table table{
        .columns =
            {{"component", "component", 16},
             {"part", "part", 10},
             {"identifier", "identifier", 14},
             {"entity", "entity", 10},
             {"authority", "authority", 8},
             {"demand", "demand", 10},
             {"proof", "proof", 8},
             {.title = "reason", .field = "reason", .table = false},
             {.title = "entry", .field = "entry", .table = false},
             {.title = "id", .field = "finding", .table = false}},
        .rows = {}
    };
    for (const Finding& one : findings) {
        table.rows.push_back(
            {one.component, part_name(one),
             std::string(name(one.chain.identifier.registry)) + ' ' + one.chain.identifier.value,
             one.chain.named().name, one.chain.authority, Cell(demand_of(one), one.excepted ? Tone::faint : Tone::warn),
             std::string(name(one.proof)), std::string(policy::name(one.chain.reason)), one.chain.entry, one.id}
        );
    }
    return table;
}

// What is said of an inventory.
struct Judgement {
    std::vector<Finding> findings;
    std::vector<Conflict> conflicts;
    std::vector<UnknownIdentifier> unknown;
};

json::Array registries_value(const policy::Registries& registries) {
    json::Array out;
    for (const policy::RegistrySnapshot& one : registries.all()) {
        out.push_back(json::Object{
            {"source", one.source()},
            {"date", one.date().text()},
            {"licence", one.licence()},
            {"sha256", to_hex(one.sha256())}
        });
    }
    return out;
}

template <class Said>
json::Array array_of(const std::vector<Said>& all) {
    json::Array out;
    for (const Said& one : all) out.push_back(to_json(one));
    return out;
}

void say_identities(const Judgement& judged, const Context& context) {
    for (const Conflict& one : judged.conflicts) {
        context.out("\nidentity conflict\n");
        for (const std::string& sentence : explain(one)) context.out("  " + sentence + "\n");
    }
    if (judged.unknown.empty()) return;
    Table table{
        .columns = {{"component", "component", 16}, {"unknown identifier", "identifier", 14}, {"why", "reason", 14}},
        .rows = {}
    };
    for (const UnknownIdentifier& one : judged.unknown) {
        table.rows.push_back(
            {one.component, std::string(name(one.identifier.registry)) + ' ' + one.identifier.value,
             std::string(policy::name(one.why))}
        );
    }
    context.out("\n" + render(table, context.width, context.colour, ""));
}

json::Object value_of(
    const ScannedDocuments& scan, const policy::PackSet& packs, Date as_of, const policy::Registries& registries,
    const Judgement& judged
) {
    json::Array used;
    for (const policy::Pack& pack : packs.packs()) {
        used.push_back(json::Object{
            {"id", pack.id}, {"version", pack.version}, {"date", pack.date.text()}, {"sha256", to_hex(pack.sha256)}
        });
    }
    json::Array not_read;
    for (const SourceReport& source : scan.inventory.sources) {
        if (source.state == SourceState::ok) continue;
        not_read.push_back(
            json::Object{{"source", source.source}, {"state", name(source.state)}, {"detail", source.detail}}
        );
    }
    return {
        {"as_of", as_of.text()},
        {"replayed", scan.inventory.replayed},
        {"components", scan.inventory.components.size()},
        {"packs", std::move(used)},
        {"registries", registries_value(registries)},
        {"findings", array_of(judged.findings)},
        {"conflicts", array_of(judged.conflicts)},
        {"unknown_identifiers", array_of(judged.unknown)},
        {"sources_not_read", std::move(not_read)},
    };
}

// What was not looked at is said beside what was found: it is not clean.
void say_limits(const ScannedDocuments& scan, const Context& context) {
    for (const SourceReport& source : scan.inventory.sources) {
        if (source.state == SourceState::ok) continue;
        context.out(fmt::format(
            "not looked at: {} is {}{}\n", printable(source.source), name(source.state),
            source.detail.empty() ? "" : ": " + printable(source.detail)
        ));
    }
    if (scan.inventory.replayed) context.out("read from a captured tree: parts are declared at most\n");
}

}  // namespace

Exit run(const PolicyMatch& command, const Context& context) {
    Date as_of = Date::of(context.clock());
    if (command.as_of) {
        const auto day = Date::parse(*command.as_of, "--as-of");
        if (!day) return complain(context, day.error(), Exit::usage);
        as_of = *day;
    }
    const auto text = context.read_file(command.inventory);
    if (!text) return complain(context, text.error());
    const auto scan = read_scan(*text, command.inventory);
    if (!scan) return complain(context, scan.error());
    const auto packs = load_packs(context, command.packs, false);
    if (!packs) return complain(context, packs.error());
    const DeviceFacts facts{.site = command.site, .role = command.role};
    const auto registries = shipped_registries(context);
    if (!registries) return complain(context, registries.error());
    const Judgement judged{
        judge(scan->inventory, *packs, as_of, facts), find_conflicts(scan->inventory, *packs, *registries, facts),
        find_unknown(scan->inventory, *packs, *registries)
    };
    const auto as_json = [&] { return json::pretty(value_of(*scan, *packs, as_of, *registries, judged)); };
    show(
        context, table_of(judged.findings), as_json,
        fmt::format("no finding on {} components as of {}", scan->inventory.components.size(), as_of.text())
    );
    if (context.format != Format::table) return Exit::done;
    if (command.why) {
        for (const Finding& one : judged.findings) {
            context.out("\n");
            for (const std::string& sentence : explain(one)) context.out(sentence + "\n");
        }
    }
    say_identities(judged, context);
    say_limits(*scan, context);
    return Exit::done;
}

}  // namespace assay::cli
