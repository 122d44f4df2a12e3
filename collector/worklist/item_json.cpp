// The body of an item as the store keeps it. Written and read here only, so that the two cannot part.

#include "base/encoding.hpp"
#include "base/fields.hpp"
#include "collector/worklist/item.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <array>

namespace assay::worklist {
namespace {

constexpr json::Limits body_limits{.max_bytes = 4U << 20U, .max_depth = 8, .max_values = 200'000};
constexpr std::size_t sentence_bytes = 2'000;
constexpr std::size_t max_demands = 1'024;

constexpr std::array<std::pair<Standing, std::string_view>, 3> standings{{
    {Standing::holds, "holds"},
    {Standing::not_yet, "not_yet"},
    {Standing::contradicted, "contradicted"},
}};

int weight(std::string_view action) {
    if (action == "remove_by") return 3;
    if (action == "review") return 2;
    return action == "no_new_purchase" ? 1 : 0;
}

template <class Range>
json::Array texts_of(const Range& range) {
    json::Array out;
    for (const std::string& one : range) out.push_back(json::Value(one));
    return out;
}

json::Object part_value(const Part& part) {
    json::Array models;
    for (const Identifier& id : part.models)
        models.push_back(json::Object{{"registry", name(id.registry)}, {"value", id.value}});
    json::Array firmware;
    for (const Sha256& hash : part.firmware) firmware.push_back(json::Value(to_hex(hash)));
    return {
        {"key", part.key},
        {"kind", name(part.kind)},
        {"serial", part.serial},
        {"models", std::move(models)},
        {"macs", texts_of(part.macs)},
        {"firmware", std::move(firmware)},
        {"slot", part.location.slot},
        {"port", part.location.port},
        {"path", part.location.path},
        {"parent", part.parent},
        {"label", part.label},
    };
}

json::Object demand_value(const Demand& demand) {
    json::Object out{
        {"finding", demand.finding},     {"entry", demand.entry},   {"entity", demand.entity},
        {"authority", demand.authority}, {"action", demand.action},
    };
    if (demand.deadline) out["deadline"] = demand.deadline->text();
    return out;
}

json::Object baseline_value(const Baseline& baseline) {
    return {
        {"generation", static_cast<std::int64_t>(baseline.generation)},
        {"agent_version", baseline.agent_version},
        {"chassis", baseline.chassis},
        {"units", texts_of(baseline.units)},
        {"source", baseline.source},
        {"places", texts_of(baseline.places)},
    };
}

json::Object claim_value(const Claim& claim) {
    return {
        {"by", claim.by},
        {"at", claim.at.value},
        {"reset_count", claim.reset_count},
        {"clock_ms", static_cast<std::int64_t>(claim.clock_ms)},
    };
}

json::Object watch_value(const Watch& watch) {
    json::Array boots;
    for (const std::uint32_t boot : watch.accepted_boots) boots.push_back(json::Object{{"reset_count", boot}});
    return {
        {"reports", watch.reports},
        {"first_at", watch.first_at.value},
        {"last_at", watch.last_at.value},
        {"first_clock_ms", static_cast<std::int64_t>(watch.first_clock_ms)},
        {"last_clock_ms", static_cast<std::int64_t>(watch.last_clock_ms)},
        {"accepted_boots", std::move(boots)},
        {"cleared", watch.cleared},
        {"still_there", watch.still_there},
    };
}

std::uint64_t count(Fields& f, std::string_view key) {
    return static_cast<std::uint64_t>(f.number(key, 0, json::max_integer));
}

template <class T>
T named(Fields& f, std::string_view key, std::optional<T> found) {
    if (!found && !f.failed()) f.refuse(Errc::bad_value, key, "is no word that is known here");
    return found.value_or(T{});
}

template <class T>
T taken(Fields& f, std::string_view key, Result<T> found) {
    if (found) return *found;
    f.refuse(found.error().code, key, found.error().what);
    return T{};
}

Part read_part(Fields f) {
    Part out;
    out.key = f.text("key", limits::key_bytes);
    const std::string kind = f.text("kind", limits::text_bytes);
    if (!f.failed()) out.kind = taken(f, "kind", component_kind_named(kind, "kind"));
    out.serial = f.text_or_empty("serial", limits::text_bytes);
    for (Fields& id : f.objects("models", limits::identifiers_per_component)) {
        const std::string registry = id.text("registry", limits::text_bytes);
        const std::string value = id.text("value", limits::text_bytes);
        if (id.failed()) break;
        const Registry known = taken(id, "registry", registry_named(registry, "registry"));
        out.models.push_back(taken(id, "value", make_identifier(known, value, "value")));
    }
    for (std::string& mac : f.texts("macs", limits::identifiers_per_component, limits::text_bytes))
        out.macs.insert(std::move(mac));
    for (const std::string& hash : f.texts("firmware", limits::firmware_per_component, 64)) {
        if (!f.failed()) out.firmware.insert(taken(f, "firmware", from_hex_array<32>(hash, "firmware")));
    }
    out.location.slot = f.text_or_empty("slot", limits::text_bytes);
    out.location.port = f.text_or_empty("port", limits::text_bytes);
    out.location.path = f.text_or_empty("path", limits::text_bytes);
    out.parent = f.text_or_empty("parent", limits::key_bytes);
    out.label = f.text_or_empty("label", 2 * limits::text_bytes + 1);
    return out;
}

Demand read_demand(Fields& f) {
    Demand out;
    out.finding = f.text_or_empty("finding", limits::text_bytes);
    out.entry = f.text("entry", limits::text_bytes);
    out.entity = f.text("entity", limits::text_bytes);
    out.authority = f.text("authority", sentence_bytes);
    out.action = f.text("action", limits::text_bytes);
    out.deadline = f.date_if("deadline");
    return out;
}

Baseline read_baseline(Fields f) {
    Baseline out;
    out.generation = count(f, "generation");
    out.agent_version = f.text_or_empty("agent_version", limits::text_bytes);
    out.chassis = f.text_or_empty("chassis", 2 * limits::text_bytes);
    for (std::string& unit : f.texts("units", limits::components, 16)) out.units.insert(std::move(unit));
    out.source = f.text_or_empty("source", limits::text_bytes);
    out.places = f.texts("places", limits::covered_per_source, limits::key_bytes);
    return out;
}

Claim read_claim(Fields f) {
    Claim out;
    out.by = f.text("by", limits::text_bytes);
    out.at.value = f.number("at", 0, json::max_integer);
    out.reset_count = static_cast<std::uint32_t>(f.number("reset_count", 0, UINT32_MAX));
    out.clock_ms = count(f, "clock_ms");
    return out;
}

Watch read_watch(Fields f) {
    Watch out;
    out.reports = static_cast<std::uint32_t>(f.number("reports", 0, UINT32_MAX));
    out.first_at.value = f.number("first_at", 0, json::max_integer);
    out.last_at.value = f.number("last_at", 0, json::max_integer);
    out.first_clock_ms = count(f, "first_clock_ms");
    out.last_clock_ms = count(f, "last_clock_ms");
    for (Fields& boot : f.objects("accepted_boots", 16))
        out.accepted_boots.insert(static_cast<std::uint32_t>(boot.number("reset_count", 0, UINT32_MAX)));
    out.cleared = f.boolean("cleared");
    out.still_there = f.boolean("still_there");
    return out;
}

Condition read_condition(Fields& f) {
    Condition out;
    out.rule = f.text("rule", limits::text_bytes);
    out.standing = named(f, "standing", standing_named(f.text("standing", limits::text_bytes)));
    out.what = f.text("what", sentence_bytes);
    out.to_do = f.text_or_empty("to_do", sentence_bytes);
    return out;
}

}  // namespace

bool asks_for_work(std::string_view action) {
    return weight(action) > 0;
}

std::string_view name(Standing standing) {
    return std::ranges::find(standings, standing, &std::pair<Standing, std::string_view>::first)->second;
}

std::optional<Standing> standing_named(std::string_view text) {
    for (const auto& [standing, word] : standings) {
        if (word == text) return standing;
    }
    return std::nullopt;
}

const Demand* strongest(const Item& item) {
    const Demand* best = nullptr;
    for (const Demand& demand : item.demands) {
        const bool more = best == nullptr || weight(demand.action) > weight(best->action);
        const bool sooner = best != nullptr && demand.action == best->action && demand.deadline < best->deadline;
        if (more || sooner) best = &demand;
    }
    return best;
}

std::string encode_body(const Item& item) {
    json::Array demands;
    for (const Demand& demand : item.demands) demands.push_back(demand_value(demand));
    json::Array conditions;
    for (const Condition& one : item.conditions) {
        conditions.push_back(
            json::Object{{"rule", one.rule}, {"standing", name(one.standing)}, {"what", one.what}, {"to_do", one.to_do}}
        );
    }
    json::Object out{
        {"part", part_value(item.part)},
        {"demands", std::move(demands)},
        {"two_persons", item.two_persons},
        {"first_closer", item.first_closer},
        {"baseline", baseline_value(item.baseline)},
        {"watch", watch_value(item.watch)},
        {"conditions", std::move(conditions)},
    };
    if (item.before) out["before"] = name(*item.before);
    if (item.until) out["until"] = item.until->text();
    if (item.planned_for) out["planned_for"] = item.planned_for->text();
    if (item.missing_since) out["missing_since"] = item.missing_since->value;
    if (item.claim) out["claim"] = claim_value(*item.claim);
    return json::canonical(out);
}

Result<void> decode_body(std::string_view text, Item& item) {
    TRY(const json::Value value, json::parse(text, body_limits, "item"));
    Fields f(value, "item");
    Item out = item;
    out.part = read_part(f.object("part"));
    out.demands.clear();
    for (Fields& demand : f.objects("demands", max_demands)) out.demands.push_back(read_demand(demand));
    out.two_persons = f.boolean("two_persons");
    out.first_closer = f.text_or_empty("first_closer", limits::text_bytes);
    out.baseline = read_baseline(f.object("baseline"));
    out.watch = read_watch(f.object("watch"));
    out.conditions.clear();
    for (Fields& one : f.objects("conditions", 32)) out.conditions.push_back(read_condition(one));
    out.before.reset();
    if (const auto before = f.text_if("before", limits::text_bytes))
        out.before = named(f, "before", state_named(*before));
    out.until = f.date_if("until");
    out.planned_for = f.date_if("planned_for");
    out.missing_since.reset();
    if (const auto at = f.number_if("missing_since", 0, json::max_integer)) out.missing_since = UnixMillis{*at};
    out.claim.reset();
    if (auto claim = f.object_if("claim")) out.claim = read_claim(*claim);
    CHECK_OK(f.finish());
    item = std::move(out);
    return {};
}

}  // namespace assay::worklist
