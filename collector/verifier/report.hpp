#pragma once
// One report's way from bytes to facts. Trust is a type: SignedReport -> AuthenticReport -> VerifiedQuote ->
// ReplayedLog -> Facts -> Appraisal (collector/verifier/appraisal.hpp), each built only by the function that did the
// check, in the order of DESIGN section 3.
//
//     decode_signed_report(body)                    RejectedAttempt: malformed_message
//     authenticate(signed, ...)                     RejectedAttempt: nothing is said about the device
//     verify_quote(authentic, values)               DeviceFailure, or the PCR values are needed (409)
//     documents_lacking(verified.statement(), ...)  409 with what to upload
//     replay_log(verified, event log)               collector/verifier/replayed_log.hpp
//     establish_facts(replayed, ...)                DeviceFailure (collector/verifier/facts.hpp)
//     appraise(facts, ...)                          what the device's standing becomes

#include "base/time.hpp"
#include "collector/verifier/attestation_key.hpp"
#include "collector/verifier/counters.hpp"
#include "collector/verifier/documents.hpp"
#include "collector/verifier/outcome.hpp"
#include "evidence/binding.hpp"
#include "evidence/messages.hpp"
#include "evidence/statement.hpp"

#include <expected>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace assay {

// A challenge as its connection keeps it. It dies with the connection, with the next challenge, and with the report
// that is accepted under it.
struct IssuedChallenge {
    Nonce nonce{};
    PcrSelection selection;
    UnixMillis issued;
};

class SignedReport {
  public:
    const Report& report() const { return report_; }

  private:
    explicit SignedReport(Report report) : report_(std::move(report)) {}
    Report report_;
    friend std::expected<SignedReport, RejectedAttempt> decode_signed_report(std::string_view);
    friend std::expected<class AuthenticReport, RejectedAttempt> authenticate(
        SignedReport, const AttestationKey&, const DeviceId&, const IssuedChallenge&, const TlsExporter&, UnixMillis
    );
};
// `body`: the bytes of POST /v1/reports.
[[nodiscard]] std::expected<SignedReport, RejectedAttempt> decode_signed_report(std::string_view body);

// Whether pcrDigest holds with one value of PCR 10 or another: the other values are laid out once.
class ImaValueCheck {
  public:
    bool holds(const Digest& ima_value);

  private:
    ImaValueCheck(HashAlg hash, Bytes values, std::size_t at, Bytes expected)
        : hasher_(hash), values_(std::move(values)), at_(at), expected_(std::move(expected)) {}
    Hasher hasher_;
    Bytes values_;    // of what was selected, in its order
    std::size_t at_;  // of PCR 10 among them
    Bytes expected_;
    friend class AuthenticReport;
};

// The enrolled AK of this device signed exactly this statement, over this connection, under this challenge.
class AuthenticReport {
  public:
    const QuoteAttest& attest() const { return attest_; }
    const DeviceId& device() const { return device_; }
    bool has_pcr_values() const { return report_.pcr_values.has_value(); }
    const PcrSelection& asked() const { return asked_; }
    const Bytes& statement_bytes() const { return report_.statement; }
    const Bytes& ima_tail() const { return report_.ima_tail; }

    // PCR values came, and of those that were asked for PCR 10 alone lacks: the kernel extends it too often to be read.
    bool lacks_ima_value() const;
    // REQUIRES: lacks_ima_value().
    ImaValueCheck ima_value_check() const;
    // The same report with the value; verify_quote() checks pcrDigest over all of them.
    AuthenticReport with_ima_value(const Digest& ima_value) &&;

  private:
    AuthenticReport(
        Report report, QuoteAttest attest, const DeviceId& device, const IssuedChallenge& challenge, HashAlg hash
    );
    Report report_;
    QuoteAttest attest_;
    DeviceId device_;
    PcrSelection asked_;
    UnixMillis issued_;
    HashAlg scheme_hash_;
    friend class VerifiedQuote;
    friend std::expected<AuthenticReport, RejectedAttempt> authenticate(
        SignedReport, const AttestationKey&, const DeviceId&, const IssuedChallenge&, const TlsExporter&, UnixMillis
    );
    friend std::variant<class VerifiedQuote, struct PcrValuesNeeded, DeviceFailure>
        verify_quote(AuthenticReport, std::shared_ptr<const PcrValues>);
};
// `key` and `device`: as enrolled, looked up by the id of the challenge request, never from the report.
// Rejected: nonce_expired from limits::nonce_lifetime on (and when the clock went back behind `issued`), attest_*,
// signature_*, signer_mismatch, binding_mismatch.
[[nodiscard]] std::expected<AuthenticReport, RejectedAttempt> authenticate(
    SignedReport report, const AttestationKey& key, const DeviceId& device, const IssuedChallenge& challenge,
    const TlsExporter& exporter, UnixMillis now
);

// Neither the report nor the caller had the PCR values: answer 409, ReportNeeds::pcr_values.
struct PcrValuesNeeded {};

// The PCR values are those that the TPM signed over what was asked, and the statement speaks for this device.
class VerifiedQuote {
  public:
    const DeviceId& device() const { return device_; }
    const QuoteAttest& attest() const { return attest_; }
    const PcrValues& pcr_values() const { return *pcr_values_; }
    const Statement& statement() const { return statement_; }
    const Bytes& statement_bytes() const { return report_.statement; }
    const Bytes& quote_bytes() const { return report_.quote; }
    const Bytes& signature_bytes() const { return report_.signature; }
    const Bytes& ima_tail() const { return report_.ima_tail; }          // not signed
    UnixMillis issued() const { return issued_; }                       // when the nonce was
    const std::vector<CheckResult>& checks() const { return checks_; }  // the steps so far

  private:
    VerifiedQuote(
        AuthenticReport authentic, std::shared_ptr<const PcrValues> values, Statement statement,
        std::vector<CheckResult> checks
    );
    Report report_;
    QuoteAttest attest_;
    DeviceId device_;
    UnixMillis issued_;
    std::shared_ptr<const PcrValues> pcr_values_;
    Statement statement_;
    std::vector<CheckResult> checks_;
    friend std::variant<VerifiedQuote, PcrValuesNeeded, DeviceFailure>
        verify_quote(AuthenticReport, std::shared_ptr<const PcrValues>);
};
// `known`: the values the collector has for this device, bank, selection and pcrDigest, or nullptr; the report's own
// are used when it brings any. They are hashed again each time. Failures: pcr_selection_mismatch, pcr_selection_empty,
// pcr_values_incomplete, pcr_digest_mismatch, statement_malformed, statement_other_device.
[[nodiscard]] std::variant<VerifiedQuote, PcrValuesNeeded, DeviceFailure> verify_quote(
    AuthenticReport report, std::shared_ptr<const PcrValues> known
);

}  // namespace assay
