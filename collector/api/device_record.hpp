#pragma once
// What an accepted report changes, decided before anything is written: prepared on any thread with reads of its own,
// and written in one transaction if the device's epoch is still the one that the report was judged by.

#include "collector/api/device_judgement.hpp"
#include "collector/api/device_report.hpp"
#include "collector/api/rules.hpp"
#include "collector/store/components.hpp"
#include "collector/store/reports.hpp"

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace assay::api {

struct PolicyContext {
    const ActivePacks& packs;
    const worklist::Rules& absence;
    UnixMillis now;
};

// The report says what the last one said, and nobody waits for more of it: one row changes.
bool is_heartbeat(const KnownDevice& known, const AcceptedReport& report, const PolicyContext& context);
// What is known after a heartbeat was committed.
void advance_known(KnownDevice& known, const AcceptedReport& report);

// What the judgement of an inventory comes to: the findings, what registers say beside them, and what happens to
// worklist items of this device and of others that carry the same unit.
struct JudgedRecord {
    std::vector<store::StoredFinding> findings;
    IdentityJudgement identities;
    std::vector<worklist::Change> changes;
    std::string judged_on;
    Sha256 judged_by{};
};

struct GivenDocument {
    KnownDocument document;
    Bytes body;
};

struct ReportRecord {
    DeviceId device;
    std::uint64_t epoch = 0;
    UnixMillis at;
    store::ReportInterval interval;  // the new one, or the open one with the report as its last
    bool opens_interval = false;
    Standing standing;
    std::vector<CheckResult> checks;
    std::optional<HostHints> host;        // when the statement names another
    std::optional<store::Origin> origin;  // when it is another
    std::vector<GivenDocument> given;     // with this report
    std::vector<Sha256> used;             // given before
    std::optional<Inventory> inventory;   // when it is another than the last
    ProofLevel proof = ProofLevel::reported;
    std::optional<Placement> placement;     // when it is another than the last
    std::optional<store::DeviceBoot> boot;  // when there is an inventory
    std::optional<store::RuntimeState> runtime;
    bool drops_ima_list = false;  // what was kept of one goes before the segment is kept
    std::optional<store::StoredImaSegment> ima_segment;
    std::optional<JudgedRecord> judged;
    std::vector<store::DeviceEvent> events;
};

// What changed on the four axes, in words.
std::vector<store::DeviceEvent> standing_events(const Standing& before, const Standing& after, UnixMillis now);

// What came with the report, besides what the verifier made of it.
struct ReportExtras {
    const AskedDocuments& uploads;
    Bytes binding;
};
// Nonce and exporter, 32 bytes each, as they are stored with the report.
Bytes binding_of(const IssuedChallenge& challenge, const TlsExporter& exporter);

// Reads what it lacks from the store. nullopt: the device changed since `known` was loaded; judge again.
std::optional<ReportRecord> prepare_record(
    store::Database& db, const KnownDevice& known, const AcceptedReport& report, const ReportExtras& extras,
    const PolicyContext& context
);

// False, and nothing written, when the epoch is another. Throws ConflictingWrite when a worklist item changed
// meanwhile: the transaction is rolled back, judge again.
bool write_record(store::Database& db, const ReportRecord& record);
bool write_failure(store::Database& db, const KnownDevice& known, const FailedJudgement& failed, UnixMillis now);

// An item that was read is no longer what it was.
class ConflictingWrite : public std::runtime_error {
  public:
    ConflictingWrite() : std::runtime_error("a worklist item changed meanwhile") {}
};

bool is_conflict(const std::exception_ptr& error);

// Of findings and items alone: when packs change, and for imported inventories.
JudgedRecord judge_stored(
    store::Database& db, const store::Device& device, const Inventory& inventory, const worklist::Facts& facts,
    ProofLevel proof, bool look_elsewhere, const PolicyContext& context
);
void write_judged(store::Database& db, const DeviceId& device, const JudgedRecord& judged, UnixMillis now);

}  // namespace assay::api
