#pragma once
// What the collector knows of a device when it judges a report: read in one snapshot, kept with the connection, and
// good as long as the device's epoch is the one in the store, which the commit compares.

#include "collector/store/devices.hpp"
#include "collector/store/reports.hpp"
#include "collector/store/runtime_states.hpp"
#include "collector/verifier/attestation_key.hpp"
#include "collector/verifier/facts.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace assay::api {

// What the last accepted report said, as far as the next one is compared with it.
struct LastReport {
    std::uint64_t interval = 0;
    std::string selection;  // text(PcrSelection)
    Bytes pcr_digest;
    std::shared_ptr<const PcrValues> pcr_values;
    std::vector<DocumentRef> documents;
    std::string host;
    std::string root;
};

struct KnownDevice {
    store::Device device;
    std::shared_ptr<const AttestationKey> key;
    DeviceHistory history;
    std::vector<KnownDocument> documents;   // what this device gave
    std::optional<LastReport> last;         // none before the first accepted report
    std::vector<CheckResult> checks;        // of the last report
    bool watched = false;                   // an item of the worklist has to see every report
    std::optional<store::DeviceBoot> boot;  // of its last inventory
    std::optional<store::RuntimeState> runtime;
};

// Of the last accepted report; nullptr when it named none of this kind, or there was none.
const DocumentRef* last_document(const KnownDevice& known, DocumentKind kind);
bool same_document(const DocumentRef* a, const DocumentRef* b);  // also where both are none

// nullopt: no such device, or one that was imported and has no key. Throws DatabaseBroken when what is stored cannot be
// read.
std::optional<KnownDevice> load_device(store::Database& db, const DeviceId& id);

}  // namespace assay::api
