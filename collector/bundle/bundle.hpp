#pragma once
// A report bundle: one accepted report of a device with everything that its appraisal rested on, so that somebody else
// repeats it without this collector, a network or a TPM (collector/bundle/verify_bundle.hpp). It is a set of named
// files; `manifest.json` names each other one with its size and SHA-256 and carries what the collector says. One file
// is made of them by collector/bundle/archive.hpp; docs/BUNDLE.md describes it for others. Pure.

#include "base/time.hpp"
#include "collector/verifier/standing.hpp"
#include "evidence/binding.hpp"
#include "evidence/messages.hpp"
#include "evidence/proof.hpp"
#include "evidence/runtime/ima_replay.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay {

// Names are relative, of lower-case letters, digits, '-', '.' and '/'.
using BundleFiles = std::map<std::string, Bytes>;

inline constexpr std::string_view bundle_format = "assay/bundle/1";
inline constexpr std::string_view manifest_file = "manifest.json";
inline constexpr std::string_view manifest_signature_file = "manifest.cms";  // over manifest.json's bytes

// The report, and what the collector says of how it came.
struct BundledReport {
    Report report;       // with its PCR values
    PcrSelection asked;  // the challenge's
    Nonce nonce{};       // the challenge's
    TlsExporter exporter{};
    std::uint64_t generation = 0;  // of the AK
    UnixMillis accepted_at;
    friend bool operator==(const BundledReport&, const BundledReport&) = default;
};

// How the device came to be known, as the collector says it.
struct BundledEnrolment {
    EnrolmentRequest keys;  // EKs with their certificates, chain and AK; no join token
    Reason tier = Reason::ek_no_certificate;
    std::string detail;
    std::string decision;    // "automatic", "approved", ...
    std::string decided_by;  // or ""
    std::string note;        // or ""
    UnixMillis enrolled_at;
    friend bool operator==(const BundledEnrolment&, const BundledEnrolment&) = default;
};

// A part of the IMA list of this boot, as far as the collector knows it: `entries` of the document's, from `first` on.
struct BundledImaSegment {
    std::uint64_t first = 0;
    std::uint64_t entries = 0;
    Bytes body;
    friend bool operator==(const BundledImaSegment&, const BundledImaSegment&) = default;
};

// An approved document by which boots or what runs after them are judged.
struct BundledReference {
    bool runtime_policy = false;  // else Reference Values of a boot
    std::string text;
    std::string approved_by;
    std::optional<UnixMillis> approved_at;
    std::string note;
    Bytes signature;  // certs/document_signature.hpp, or empty
    friend bool operator==(const BundledReference&, const BundledReference&) = default;
};

// What the collector made of the report.
struct BundledAppraisal {
    AppraisedAxis boot;
    AppraisedAxis runtime;
    ProofLevel proof = ProofLevel::reported;
    std::vector<CheckResult> checks;
    std::optional<Date> judged_on;      // the day of the findings; none: not judged yet
    std::vector<std::string> findings;  // their ids, sorted
    friend bool operator==(const BundledAppraisal&, const BundledAppraisal&) = default;
};

struct Bundle {
    UnixMillis made_at;
    std::string made_by;  // "assay-collector 0.1.0"
    DeviceId device;
    std::string site;
    std::string role;
    BundledReport report;
    BundledEnrolment enrolment;
    std::map<Sha256, Bytes> documents;          // that the statement names, but for the IMA list's
    std::vector<BundledImaSegment> ima;         // in order
    bool ima_whole = true;                      // from the first entry since the TPM was reset; false after a kexec
    std::optional<ImaExtension> ima_extension;  // how this kernel extends
    std::vector<BundledReference> references;
    std::vector<std::string> packs;  // texts
    std::vector<Bytes> authorities;  // CA certificates, DER: trusted by nobody for being here
    BundledAppraisal appraisal;
    friend bool operator==(const Bundle&, const Bundle&) = default;
};

// Every file but the signature.
BundleFiles encode_bundle(const Bundle& bundle);

// Errors name the file and its field: a file that is missing, not in the manifest, or other than the manifest says; and
// what each decoder refuses. The signature file is left alone.
Result<Bundle> decode_bundle(const BundleFiles& files);

}  // namespace assay
