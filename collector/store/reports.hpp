#pragma once
// Accepted reports. Reports that say the same (same documents, PCRs and appraisal) share one interval row: its first
// and its last report are kept whole, the ones between are counted. Documents are stored once; that a device gave one
// is kept per device.

#include "collector/store/devices.hpp"
#include "evidence/tpm/attest.hpp"

#include <span>

namespace assay::store {

struct StoredReport {
    Bytes statement;
    Bytes attest;  // TPMS_ATTEST
    Bytes signature;
    UnixMillis accepted_at;
};

struct ReportInterval {
    std::uint64_t number = 0;  // from 1 within the device
    std::uint64_t generation = 0;
    std::uint64_t reports = 0;  // 1 or more
    StoredReport first;
    StoredReport last;
    std::string selection;  // text(PcrSelection)
    Bytes pcr_digest;
    PcrValues pcr_values;
};

// The newest first, at most `limit`.
std::vector<ReportInterval> report_intervals(Database& db, const DeviceId& id, std::size_t limit);
std::optional<ReportInterval> last_interval(Database& db, const DeviceId& id);
void open_interval(Database& db, const DeviceId& id, const ReportInterval& interval);

// One accepted report that says what the last one said, in the fewest statements: compare-and-set on the epoch, the
// interval's last report, the device's times. False, and nothing changed, when the epoch is no longer `epoch`.
struct Heartbeat {
    DeviceId device;
    std::uint64_t epoch = 0;
    std::uint64_t interval = 0;
    ByteView statement;
    ByteView attest;
    ByteView signature;
    UnixMillis accepted_at;
    UnixMillis valid_until;
};
bool record_heartbeat(Database& db, const Heartbeat& heartbeat);

// The values that hash to this pcrDigest in a report of this device, if any were accepted.
std::optional<PcrValues> known_pcr_values(
    Database& db, const DeviceId& id, std::string_view selection, ByteView pcr_digest
);

// Documents
bool possesses(Database& db, const DeviceId& id, const Sha256& document);
// Keeps the bytes once, and that this device gave them.
void keep_document(Database& db, const DeviceId& id, const Sha256& document, ByteView body);
// Only what the device gave itself.
std::optional<Bytes> document_of(Database& db, const DeviceId& id, const Sha256& document);

// The checks of the last report, in their order.
struct StoredCheck {
    std::string check;
    std::string outcome;  // "passed", "failed", "not_appraised"
    std::string reason;
    std::string detail;
    friend bool operator==(const StoredCheck&, const StoredCheck&) = default;
};
void replace_checks(Database& db, const DeviceId& id, std::span<const StoredCheck> checks);
std::vector<StoredCheck> checks_of(Database& db, const DeviceId& id);

// What is thought of the device on one axis: "identity", "boot", "runtime".
struct StoredAppraisal {
    std::string axis;
    std::string state;  // "affirming", "warning", "contraindicated", "none"
    std::string reason;
    std::string detail;
    UnixMillis since;  // when `state` or `reason` last changed
    friend bool operator==(const StoredAppraisal&, const StoredAppraisal&) = default;
};
// Keeps `since` where state and reason stay.
void set_appraisal(Database& db, const DeviceId& id, const StoredAppraisal& appraisal);
std::vector<StoredAppraisal> appraisals_of(Database& db, const DeviceId& id);

// A report that was the device's own and failed: what it said, and why it does not hold. The newest only.
struct FailedReport {
    UnixMillis at;
    std::string reason;
    std::string detail;
    StoredReport report;
};
void set_failed_report(Database& db, const DeviceId& id, const FailedReport& failed);
std::optional<FailedReport> failed_report(Database& db, const DeviceId& id);

}  // namespace assay::store
