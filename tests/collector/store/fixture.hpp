#pragma once
// A store on disk for one test, and devices to fill it with. The suite knows nothing of SQLite but the way to open it:
// another adapter runs the same tests.

#include "collector/store/components.hpp"
#include "collector/store/enrolments.hpp"
#include "collector/store/findings.hpp"
#include "collector/store/reports.hpp"
#include "collector/store/store.hpp"
#include "collector/store/worklist_items.hpp"
#include "tests/support/scratch_directory.hpp"

#include <stdexcept>
#include <string>

namespace assay::store::test {

struct Fixture {
    assay::test::ScratchDirectory directory;
    Store store = opened();

    Store opened() const {
        auto made = Store::open({.file = directory / "assay.db"});
        if (!made) throw std::runtime_error(made.error().message());
        return *std::move(made);
    }
};

inline DeviceId device_id(std::string_view seed) {
    return DeviceId{sha256(seed)};
}

inline Device device(std::string_view seed) {
    Device out;
    out.id = device_id(seed);
    out.standing = new_standing({Lifecycle::active, Reason::ek_chain_trusted, "", {1000}}, {1000});
    out.generation = 1;
    out.host = {std::string(seed), "Maker", "Model", "S1"};
    out.site = "north";
    out.enrolled_at = {1000};
    return out;
}

inline void add(Store& store, const Device& device) {
    store.write([&device](Database& db) { insert_device(db, device); });
}

inline std::uint64_t epoch_of(Store& store, const DeviceId& id) {
    return store.read([&id](Database& db) { return find_device(db, id).value().epoch; });
}

inline StoredReport report(std::string_view seed, std::int64_t at) {
    return {
        to_bytes("statement " + std::string(seed)),
        to_bytes("attest " + std::string(seed)),
        to_bytes("signature"),
        {at},
        to_bytes("binding " + std::string(seed))
    };
}

inline ReportInterval interval(std::uint64_t number, std::string_view seed, std::int64_t at) {
    ReportInterval out;
    out.number = number;
    out.generation = 1;
    out.reports = 1;
    out.first = report(seed, at);
    out.last = out.first;
    out.selection = "sha256:0,7";
    out.pcr_digest = to_bytes("digest " + std::string(seed));
    out.pcr_values[HashAlg::sha256].emplace(*PcrIndex::from(0), hash(HashAlg::sha256, as_bytes(seed)));
    out.pcr_values[HashAlg::sha256].emplace(*PcrIndex::from(7), Digest::zero(HashAlg::sha256));
    return out;
}

inline Component part(std::string key, std::vector<std::string> pci = {}) {
    Component out;
    out.key = std::move(key);
    out.kind = ComponentKind::pci_function;
    for (const std::string& value : pci) out.identifiers.push_back(make_identifier(Registry::pci, value).value());
    return out;
}

inline Inventory inventory(std::vector<Component> components) {
    Inventory out;
    out.sources = {{"pci", SourceState::ok, "", {"0000"}}, {"usb", SourceState::denied, "permission denied", {}}};
    out.components = std::move(components);
    normalise(out);
    return out;
}

inline StoredFinding finding(std::string_view who, std::string id, std::string component) {
    StoredFinding out;
    out.device = device_id(who);
    out.id = std::move(id);
    out.component = std::move(component);
    out.entry = "fcc-huawei";
    out.entity = "hisilicon";
    out.named = "huawei";
    out.authority = "FCC";
    out.list = "Covered List";
    out.action = "review";
    out.reason = "vendor_chip";
    out.proof = ProofLevel::reported;
    out.explanation = "{}";
    return out;
}

inline StoredItem item(std::string_view who, std::string component, std::string state = "detected") {
    StoredItem out;
    out.device = device_id(who);
    out.component = std::move(component);
    out.demands = {{"fcc-huawei", "huawei", "FCC"}};
    out.traits = {"serial/ABC123"};
    out.state = std::move(state);
    out.body = "{}";
    out.opened_at = out.changed_at = {1};
    return out;
}

}  // namespace assay::store::test
