#pragma once
// A device that speaks docs/PROTOCOL.md with keys in software, for tests and the bench: step by step, so that a test
// can change any byte between two steps. Its PCR values are made up and never zero.

#include "evidence/firmware_manifest.hpp"
#include "evidence/inventory.hpp"
#include "evidence/messages.hpp"
#include "evidence/module_list.hpp"
#include "evidence/statement.hpp"
#include "net/client.hpp"
#include "tests/support/ek_authority.hpp"
#include "tests/support/soft_tpm.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace assay::test {

net::Response send(net::Connection& connection, net::Method method, const std::string& path, std::string_view body);
inline net::Response post(net::Connection& connection, const std::string& path, std::string_view body) {
    return send(connection, net::Method::post, path, body);
}

// An enrolment between its two messages. `body`: the request's bytes, which the proof is bound to.
struct OpenEnrolment {
    std::string body;
    EnrolmentChallenge challenge;
};
Result<OpenEnrolment> open_enrolment(net::Connection& connection, const EnrolmentRequest& request);
net::Response prove(net::Connection& connection, const OpenEnrolment& open, const EnrolmentProof& proof);
// TPM2_ActivateCredential: what only the holder of the EK gets. Throws where it is for another EK or AK.
Bytes opened_secret(const CredentialChallenge& challenge, const SoftEk& ek, const SoftAk& ak);

class SoftDevice {
  public:
    // EKs of these templates, with certificates of `authority`, or without any when it is nullptr.
    explicit SoftDevice(
        const EkAuthority* authority, const std::vector<std::string>& ek_templates = {"L-2"},
        AkKind kind = AkKind::ecc_p256_sha256
    );

    // Enrolment, in steps and whole.
    EnrolmentRequest enrolment_request(const std::optional<std::string>& join_token) const;
    EnrolmentProof proof(
        std::string_view request_body, const EnrolmentChallenge& challenge, const TlsExporter& exporter
    ) const;
    // The same with secrets of the caller's: for requests that name others' keys.
    EnrolmentProof proof(const OpenEnrolment& open, const TlsExporter& exporter, std::span<const Bytes> secrets) const;
    Result<EnrolmentResult> enrol(net::Connection& connection, const std::optional<std::string>& join_token);

    // A report, in steps and whole. The statement names inventory(), and placement(), firmware(), modules() and
    // event_log() where these hold anything, and of an IMA list what send_list() was given; it raises the sequence.
    Statement next_statement();
    Report report(const Challenge& challenge, const TlsExporter& exporter, const Statement& statement) const;
    // Over these bytes, whatever they are.
    Report report_over(const Challenge& challenge, const TlsExporter& exporter, Bytes statement) const;
    Result<Challenge> challenge(net::Connection& connection) const;
    // Answers every 409 as an agent does; remembers what was accepted.
    net::Response deliver(net::Connection& connection, const Report& report);
    Result<ReportResult> report_once(net::Connection& connection);

    const DeviceId& id() const { return id_; }
    void set_id(const DeviceId& id) { id_ = id; }
    const SoftAk& ak() const { return ak_; }
    const std::vector<SoftEk>& eks() const { return eks_; }
    HostHints& host() { return host_; }
    std::string& root() { return root_; }  // of the tree it says it reads; "": live
    Inventory& inventory() { return inventory_; }
    Placement& placement() { return placement_; }
    std::vector<FirmwareFile>& firmware() { return firmware_; }
    ModuleList& modules() { return modules_; }
    Bytes& event_log() { return event_log_; }
    // Of the list that stands in `span`, these bytes as a document.
    void send_list(const ImaSpan& span, const Bytes& segment) {
        ima_ = span;
        ima_segment_ = segment;
    }
    QuoteAttest& clock() { return attest_; }  // clock, firmware version: what the next quotes say
    PcrValues& pcr_values() { return pcr_values_; }
    bool& sends_pcr_values() { return sends_pcr_values_; }
    std::optional<Sha256>& previous() { return previous_; }

  private:
    void name_document(Statement& statement, DocumentKind kind, std::string document);

    std::vector<SoftEk> eks_;
    std::vector<Bytes> certificates_;
    SoftAk ak_;
    DeviceId id_;
    HostHints host_{"soft", "Example", "Soft device", "S1"};
    std::string root_;
    Inventory inventory_;
    Placement placement_;
    std::vector<FirmwareFile> firmware_;
    ModuleList modules_;
    Bytes event_log_;
    std::optional<ImaSpan> ima_;
    Bytes ima_segment_;
    std::map<Sha256, std::string> documents_;  // that the last statement named
    QuoteAttest attest_;
    PcrValues pcr_values_;
    bool sends_pcr_values_ = true;
    std::optional<Sha256> previous_;
    std::uint64_t sequence_ = 0;
};

}  // namespace assay::test
