#include "evidence/inventory_diff.hpp"

#include "base/text.hpp"
#include "collector/cli/offline.hpp"

#include <fmt/format.h>

#include <array>

namespace assay::cli {
namespace {

std::string shown(const Reading& reading) {
    return reading.absent() || reading.readable() ? reading.text() : "(" + reading.why() + ")";
}

json::Value value_of(const Reading& reading) {
    if (reading.absent()) return nullptr;
    if (reading.readable()) return json::Value(reading.text());
    return json::Object{{"unreadable", reading.why()}};
}

std::string identifiers(const Component& part) {
    std::string out;
    for (const Identifier& id : part.identifiers) {
        if (!out.empty()) out += ", ";
        out += std::string(name(id.registry)) + ' ' + id.value;
    }
    return out;
}

std::string names(const Component& part) {
    std::string out;
    for (const char* word : {"vendor", "manufacturer", "product", "model", "part_number", "description"}) {
        const auto found = part.names.find(word);
        if (found == part.names.end() || !found->second.has_value()) continue;
        out += (out.empty() ? "" : " ") + found->second.text();
    }
    return out;
}

// What the boot assigned: "0000:03:00.0, eth1". Said beside a difference, never one itself.
std::string assigned(const Placement& placement, const std::optional<Component>& part) {
    std::string out;
    const auto place = part ? placement.find(part->key) : placement.end();
    if (place == placement.end()) return out;
    for (const auto& [word, value] : place->second) {
        if (word == "address" || word == "interface" || word == "device") out += (out.empty() ? "" : ", ") + value;
    }
    return out;
}

Tone tone_of(PartChange change) {
    switch (change) {
        case PartChange::added:
        case PartChange::removed: return Tone::bad;
        case PartChange::moved:
        case PartChange::changed: return Tone::warn;
        case PartChange::not_looked_at:
        case PartChange::first_looked_at: return Tone::faint;
    }
    return Tone::plain;
}

class Rows {
  public:
    Rows(const ScannedDocuments& before, const ScannedDocuments& after) : before_(before), after_(after) {}

    Table table(const InventoryDiff& diff) {
        table_.columns = {
            {"change", "change", 14},
            {"part", "key", 16},
            {"identifiers", "identifiers", 14},
            {"names", "names", 8},
            {"what", "what", 12},
            {"before", "before", 10},
            {"after", "after", 10},
            {.title = "kind", .field = "kind", .table = false},
            {.title = "assigned before", .field = "assigned_before", .table = false},
            {.title = "assigned after", .field = "assigned_after", .table = false},
        };
        for (const PartDiff& one : diff.parts) part(one);
        for (const SourceDiff& one : diff.sources) source(one);
        return std::move(table_);
    }

  private:
    void part(const PartDiff& one) {
        const Component& shown_part = one.after ? *one.after : *one.before;
        const std::string old_place = assigned(before_.placement, one.before);
        const std::string new_place = assigned(after_.placement, one.after);
        const auto row = [&](const std::string& what, const std::string& before, const std::string& after) {
            table_.rows.push_back(
                {Cell(std::string(name(one.change)), tone_of(one.change)), one.key(), identifiers(shown_part),
                 names(shown_part), what, before, after, std::string(name(shown_part.kind)), old_place, new_place}
            );
        };
        if (one.change == PartChange::moved) row("place", one.before->key, one.after->key);
        for (const ValueChange& value : one.values) row(value.what, shown(value.before), shown(value.after));
        if (one.change == PartChange::moved || one.change == PartChange::changed) return;
        const std::string serial = shown_part.serial.has_value() ? "serial " + shown_part.serial.text() : "";
        row("", one.before ? (old_place.empty() ? serial : old_place) : "",
            one.after ? (new_place.empty() ? serial : new_place) : "");
    }

