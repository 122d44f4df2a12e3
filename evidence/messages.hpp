#pragma once
// The messages between agent and collector, each with its encoder and its strict decoder side by side. docs/PROTOCOL.md
// describes them for whoever writes another agent. Binary fields travel as base64url; ids and digests as hex.

#include "evidence/binding.hpp"
#include "evidence/device_id.hpp"
#include "evidence/tpm/pcr.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// POST /v1/enrolments
struct EndorsementKey {
    Bytes public_area;           // TPMT_PUBLIC
    Bytes certificate;           // DER X.509 as NV holds it, or empty
    std::uint32_t nv_index = 0;  // where the certificate was, or 0
    friend bool operator==(const EndorsementKey&, const EndorsementKey&) = default;
};
struct HostHints {  // what the device says of itself; hostile text, decides nothing
    std::string name;
    std::string maker;
    std::string model;
    std::string serial;
    friend bool operator==(const HostHints&, const HostHints&) = default;
};
struct EnrolmentRequest {
    std::string agent_version;
    std::vector<EndorsementKey> endorsement_keys;  // 1 to limits::endorsement_keys
    std::vector<Bytes> chain;                      // DER certificates of NV 0x01c00100-0x01c001ff
    Bytes ak_public;                               // TPMT_PUBLIC
    HostHints host;
    std::optional<std::string> join_token;
    friend bool operator==(const EnrolmentRequest&, const EnrolmentRequest&) = default;
};
std::string encode_enrolment_request(const EnrolmentRequest& request);
Result<EnrolmentRequest> decode_enrolment_request(std::string_view text);

// Its answer: a credential for each EK, in the request's order (TPM 2.0 Part 1, "Credential Protection").
struct CredentialChallenge {
    Bytes credential_blob;  // TPM2B_ID_OBJECT without its size
    Bytes secret;           // TPM2B_ENCRYPTED_SECRET without its size
    friend bool operator==(const CredentialChallenge&, const CredentialChallenge&) = default;
};
struct EnrolmentChallenge {
    EnrolmentId enrolment{};
    std::vector<CredentialChallenge> challenges;
    PcrSelection selection;  // what the proof's quote must select
    friend bool operator==(const EnrolmentChallenge&, const EnrolmentChallenge&) = default;
};
std::string encode_enrolment_challenge(const EnrolmentChallenge& challenge);
Result<EnrolmentChallenge> decode_enrolment_challenge(std::string_view text);

// POST /v1/enrolments/{id}/proof
struct EnrolmentProof {
    Bytes quote;      // TPMS_ATTEST
    Bytes signature;  // TPMT_SIGNATURE
    friend bool operator==(const EnrolmentProof&, const EnrolmentProof&) = default;
};
std::string encode_enrolment_proof(const EnrolmentProof& proof);
Result<EnrolmentProof> decode_enrolment_proof(std::string_view text);

struct EnrolmentResult {
    DeviceId device;
    std::uint64_t generation = 0;  // of the AK, from 1
    std::string lifecycle;         // "active", "pending_review", ...
    std::string reason;            // a reason code (evidence/reason.hpp)
    std::string detail;            // one sentence
    friend bool operator==(const EnrolmentResult&, const EnrolmentResult&) = default;
};
std::string encode_enrolment_result(const EnrolmentResult& result);
Result<EnrolmentResult> decode_enrolment_result(std::string_view text);

// POST /v1/challenge
std::string encode_challenge_request(const DeviceId& device);
Result<DeviceId> decode_challenge_request(std::string_view text);

struct Challenge {
    Nonce nonce{};
    PcrSelection selection;
    friend bool operator==(const Challenge&, const Challenge&) = default;
};
std::string encode_challenge(const Challenge& challenge);
Result<Challenge> decode_challenge(std::string_view text);

// POST /v1/reports
struct Report {
    Bytes statement;                      // the exact JSON bytes that the quote signs over
    Bytes quote;                          // TPMS_ATTEST
    Bytes signature;                      // TPMT_SIGNATURE
    std::optional<PcrValues> pcr_values;  // left out when the collector can know them
    // Entries of the IMA list that were read after the quote, at most limits::ima_tail_bytes. Not signed: they hold
    // only as far as they replay to PCR 10.
    Bytes ima_tail{};
    friend bool operator==(const Report&, const Report&) = default;
};
std::string encode_report(const Report& report);
Result<Report> decode_report(std::string_view text);

// 409: what the collector lacks before it can judge this report.
struct ReportNeeds {
    bool pcr_values = false;
    std::vector<Sha256> documents;
    std::optional<std::uint64_t> ima_first{};  // the segment must begin with this entry: make the report again
    friend bool operator==(const ReportNeeds&, const ReportNeeds&) = default;
};
std::string encode_report_needs(const ReportNeeds& needs);
Result<ReportNeeds> decode_report_needs(std::string_view text);

// 200: the report is stored. `checks` are the steps in order.
struct CheckResult {
    std::string check;    // "signature", "pcr_digest", ...
    std::string outcome;  // "passed", "failed", "not_appraised"
    std::string reason;   // a reason code, or "" when passed
    std::string detail;
    friend bool operator==(const CheckResult&, const CheckResult&) = default;
};
struct ReportResult {
    std::string lifecycle;  // "active", ...
    std::string identity;   // "affirming", "warning", "contraindicated", "none"
    std::string boot;
    std::string runtime;
    std::vector<CheckResult> checks;
    Sha256 accepted{};  // SHA-256 of the accepted TPMS_ATTEST: the next statement's prev
    std::uint64_t next_report_s = 0;
    friend bool operator==(const ReportResult&, const ReportResult&) = default;
};
std::string encode_report_result(const ReportResult& result);
Result<ReportResult> decode_report_result(std::string_view text);

// Any refusal: HTTP status 4xx or 5xx with {"error": {"code", "reason", "where", "what"}}.
struct Refusal {
    std::string code;    // a word of Errc
    std::string reason;  // a reason code, or ""
    std::string where;
    std::string what;
    friend bool operator==(const Refusal&, const Refusal&) = default;
};
std::string encode_refusal(const Refusal& refusal);
Result<Refusal> decode_refusal(std::string_view text);

}  // namespace assay
