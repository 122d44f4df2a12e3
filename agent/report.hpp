#pragma once
// One report as values: the statement, the quote that signs it for this connection, and the look afterwards whether
// anything changed meanwhile. Sending it is agent/shell.hpp's. docs/PROTOCOL.md section 5.

#include "agent/scan_order.hpp"
#include "agent/session/memory.hpp"
#include "agent/tpm/attestation_key.hpp"
#include "base/time.hpp"
#include "evidence/binding.hpp"
#include "evidence/messages.hpp"

#include <functional>
#include <optional>
#include <string>

namespace assay::agent {

struct ReportOrder {
    DeviceId device;
    std::optional<Sha256> previous;
    std::uint64_t sequence = 1;
    std::string root;  // the captured tree that was read, or ""
    ScannedDocuments scanned;
    Challenge challenge;
    TlsExporter exporter{};
    UnixMillis time;
};

struct PreparedReport {
    // With PCR values, which hash to the quote's pcrDigest. Where the kernel extends PCR 10 so often that its value of
    // the quote's moment cannot be had, it is left out: the list that the statement names gives it. Without any where
    // the TPM quoted another selection than was asked, because a bank is not active: what that means for the device,
    // the collector says.
    Report report;
    Sha256 attest_sha256{};  // what the collector says it accepted
    Sha256 pcrs{};           // pcr_fingerprint
};

// What a report says of itself. `root` is cut to what a statement takes.
Statement statement_for(const ReportOrder& order);

// Whether the quote covers what the kernel measures while it runs, so that the entries up to its moment are needed.
bool covers_ima(const PcrSelection& selection);

// nullopt: PCRs, other than 10 where it can be left out, were extended between a few quotes and the readings of their
// values. `alive` is called after each quote and each reading. Errors: the TPM's.
Result<std::optional<PreparedReport>> prepare_report(
    const Tpm& tpm, AttestationKey& key, const ReportOrder& order, const std::function<void()>& alive
);

// The message, with or without the PCR values.
std::string message_of(const PreparedReport& prepared, bool pcr_values);

}  // namespace assay::agent
