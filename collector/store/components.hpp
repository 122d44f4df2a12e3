#pragma once
// The current components of each device, how its sources were read, and the fleet's distinct models: what policy is
// evaluated over. A model is a kind with its identifiers, MAC addresses cut to their longest assigned block (36 bits).

#include "collector/store/devices.hpp"
#include "evidence/inventory.hpp"
#include "evidence/proof.hpp"

namespace assay::store {

struct StoredComponent {
    Component component;
    ProofLevel proof = ProofLevel::declared;
    std::uint64_t model = 0;
    UnixMillis first_seen_at;
    UnixMillis last_changed_at;
    std::map<std::string, std::string> placement;  // what this boot assigned; may be empty
};

struct ComponentChange {
    enum class Kind { added, removed, changed } kind = Kind::added;
    std::string key;
    friend bool operator==(const ComponentChange&, const ComponentChange&) = default;
};

// Makes the inventory the device's current one: keeps first_seen_at of what stays, deletes what is gone, and says what
// changed. REQUIRES: decoded, so canonical.
std::vector<ComponentChange> replace_inventory(
    Database& db, const DeviceId& id, const Inventory& inventory, ProofLevel proof, UnixMillis now
);
void replace_placement(Database& db, const DeviceId& id, const Placement& placement);

// For queries that begin with these columns. The placement is left empty.
inline constexpr Sql component_columns("c.body, c.proof, c.model_id, c.first_seen_at, c.changed_at");
inline constexpr int component_column_count = 5;
StoredComponent read_stored_component(const Cursor& row);
std::map<std::string, std::string> placement_of(Database& db, const DeviceId& id, std::string_view component);
std::vector<StoredComponent> components_of(Database& db, const DeviceId& id);
std::vector<SourceReport> sources_of(Database& db, const DeviceId& id);
std::size_t component_count(Database& db, const DeviceId& id);

struct Model {
    std::uint64_t id = 0;
    ComponentKind kind = ComponentKind::system;
    std::vector<Identifier> identifiers;
    bool listed = false;  // when the packs in force were last looked at (collector/store/fleet.hpp)
};
std::vector<Model> models_after(Database& db, std::uint64_t id, std::size_t limit);  // by id, for paging

// Where parts of these models are.
struct ModelPlace {
    DeviceId device;
    std::string key;
};
std::vector<ModelPlace> places_of_model(Database& db, std::uint64_t model);

}  // namespace assay::store
