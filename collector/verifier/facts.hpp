#pragma once
// What a verified report establishes: the documents it speaks for, and how it follows the device's earlier reports.

#include "collector/verifier/replayed_log.hpp"
#include "evidence/firmware_manifest.hpp"
#include "evidence/inventory.hpp"
#include "evidence/module_list.hpp"

#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace assay {

// What the store knows of the device's earlier reports.
struct DeviceHistory {
    std::optional<LastClock> last;              // none before the first accepted report
    std::optional<Sha256> last_attest;          // SHA-256 of the last accepted TPMS_ATTEST
    std::optional<Sha256> last_previous;        // what that report named as its own previous
    std::uint64_t last_sequence = 0;            // of the last accepted statement
    std::optional<std::uint64_t> tpm_firmware;  // firmwareVersion at enrolment, or when an operator last approved
};

// What this report establishes. Its components are `reported` at most, and `declared` when it is replayed.
class Facts {
  public:
    const DeviceId& device() const { return quote().device(); }
    const VerifiedQuote& quote() const { return log_.quote(); }
    const ReplayedLog& log() const { return log_; }
    const Statement& statement() const { return quote().statement(); }
    const Sha256& attest_sha256() const { return attest_sha256_; }  // the next statement's prev
    bool replayed() const { return replayed_; }
    const CounterFinding& counters() const { return counters_; }
    // Decoded from what was uploaded with this report; none when the device gave the document before.
    const std::optional<Inventory>& new_inventory() const { return new_inventory_; }
    const std::optional<Placement>& new_placement() const { return new_placement_; }
    const std::optional<FirmwareManifest>& new_firmware_manifest() const { return new_firmware_manifest_; }
    const std::optional<ModuleList>& new_modules() const { return new_modules_; }
    const std::vector<KnownDocument>& new_documents() const { return new_documents_; }
    const std::vector<CheckResult>& checks() const { return *checks_; }

  private:
    explicit Facts(ReplayedLog log);
    ReplayedLog log_;
    Sha256 attest_sha256_{};
    bool replayed_ = false;
    CounterFinding counters_;
    std::optional<Inventory> new_inventory_;
    std::optional<Placement> new_placement_;
    std::optional<FirmwareManifest> new_firmware_manifest_;
    std::optional<ModuleList> new_modules_;
    std::vector<KnownDocument> new_documents_;
    std::shared_ptr<const std::vector<CheckResult>> checks_;
    friend std::expected<Facts, DeviceFailure> establish_facts(
        ReplayedLog, const DeviceHistory&, std::span<const KnownDocument>, const AskedDocuments&, UnixMillis
    );
};
// Failures: document_missing (a document neither known nor uploaded), document_malformed,
// statement_contradicts_inventory (one of them says that it is replayed, the other not). What the event log, the
// counters, `prev` and the sequence say never fails here: it stands in checks() and is appraised.
[[nodiscard]] std::expected<Facts, DeviceFailure> establish_facts(
    ReplayedLog log, const DeviceHistory& history, std::span<const KnownDocument> known, const AskedDocuments& uploads,
    UnixMillis now
);

}  // namespace assay