    void source(const SourceDiff& one) {
        const auto row = [this, &one](const std::string& what, const std::string& before, const std::string& after) {
            table_.rows.push_back(
                {Cell("source", Tone::warn), one.source, "", "", what, before, after, "source", "", ""}
            );
        };
        const auto state = [](const std::optional<SourceState>& given, const std::string& detail) {
            const std::string word = given ? std::string(name(*given)) : "";
            return detail.empty() ? word : word + ": " + detail;
        };
        const std::string before = state(one.before, one.detail_before);
        const std::string after = state(one.after, one.detail_after);
        if (before != after) row("state", before, after);
        for (const std::string& place : one.covered_no_more) row("covered", place, "");
        for (const std::string& place : one.covered_anew) row("covered", "", place);
    }

    const ScannedDocuments& before_;
    const ScannedDocuments& after_;
    Table table_;
};

json::Value component_value(const std::optional<Component>& part) {
    if (!part) return nullptr;
    const auto value = json::parse(encode_component(*part), {}, "component");
    return value ? *value : json::Value();
}

json::Value placement_value(const Placement& placement, const std::optional<Component>& part) {
    json::Object out;
    const auto place = part ? placement.find(part->key) : placement.end();
    if (place != placement.end()) {
        for (const auto& [word, value] : place->second) out[word] = value;
    }
    return out;
}

json::Array texts(const std::vector<std::string>& all) {
    json::Array out;
    for (const std::string& one : all) out.push_back(json::Value(one));
    return out;
}

json::Object value_of(const InventoryDiff& diff, const ScannedDocuments& before, const ScannedDocuments& after) {
    json::Array parts;
    for (const PartDiff& one : diff.parts) {
        json::Array values;
        for (const ValueChange& value : one.values) {
            values.push_back(
                json::Object{{"what", value.what}, {"before", value_of(value.before)}, {"after", value_of(value.after)}}
            );
        }
        parts.push_back(json::Object{
            {"change", name(one.change)},
            {"key", one.key()},
            {"values", std::move(values)},
            {"before", component_value(one.before)},
            {"after", component_value(one.after)},
            {"placement_before", placement_value(before.placement, one.before)},
            {"placement_after", placement_value(after.placement, one.after)},
        });
    }
    json::Array sources;
    for (const SourceDiff& one : diff.sources) {
        const auto state = [](const std::optional<SourceState>& given) {
            return given ? json::Value(name(*given)) : json::Value();
        };
        sources.push_back(json::Object{
            {"source", one.source},
            {"state_before", state(one.before)},
            {"state_after", state(one.after)},
            {"detail_before", one.detail_before},
            {"detail_after", one.detail_after},
            {"covered_no_more", texts(one.covered_no_more)},
            {"covered_anew", texts(one.covered_anew)},
        });
    }
    return {{"equal", diff.empty()}, {"parts", std::move(parts)}, {"sources", std::move(sources)}};
}

}  // namespace

Exit run(const DiffInventories& command, const Context& context) {
    if (command.before == "-" && command.after == "-") {
        return complain(
            context, {Errc::bad_value, "inventory diff", "standard input is one file: name the other"}, Exit::usage
        );
    }
    std::array<ScannedDocuments, 2> scans;
    for (std::size_t i = 0; i < scans.size(); ++i) {
        const std::string& file = i == 0 ? command.before : command.after;
        const auto text = context.read_file(file);
        if (!text) return complain(context, text.error(), Exit::usage);
        auto scan = read_scan(*text, file);
        if (!scan) return complain(context, scan.error(), Exit::usage);
        scans[i] = *std::move(scan);
    }
    const auto& [before, after] = scans;
    const InventoryDiff diff = diff_inventories(before.inventory, after.inventory);
    const auto as_json = [&] { return json::pretty(value_of(diff, before, after)); };
    show(
        context, Rows(before, after).table(diff), as_json,
        fmt::format("no difference in {} components", after.inventory.components.size())
    );
    if (context.format == Format::table && before.inventory.replayed != after.inventory.replayed) {
        context.out("one is of a captured tree, the other of a live machine\n");
    }
    return diff.empty() ? Exit::done : Exit::different;
}

}  // namespace assay::cli
