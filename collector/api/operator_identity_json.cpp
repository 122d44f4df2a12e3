// Of what registers say beside findings.

#include "collector/api/operator_json.hpp"
#include "collector/worklist/part.hpp"
#include "policy/registries.hpp"

namespace assay::api {

json::Object conflict_value(const store::ConflictRow& row) {
    const store::StoredConflict& conflict = row.conflict;
    return {
        {"id", conflict.id},
        {"device", row.owner.device.text()},
        {"device_name", row.owner.host},
        {"site", row.owner.site},
        {"origin", name(row.owner.origin)},
        {"component", conflict.component},
        {"kind", name(row.component.kind)},
        {"label", worklist::part_of(row.component).label},
        {"rule", conflict.rule},
        {"registry", conflict.registry},
        {"value", conflict.value},
        {"holder", conflict.holder},
        {"against", conflict.against},
        {"proof", name(conflict.proof)},
        {"first_seen_at", to_rfc3339(conflict.first_seen_at)},
        {"conflict", stored_json(conflict.explanation)},
    };
}

json::Object unknown_value(const store::UnknownRow& row) {
    const auto why = policy::unknown_named(row.example.reason);
    if (!why) throw store::DatabaseBroken("unknown word in the database: " + row.example.reason.substr(0, 64));
    json::Object example{
        {"value", row.example.value},
        {"device", row.owner.device.text()},
        {"device_name", row.owner.host},
        {"site", row.owner.site},
        {"component", row.example.component},
        {"kind", name(row.component.kind)},
        {"label", worklist::part_of(row.component).label},
    };
    return {
        {"registry", row.registry},
        {"vendor", row.vendor},
        {"reason", row.example.reason},
        {"meaning", policy::meaning(*why)},
        {"values", static_cast<std::int64_t>(row.values)},
        {"devices", static_cast<std::int64_t>(row.devices)},
        {"components", static_cast<std::int64_t>(row.components)},
        {"first_seen_at", to_rfc3339(row.first_seen_at)},
        {"example", std::move(example)},
    };
}

}  // namespace assay::api
