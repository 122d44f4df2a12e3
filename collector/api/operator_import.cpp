#include "collector/api/operator_import.hpp"

#include "base/fields.hpp"
#include "base/writer.hpp"
#include "collector/api/device_record.hpp"
#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"
#include "evidence/limits.hpp"

#include <algorithm>

namespace assay::api {
namespace {

constexpr std::size_t name_bytes = 64;

struct Import {
    std::string name;
    std::string site;
    Inventory inventory;
    Placement placement;
};

Result<Import> read_import(const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const json::Value body, body_of(request, 3 * limits::document_bytes));
    Fields f(body, "body");
    Import out;
    out.name = f.text("name", name_bytes);
    out.site = f.text_if("site", name_bytes).value_or("");
    const json::Value* inventory = f.any("inventory");
    const json::Value* placement = f.any("placement");
    if (inventory == nullptr) f.refuse(Errc::missing_field, "inventory", "is missing");
    CHECK_OK(f.finish());
    CHECK_OK(check_words(out.name, "name", name_bytes));
    if (!out.site.empty()) CHECK_OK(check_words(out.site, "site", name_bytes));
    // The layout of the request does not matter; the documents are decoded as strictly as an agent's.
    TRY(out.inventory, decode_inventory(json::canonical(*inventory)));
    if (placement != nullptr) {
        TRY(out.placement, decode_placement(json::canonical(*placement)));
    }
    return out;
}

worklist::Facts imported_facts(const Inventory& inventory, UnixMillis now) {
    worklist::Facts out;
    out.at = now;
    out.replayed = inventory.replayed;
    out.inventory = &inventory;
    return out;
}

store::Device imported_device(const Import& import, UnixMillis now) {
    store::Device out;
    out.id = imported_device_id(import.name);
    out.origin = store::Origin::imported;
    out.host.name = import.name;
    out.site = import.site;
    out.enrolled_at = now;
    out.standing = new_standing({Lifecycle::active, Reason::imported, "", now}, now);
    return out;
}

json::Object take(
    store::Database& db, const Import& import, const OperatorRequest& request, const PolicyContext& policy
) {
    auto device = store::find_device(db, imported_device_id(import.name));
    if (!device) {
        store::insert_device(db, imported_device(import, policy.now));
        device = store::find_device(db, imported_device_id(import.name)).value();
    } else if (!import.site.empty() && import.site != device->site) {
        store::set_place(db, device->id, import.site, device->role);
        device->site = import.site;
    }
    const DeviceId id = device->id;
    const JudgedRecord judged = judge_stored(
        db, *device, import.inventory, imported_facts(import.inventory, policy.now), ProofLevel::declared, true, policy
    );
    const auto changes = store::replace_inventory(db, id, import.inventory, ProofLevel::declared, policy.now);
    store::replace_placement(db, id, import.placement);
    write_judged(db, id, judged, policy.now);
    store::add_device_event(
        db, id,
        {0, policy.now, "imported", request.actor,
         std::to_string(import.inventory.components.size()) + " components, " + std::to_string(changes.size()) +
             " of them changed"}
    );
    return {
        {"id", id.text()},
        {"name", import.name},
        {"site", device->site},
        {"components", import.inventory.components.size()},
        {"findings", judged.findings.size()},
        {"changed_items", judged.changes.size()},
    };
}

}  // namespace

DeviceId imported_device_id(std::string_view name) {
    Writer bytes;
    bytes.raw(as_bytes("assay/imported/1")).u8(0).raw(as_bytes(name));
    return DeviceId{sha256(bytes.bytes())};
}

Inventory stored_inventory(store::Database& db, const store::Device& device) {
    Inventory out;
    out.replayed = device.origin == store::Origin::replayed;
    out.sources = store::sources_of(db, device.id);
    for (store::StoredComponent& one : store::components_of(db, device.id))
        out.components.push_back(std::move(one.component));
    normalise(out);
    return out;
}

json::Object scan_value(store::Database& db, const store::Device& device) {
    Placement placement;
    for (const store::StoredComponent& one : store::components_of(db, device.id)) {
        if (!one.placement.empty()) placement[one.component.key] = one.placement;
    }
    const auto value_of = [](const std::string& text) {
        auto value = json::parse(
            text,
            {.max_bytes = limits::document_bytes, .max_depth = limits::json_depth, .max_values = limits::json_values}
        );
        if (!value) throw store::DatabaseBroken("a stored inventory is larger than it may be");
        return *std::move(value);
    };
    return {
        {"inventory", value_of(encode_inventory(stored_inventory(db, device)))},
        {"placement", value_of(encode_placement(placement))},
    };
}

void judge_again(
    store::Database& db, const store::Device& device, const ActivePacks& packs, const worklist::Rules& absence
) {
    const UnixMillis now = db.now();
    const Inventory inventory = stored_inventory(db, device);
    worklist::Facts facts = imported_facts(inventory, now);
    facts.fresh = false;
    facts.quoted = device.origin != store::Origin::imported;
    facts.generation = device.generation;
    const PolicyContext policy{packs, absence, now};
    write_judged(
        db, device.id, judge_stored(db, device, inventory, facts, store::stored_proof(db, device), false, policy), now
    );
}

net::Response post_inventory(const OperatorContext& context, const OperatorRequest& request) {
    const auto import = read_import(request);
    if (!import) return net::error_response(import.error());
    const auto rules = context.rules.packs();
    return answer(context.store.write([&](store::Database& db) {
        return take(db, *import, request, PolicyContext{*rules, context.absence, db.now()});
    }));
}

}  // namespace assay::api
