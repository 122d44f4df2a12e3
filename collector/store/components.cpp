#include "collector/store/components.hpp"

#include "base/json.hpp"
#include "collector/store/models.hpp"
#include "collector/store/select.hpp"
#include "collector/store/words.hpp"

namespace assay::store {
namespace {

std::uint64_t model_id(Database& db, const Component& component) {
    const Sha256 fingerprint = model_fingerprint(component);
    {
        const auto row = db.query("select model_id from models where sha256 = $sha256", {{"$sha256", fingerprint}});
        if (row->next()) return row->count(0);
    }
    db.execute(
        "insert into models (model_id, sha256, kind, listed) "
        "values ((select coalesce(max(model_id), 0) + 1 from models), $sha256, $kind, 0)",
        {{"$sha256", fingerprint}, {"$kind", name(component.kind)}}
    );
    std::uint64_t id = 0;
    {
        const auto row = db.query("select model_id from models where sha256 = $sha256", {{"$sha256", fingerprint}});
        row->next();
        id = row->count(0);
    }
    for (const Identifier& identifier : model_identifiers(component)) {
        db.execute(
            "insert into model_identifiers (model_id, registry, value) values ($model, $registry, $value)",
            {{"$model", id}, {"$registry", name(identifier.registry)}, {"$value", identifier.value}}
        );
    }
    return id;
}

struct Kept {
    std::string body;
    std::string proof;
};

std::map<std::string, Kept> kept_components(Database& db, const DeviceId& id) {
    const auto row =
        db.query("select component, body, proof from components where device_id = $device", {{"$device", id.value}});
    std::map<std::string, Kept> out;
    while (row->next()) out[row->string(0)] = {row->string(1), row->string(2)};
    return out;
}

void put_component(
    Database& db, const DeviceId& id, const Component& component, const std::string& body, ProofLevel proof,
    UnixMillis now
) {
    db.execute(
        "insert into components (device_id, component, model_id, kind, proof, first_seen_at, changed_at, body) "
        "values ($device, $component, $model, $kind, $proof, $now, $now, $body) "
        "on conflict (device_id, component) do update set model_id = excluded.model_id, kind = excluded.kind, "
        "proof = excluded.proof, changed_at = excluded.changed_at, body = excluded.body",
        {{"$device", id.value},
         {"$component", component.key},
         {"$model", model_id(db, component)},
         {"$kind", name(component.kind)},
         {"$proof", name(proof)},
         {"$now", now},
         {"$body", body}}
    );
}

void replace_sources(Database& db, const DeviceId& id, const std::vector<SourceReport>& sources) {
    db.execute("delete from sources where device_id = $device", {{"$device", id.value}});
    for (const SourceReport& source : sources) {
        json::Array covered;
        for (const std::string& place : source.covered) covered.push_back(json::Value(place));
        db.execute(
            "insert into sources (device_id, source, state, detail, covered) "
            "values ($device, $source, $state, $detail, $covered)",
            {{"$device", id.value},
             {"$source", source.source},
             {"$state", name(source.state)},
             {"$detail", source.detail},
             {"$covered", json::canonical(covered)}}
        );
    }
}

std::vector<std::string> covered_of(std::string_view text) {
    const json::Value value = stored(json::parse(text, {}, "sources.covered"));
    std::vector<std::string> out;
    if (value.if_array() == nullptr) throw DatabaseBroken("sources.covered is no list");
    for (const json::Value& place : value.get_array()) {
        if (place.if_string() == nullptr) throw DatabaseBroken("sources.covered holds what is no text");
        out.emplace_back(place.get_string());
    }
    return out;
}

}  // namespace

std::vector<ComponentChange> replace_inventory(
    Database& db, const DeviceId& id, const Inventory& inventory, ProofLevel proof, UnixMillis now
) {
    std::map<std::string, Kept> gone = kept_components(db, id);
    std::vector<ComponentChange> changes;
    for (const Component& component : inventory.components) {
        const std::string body = encode_component(component);
        const auto before = gone.find(component.key);
        const bool known = before != gone.end();
        const bool same = known && before->second.body == body;
        if (!same || before->second.proof != name(proof)) put_component(db, id, component, body, proof, now);
        if (!known) changes.push_back({ComponentChange::Kind::added, component.key});
        if (known && !same) changes.push_back({ComponentChange::Kind::changed, component.key});
        if (known) gone.erase(before);
    }
    for (const auto& [key, kept] : gone) {
        db.execute(
            "delete from components where device_id = $device and component = $component",
            {{"$device", id.value}, {"$component", key}}
        );
        changes.push_back({ComponentChange::Kind::removed, key});
    }
    replace_sources(db, id, inventory.sources);
    return changes;
}

void replace_placement(Database& db, const DeviceId& id, const Placement& placement) {
    db.execute("delete from placements where device_id = $device", {{"$device", id.value}});
    for (const auto& [component, words] : placement) {
        for (const auto& [word, value] : words) {
            db.execute(
                "insert into placements (device_id, component, word, value) "
                "values ($device, $component, $word, $value)",
                {{"$device", id.value}, {"$component", component}, {"$word", word}, {"$value", value}}
            );
        }
    }
}

StoredComponent read_stored_component(const Cursor& row) {
    StoredComponent out;
    out.component = stored(decode_component(row.text(0)));
    out.proof = stored(proof_level_named(row.text(1), "components.proof"));
    out.model = row.count(2);
    out.first_seen_at = row.time(3);
    out.last_changed_at = row.time(4);
    return out;
}

std::map<std::string, std::string> placement_of(Database& db, const DeviceId& id, std::string_view component) {
    const auto row = db.query(
        "select word, value from placements where device_id = $device and component = $component",
        {{"$device", id.value}, {"$component", component}}
    );
    std::map<std::string, std::string> out;
    while (row->next()) out[row->string(0)] = row->string(1);
    return out;
}

std::vector<StoredComponent> components_of(Database& db, const DeviceId& id) {
    Select query{"select ", component_columns, " from components c"};
    query.where("c.device_id = $device", {{"$device", id}}).then({" order by c.component"});
    std::vector<StoredComponent> out = every_row(db.query(query), &read_stored_component);
    for (StoredComponent& part : out) part.placement = placement_of(db, id, part.component.key);
    return out;
}

std::vector<SourceReport> sources_of(Database& db, const DeviceId& id) {
    return every_row(
        db.query(
            "select source, state, detail, covered from sources where device_id = $device order by source",
            {{"$device", id}}
        ),
        [](const Cursor& row) {
            return SourceReport{
                row.string(0), stored(source_state_named(row.text(1), "sources.state")), row.string(2),
                covered_of(row.text(3))
            };
        }
    );
}

std::size_t component_count(Database& db, const DeviceId& id) {
    const auto row = db.query("select count(*) from components where device_id = $device", {{"$device", id.value}});
    row->next();
    return row->count(0);
}

std::vector<Model> models_after(Database& db, std::uint64_t id, std::size_t limit) {
    std::vector<Model> out = every_row(
        db.query(
            "select model_id, kind, listed from models where model_id > $after order by model_id limit $limit",
            {{"$after", id}, {"$limit", limit}}
        ),
        [](const Cursor& row) {
            return Model{row.count(0), stored(component_kind_named(row.text(1), "models.kind")), {}, row.boolean(2)};
        }
    );
    for (Model& model : out) {
        model.identifiers = every_row(
            db.query("select registry, value from model_identifiers where model_id = $model", {{"$model", model.id}}),
            [](const Cursor& row) {
                const Registry registry = stored(registry_named(row.text(0), "model_identifiers.registry"));
                return stored(make_identifier(registry, row.text(1), "model_identifiers.value"));
            }
        );
        std::ranges::sort(model.identifiers);
    }
    return out;
}

std::vector<ModelPlace> places_of_model(Database& db, std::uint64_t model) {
    return every_row(
        db.query(
            "select device_id, component from components where model_id = $model order by device_id, component",
            {{"$model", model}}
        ),
        [](const Cursor& row) { return ModelPlace{DeviceId{row.sha256(0)}, row.string(1)}; }
    );
}

}  // namespace assay::store
