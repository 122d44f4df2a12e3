#include "collector/api/operator_json.hpp"

#include "base/encoding.hpp"
#include "collector/worklist/part.hpp"
#include "evidence/reason.hpp"

#include <stdexcept>

namespace assay::api {
namespace {

json::Object axis_value(std::string_view state, Reason reason, std::string_view detail, UnixMillis since) {
    json::Object out{{"state", state}};
    for (auto& member : reason_value(reason, detail)) out.insert(member);
    out["since"] = to_rfc3339(since);
    return out;
}

json::Object location_value(const Location& location) {
    return {{"slot", location.slot}, {"port", location.port}, {"path", location.path}};
}

json::Object demand_value(const worklist::Demand& demand) {
    json::Object out{
        {"finding", demand.finding},     {"entry", demand.entry},   {"entity", demand.entity},
        {"authority", demand.authority}, {"action", demand.action},
    };
    if (demand.deadline) out["deadline"] = demand.deadline->text();
    return out;
}

json::Value date_value(const std::optional<Date>& date) {
    return date ? json::Value(date->text()) : json::Value(nullptr);
}

json::Object claim_value(const worklist::Claim& claim) {
    return {
        {"by", claim.by},
        {"at", to_rfc3339(claim.at)},
        {"reset_count", claim.reset_count},
        {"clock_ms", static_cast<std::int64_t>(claim.clock_ms)},
    };
}

json::Object host_value(const HostHints& host) {
    return {{"name", host.name}, {"maker", host.maker}, {"model", host.model}, {"serial", host.serial}};
}

json::Array identifiers_value(std::span<const Identifier> identifiers) {
    json::Array out;
    for (const Identifier& id : identifiers)
        out.push_back(json::Object{{"registry", name(id.registry)}, {"value", id.value}});
    return out;
}

}  // namespace

json::Value stored_json(std::string_view text) {
    auto value = json::parse(text, {.max_bytes = 1U << 20U, .max_depth = 16, .max_values = 100'000}, "stored");
    if (!value) throw store::DatabaseBroken("stored JSON cannot be read: " + value.error().message());
    return *std::move(value);
}

json::Value time_value(const std::optional<UnixMillis>& time) {
    return time ? json::Value(to_rfc3339(*time)) : json::Value(nullptr);
}

json::Object reason_value(Reason reason, std::string_view detail) {
    const ReasonText& text = explain(reason);
    return {{"reason", text.word}, {"detail", detail}, {"meaning", text.meaning}, {"advice", text.advice}};
}

json::Object device_value(const store::Device& device, const TrustRequirement& requirement, UnixMillis now) {
    const Standing& standing = device.standing;
    const Shown shown = worst(standing, now);
    const FreshnessState freshness = freshness_of(standing, now);
    json::Object out{
        {"id", device.id.text()},
        {"name", device.host.name},
        {"host", host_value(device.host)},
        {"site", device.site},
        {"role", device.role},
        {"origin", name(device.origin)},
        {"generation", static_cast<std::int64_t>(device.generation)},
        {"enrolled_at", to_rfc3339(device.enrolled_at)},
        {"last_report_at", time_value(standing.reported_at)},
        {"valid_until", standing.reported_at ? json::Value(to_rfc3339(standing.valid_until)) : json::Value(nullptr)},
        {"trusted", trusted(standing, requirement, now)},
    };
    json::Object worst_value = axis_value(shown.word, shown.reason, shown.detail, shown.since);
    worst_value["axis"] = shown.axis;
    out["shown"] = std::move(worst_value);
    const LifecycleState& lifecycle = standing.lifecycle;
    out["lifecycle"] = axis_value(name(lifecycle.state), lifecycle.reason, lifecycle.detail, lifecycle.since);
    const auto put = [&out](std::string_view axis, const VerdictState& state) {
        out[axis] = axis_value(name(state.verdict), state.reason, state.detail, state.since);
    };
    put("identity", standing.identity);
    put("boot", standing.boot);
    put("runtime", standing.runtime);
    out["freshness"] = axis_value(name(freshness.state), freshness.reason, "", freshness.since);
    return out;
}

json::Object device_row_value(const store::DeviceRow& row, const TrustRequirement& requirement, UnixMillis now) {
    json::Object out = device_value(row.device, requirement, now);
    out["components"] = static_cast<std::int64_t>(row.components);
    out["findings"] = static_cast<std::int64_t>(row.findings);
    out["open_items"] = static_cast<std::int64_t>(row.open_items);
    return out;
}

json::Array checks_value(std::span<const CheckResult> checks) {
    json::Array out;
    for (const CheckResult& check : checks) {
        json::Object one{{"check", check.check}, {"outcome", check.outcome}};
        const auto reason = reason_named(check.reason);
        if (reason) {
            for (auto& member : reason_value(*reason, check.detail)) one.insert(member);
        } else {
            one["reason"] = check.reason;
            one["detail"] = check.detail;
        }
        out.push_back(std::move(one));
    }
    return out;
}

json::Array sources_value(std::span<const SourceReport> sources, bool with_covered) {
    json::Array out;
    for (const SourceReport& source : sources) {
        json::Object one{{"source", source.source}, {"state", name(source.state)}, {"detail", source.detail}};
        if (with_covered) {
            json::Array covered;
            for (const std::string& place : source.covered) covered.push_back(json::Value(place));
            one["covered"] = std::move(covered);
        }
        out.push_back(std::move(one));
    }
    return out;
}

json::Object component_value(const store::ComponentRow& row) {
    const Component& component = row.part.component;
    json::Value body = stored_json(encode_component(component));
    json::Object out{
        {"device", row.owner.device.text()},
        {"device_name", row.owner.host},
        {"site", row.owner.site},
        {"origin", name(row.owner.origin)},
        {"label", worklist::part_of(component).label},
        {"proof", name(row.part.proof)},
    };
    for (auto& member : body.as_object()) out.insert(member);
    out["location"] = location_value(component.location);
    json::Object placement;
    for (const auto& [word, value] : row.part.placement) placement[word] = value;
    out["placement"] = std::move(placement);
    out["first_seen_at"] = to_rfc3339(row.part.first_seen_at);
    out["last_changed_at"] = to_rfc3339(row.part.last_changed_at);
    return out;
}

json::Object finding_value(const store::FindingRow& row) {
    const store::StoredFinding& finding = row.finding;
    return {
        {"id", finding.id},
        {"device", row.owner.device.text()},
        {"device_name", row.owner.host},
        {"site", row.owner.site},
        {"origin", name(row.owner.origin)},
        {"component", finding.component},
        {"kind", name(row.component.kind)},
        {"label", worklist::part_of(row.component).label},
        {"serial", row.component.serial.text()},
        {"location", location_value(row.component.location)},
        {"entry", finding.entry},
        {"entity", finding.entity},
        {"named", finding.named},
        {"authority", finding.authority},
        {"list", finding.list},
        {"action", finding.action},
        {"deadline", finding.deadline},
        {"reason", finding.reason},
        {"excepted", finding.excepted},
        {"proof", name(finding.proof)},
        {"first_seen_at", to_rfc3339(finding.first_seen_at)},
        {"last_seen_at", to_rfc3339(finding.last_seen_at)},
        {"finding", stored_json(finding.explanation)},
    };
}

json::Object item_value(const worklist::Item& item, const store::Owner& owner) {
    json::Array demands;
    for (const worklist::Demand& demand : item.demands) demands.push_back(demand_value(demand));
    json::Array conditions;
    for (const worklist::Condition& one : item.conditions) {
        conditions.push_back(
            json::Object{{"rule", one.rule}, {"standing", name(one.standing)}, {"what", one.what}, {"to_do", one.to_do}}
        );
    }
    json::Array allowed;
    const worklist::State acted_on =
        item.state == worklist::State::unreachable ? item.before.value_or(item.state) : item.state;
    for (const worklist::Action action : worklist::allowed(acted_on)) allowed.push_back(json::Value(name(action)));
    const worklist::Demand* demand = worklist::strongest(item);
    return {
        {"id", static_cast<std::int64_t>(item.id)},
        {"version", static_cast<std::int64_t>(item.version)},
        {"device", owner.device.text()},
        {"device_name", owner.host},
        {"site", owner.site},
        {"origin", name(owner.origin)},
        {"component", item.part.key},
        {"kind", name(item.part.kind)},
        {"label", item.part.label},
        {"serial", item.part.serial},
        {"identifiers", identifiers_value(item.part.models)},
        {"location", location_value(item.part.location)},
        {"state", name(item.state)},
        {"meaning", meaning(item.state)},
        {"before", item.before ? json::Value(name(*item.before)) : json::Value(nullptr)},
        {"grade", item.grade ? json::Value(name(*item.grade)) : json::Value(nullptr)},
        {"demand", demand != nullptr ? json::Value(demand_value(*demand)) : json::Value(nullptr)},
        {"demands", std::move(demands)},
        {"planned_for", date_value(item.planned_for)},
        {"until", date_value(item.until)},
        {"two_persons", item.two_persons},
        {"first_closer", item.first_closer},
        {"missing_since", time_value(item.missing_since)},
        {"claim", item.claim ? json::Value(claim_value(*item.claim)) : json::Value(nullptr)},
        {"conditions", std::move(conditions)},
        {"allowed", std::move(allowed)},
        {"opened_at", to_rfc3339(item.opened_at)},
        {"changed_at", to_rfc3339(item.changed_at)},
    };
}

json::Array item_events_value(std::span<const store::ItemEvent> events) {
    json::Array out;
    for (const store::ItemEvent& event : events) {
        out.push_back(json::Object{
            {"number", static_cast<std::int64_t>(event.number)},
            {"at", to_rfc3339(event.at)},
            {"actor", event.actor},
            {"event", event.event},
            {"from", event.from_state},
            {"to", event.to_state},
            {"note", event.note},
        });
    }
    return out;
}

json::Object change_value(const store::ChangeRow& row) {
    json::Object out{
        {"at", to_rfc3339(row.at)},
        {"device", row.owner.device.text()},
        {"device_name", row.owner.host},
        {"site", row.owner.site},
        {"origin", name(row.owner.origin)},
        {"event", row.event},
        {"actor", row.actor},
        {"detail", row.detail},
    };
    if (row.item == 0) return out;
    out["item"] = static_cast<std::int64_t>(row.item);
    out["from"] = row.from_state;
    out["to"] = row.to_state;
    return out;
}

json::Object facets_value(UnixMillis as_of, std::span<const NamedFacet> facets) {
    json::Object all;
    json::Array more;
    for (const auto& [label, facet] : facets) {
        json::Array values;
        for (const auto& [value, count] : facet->values)
            values.push_back(json::Object{{"value", value}, {"count", static_cast<std::int64_t>(count)}});
        all[label] = std::move(values);
        if (facet->more) more.push_back(json::Value(label));
    }
    return {{"as_of", to_rfc3339(as_of)}, {"facets", std::move(all)}, {"more", std::move(more)}};
}

json::Object enrolment_value(const store::EnrolmentRow& row) {
    const store::Enrolment& enrolment = row.enrolment;
    json::Object out{
        {"device", enrolment.device.text()},
        {"device_name", row.host.name},
        {"host", host_value(row.host)},
        {"site", row.site},
        {"generation", static_cast<std::int64_t>(enrolment.generation)},
        {"lifecycle", name(row.lifecycle)},
        {"lifecycle_reason", word(row.lifecycle_reason)},
        {"decision", name(enrolment.decision)},
    };
    for (auto& member : reason_value(enrolment.tier, enrolment.detail)) out.insert(member);
    out["decided_by"] = enrolment.decided_by;
    out["note"] = enrolment.note;
    out["decided_at"] = time_value(enrolment.decided_at);
    out["agent_version"] = enrolment.agent_version;
    out["peer"] = enrolment.peer;
    out["enrolled_at"] = to_rfc3339(enrolment.enrolled_at);
    return out;
}

json::Object attempt_value(const store::Attempt& attempt) {
    return {
        {"number", static_cast<std::int64_t>(attempt.number)},
        {"at", to_rfc3339(attempt.at)},
        {"peer", attempt.peer},
        {"claimed", attempt.claimed ? json::Value(attempt.claimed->text()) : json::Value(nullptr)},
        {"step", attempt.step},
        {"code", attempt.code},
        {"reason", attempt.reason},
        {"detail", attempt.detail},
    };
}

json::Object pack_value(const store::StoredPack& pack) {
    return {
        {"id", pack.id},       {"version", pack.version},       {"date", pack.date},
        {"title", pack.title}, {"sha256", to_hex(pack.sha256)}, {"loaded_at", to_rfc3339(pack.loaded_at)},
    };
}

json::Object anchor_value(const store::TrustAnchor& anchor) {
    return {
        {"sha256", to_hex(anchor.sha256)},
        {"subject", anchor.subject},
        {"note", anchor.note},
        {"added_by", anchor.added_by},
        {"added_at", to_rfc3339(anchor.added_at)},
    };
}

}  // namespace assay::api
