#pragma once
// Accepted reports. Reports that say the same (same documents, PCRs and appraisal) share one interval row: its first
// and its last report are kept whole, the ones between are counted. Documents are stored once; that a device gave one
// is kept per device.

#include "collector/store/devices.hpp"
#include "collector/verifier/documents.hpp"
#include "evidence/tpm/attest.hpp"

#include <span>

namespace assay::store {

struct StoredReport {
    Bytes statement;
    Bytes attest;  // TPMS_ATTEST
    Bytes signature;
    UnixMillis accepted_at;
    // Nonce and TLS exporter, 32 bytes each: what the quote's extraData is made of besides; may be empty.
    Bytes binding{};
    Bytes ima_tail{};  // of the newest report alone, else empty
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
// Closes the open interval and opens this one; number, reports and both reports are as given. The caller has advanced
// the epoch.
void open_interval(Database& db, const DeviceId& id, const ReportInterval& interval, UnixMillis valid_until);

// One accepted report that says what the last one said, in the fewest statements: compare-and-set on the epoch, the
// interval's last report, the device's times. False, and nothing changed, when the epoch is no longer `epoch`.
struct Heartbeat {
    DeviceId device;
    std::uint64_t epoch = 0;
    std::uint64_t interval = 0;
    ByteView statement;
    ByteView attest;
    ByteView signature;
    ByteView binding;
    ByteView ima_tail;
    UnixMillis accepted_at;
    UnixMillis valid_until;
};
bool record_heartbeat(Database& db, const Heartbeat& heartbeat);

// The values that hash to this pcrDigest in a report of this device, if any were accepted.
std::optional<PcrValues> known_pcr_values(
    Database& db, const DeviceId& id, std::string_view selection, ByteView pcr_digest
);

// Documents
inline constexpr std::size_t documents_kept = 64;  // per device; the ones used longest ago are let go of

// Keeps the bytes once, and that this device gave them. What it lets go of waits for delete_released_documents.
void keep_document(Database& db, const DeviceId& id, const KnownDocument& document, ByteView body, UnixMillis now);
void mark_document_used(Database& db, const DeviceId& id, const Sha256& document, UnixMillis now);
// The reports of this interval name the document.
void name_document(Database& db, const DeviceId& id, std::uint64_t interval, const Sha256& document);
// What this device gave with its accepted reports.
std::vector<KnownDocument> known_documents(Database& db, const DeviceId& id);
// The document of this kind that the device's last reports name; none when they name none, or it was let go of.
std::optional<Bytes> current_document(Database& db, const DeviceId& id, DocumentKind kind);
// Only what the device gave itself.
std::optional<Bytes> document_of(Database& db, const DeviceId& id, const Sha256& document);

// The checks of the last report, in their order.
void replace_checks(Database& db, const DeviceId& id, std::span<const CheckResult> checks);
std::vector<CheckResult> checks_of(Database& db, const DeviceId& id);

// A report that was the device's own and failed: what it said, and why it does not hold. The newest only.
struct FailedReport {
    UnixMillis at;
    Reason reason = Reason::internal_error;
    std::string detail;
    StoredReport report;
};
void set_failed_report(Database& db, const DeviceId& id, const FailedReport& failed);
std::optional<FailedReport> failed_report(Database& db, const DeviceId& id);

}  // namespace assay::store
