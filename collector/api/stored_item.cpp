#include "collector/api/stored_item.hpp"

#include <algorithm>

namespace assay::api {
namespace {

std::vector<store::ItemDemand> demands_of(const worklist::Item& item) {
    std::vector<store::ItemDemand> out;
    for (const worklist::Demand& demand : item.demands) out.push_back({demand.entry, demand.entity, demand.authority});
    std::ranges::sort(out);
    const auto repeated = std::ranges::unique(out);
    out.erase(repeated.begin(), repeated.end());
    return out;
}

}  // namespace

store::StoredItem stored_item(const worklist::Item& item) {
    store::StoredItem out;
    out.id = item.id;
    out.device = item.device;
    out.component = item.part.key;
    out.state = std::string(name(item.state));
    if (item.grade) out.grade = std::string(name(*item.grade));
    out.body = worklist::encode_body(item);
    out.version = item.version;
    out.opened_at = item.opened_at;
    out.changed_at = item.changed_at;
    out.demands = demands_of(item);
    out.traits = worklist::traits(item.part);
    std::ranges::sort(out.traits);
    const auto repeated = std::ranges::unique(out.traits);
    out.traits.erase(repeated.begin(), repeated.end());
    return out;
}

worklist::Item item_of(const store::StoredItem& stored) {
    worklist::Item out;
    out.id = stored.id;
    out.version = stored.version;
    out.device = stored.device;
    const auto state = worklist::state_named(stored.state);
    if (!state) throw store::DatabaseBroken("unknown state of a worklist item");
    out.state = *state;
    if (!stored.grade.empty()) {
        out.grade = worklist::grade_named(stored.grade);
        if (!out.grade) throw store::DatabaseBroken("unknown grade of a worklist item");
    }
    out.opened_at = stored.opened_at;
    out.changed_at = stored.changed_at;
    const auto body = worklist::decode_body(stored.body, out);
    if (!body) throw store::DatabaseBroken("a worklist item cannot be read: " + body.error().message());
    return out;
}

store::ItemEvent stored_event(std::uint64_t item, const worklist::Event& event) {
    store::ItemEvent out;
    out.item = item;
    out.at = event.at;
    out.actor = event.actor;
    out.event = event.event;
    out.from_state = std::string(name(event.from));
    out.to_state = std::string(name(event.to));
    out.note = event.note;
    return out;
}

}  // namespace assay::api
