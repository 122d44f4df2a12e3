#include "collector/verifier/report.hpp"

#include "base/encoding.hpp"
#include "evidence/limits.hpp"
#include "evidence/runtime/ima_replay.hpp"

#include <algorithm>

namespace assay {
namespace {

// The steps that a report has behind it once it is authentic.
std::vector<CheckResult> authentic_checks() {
    constexpr std::size_t steps = 16;
    std::vector<CheckResult> out;
    out.reserve(steps);
    for (const std::string_view one : {step::magic, step::type, step::signature, step::signer, step::binding}) {
        out.push_back(passed(one));
    }
    return out;
}

DeviceFailure failure(std::vector<CheckResult> checks, std::string_view at, Reason reason, std::string detail) {
    checks.push_back(failed(at, reason, detail));
    return {reason, std::move(detail), std::move(checks)};
}

PcrIndex ima_index() {
    return *PcrIndex::from(ima_pcr);
}

// An asked bank of which the TPM signed over nothing, as it does when the bank is not active.
bool asked_bank_is_empty(const PcrSelection& asked, const PcrSelection& given) {
    return std::ranges::any_of(asked, [&given](const PcrBankSelection& bank) {
        const auto found = std::ranges::find(given, bank.bank, &PcrBankSelection::bank);
        return bank.pcrs != 0 && (found == given.end() || found->pcrs == 0);
    });
}

}  // namespace

std::expected<SignedReport, RejectedAttempt> decode_signed_report(std::string_view body) {
    auto report = decode_report(body);
    if (!report) {
        const Error& error = report.error();
        return std::unexpected(RejectedAttempt{Reason::malformed_message, error.code, error.where, error.what});
    }
    return SignedReport(*std::move(report));
}

AuthenticReport::AuthenticReport(
    Report report, QuoteAttest attest, const DeviceId& device, const IssuedChallenge& challenge, HashAlg hash
)
    : report_(std::move(report)),
      attest_(std::move(attest)),
      device_(device),
      asked_(challenge.selection),
      issued_(challenge.issued),
      scheme_hash_(hash) {}

std::expected<AuthenticReport, RejectedAttempt> authenticate(
    SignedReport report, const AttestationKey& key, const DeviceId& device, const IssuedChallenge& challenge,
    const TlsExporter& exporter, UnixMillis now
) {
    if (now < challenge.issued || now - challenge.issued >= limits::nonce_lifetime) {
        return std::unexpected(
            RejectedAttempt{Reason::nonce_expired, Errc::timed_out, "nonce", "its 60 seconds are over"}
        );
    }
    const Digest expected = report_extra_data({
        .hash = key.hash(),
        .nonce = challenge.nonce,
        .device = device,
        .ak_name = key.name(),
        .selection = encode_pcr_selection(challenge.selection),
        .exporter = exporter,
        .statement = report.report_.statement,
    });
    auto attest = check_signed_quote(key, report.report_.quote, report.report_.signature, expected);
    if (!attest) return std::unexpected(std::move(attest).error());
    return AuthenticReport(std::move(report.report_), *std::move(attest), device, challenge, key.hash());
}

bool AuthenticReport::lacks_ima_value() const {
    if (!report_.pcr_values || asked_.size() != 1) return false;
    const PcrBankSelection& asked = asked_.front();
    const auto bank = report_.pcr_values->find(asked.bank);
    if (bank == report_.pcr_values->end() || bank->second.contains(ima_index())) return false;
    PcrBankSelection given{asked.bank, 1U << ima_pcr};
    for (const auto& [pcr, value] : bank->second) given.pcrs |= 1U << pcr.value();
    return given == asked && report_.pcr_values->size() == 1;
}

bool ImaValueCheck::holds(const Digest& ima_value) {
    std::ranges::copy(ima_value.bytes(), values_.begin() + static_cast<std::ptrdiff_t>(at_));
    return same_bytes(hasher_.restart().update(values_).finish().bytes(), expected_);
}

ImaValueCheck AuthenticReport::ima_value_check() const {
    const PcrBankSelection& asked = asked_.front();
    const auto& known = report_.pcr_values->at(asked.bank);
    Bytes values;
    std::size_t at = 0;
    for (const PcrIndex pcr : pcrs_of(asked)) {
        const auto value = known.find(pcr);
        if (value == known.end()) {
            at = values.size();
            values.resize(at + digest_size(asked.bank));
        } else {
            const ByteView bytes = value->second.bytes();
            values.insert(values.end(), bytes.begin(), bytes.end());
        }
    }
    return {scheme_hash_, std::move(values), at, to_bytes(attest_.pcr_digest)};
}

AuthenticReport AuthenticReport::with_ima_value(const Digest& ima_value) && {
    (*report_.pcr_values)[asked_.front().bank].insert_or_assign(ima_index(), ima_value);
    return std::move(*this);
}

VerifiedQuote::VerifiedQuote(
    AuthenticReport authentic, std::shared_ptr<const PcrValues> values, Statement statement,
    std::vector<CheckResult> checks
)
    : report_(std::move(authentic.report_)),
      attest_(std::move(authentic.attest_)),
      device_(authentic.device_),
      issued_(authentic.issued_),
      pcr_values_(std::move(values)),
      statement_(std::move(statement)),
      checks_(std::move(checks)) {}

std::variant<VerifiedQuote, PcrValuesNeeded, DeviceFailure> verify_quote(
    AuthenticReport report, std::shared_ptr<const PcrValues> known
) {
    std::vector<CheckResult> checks = authentic_checks();
    const PcrSelection& given = report.attest_.selection;
    if (!same_meaning(given, report.asked_)) {
        const Reason reason =
            asked_bank_is_empty(report.asked_, given) ? Reason::pcr_selection_empty : Reason::pcr_selection_mismatch;
        return failure(
            std::move(checks), step::selection, reason,
            "asked for " + text(report.asked_) + ", signed over " + (text(given).empty() ? "nothing" : text(given))
        );
    }
    checks.push_back(passed(step::selection));

    const bool own = report.report_.pcr_values.has_value();
    if (!own && known == nullptr) return PcrValuesNeeded{};
    const std::shared_ptr<const PcrValues> values =
        own ? std::make_shared<const PcrValues>(*std::move(report.report_.pcr_values)) : std::move(known);
    const auto digest = pcr_digest(report.scheme_hash_, given, *values);
    const bool holds = digest && same_bytes(digest->bytes(), report.attest_.pcr_digest);
    // What the collector remembered does not fit: its memory is at fault, not the device.
    if (!holds && !own) return PcrValuesNeeded{};
    if (!digest) {
        const Error& error = digest.error();
        return failure(std::move(checks), step::pcr_digest, Reason::pcr_values_incomplete, error.message());
    }
    if (!holds) {
        return failure(
            std::move(checks), step::pcr_digest, Reason::pcr_digest_mismatch,
            "the values hash to " + to_hex(digest->bytes()) + ", signed was " + to_hex(report.attest_.pcr_digest)
        );
    }
    checks.push_back(passed(step::pcr_digest));

    auto statement = decode_statement(as_text(report.report_.statement));
    if (!statement) {
        return failure(std::move(checks), step::statement, Reason::statement_malformed, statement.error().message());
    }
    if (statement->device != report.device_) {
        return failure(
            std::move(checks), step::statement, Reason::statement_other_device, "names " + statement->device.text()
        );
    }
    checks.push_back(passed(step::statement));
    return VerifiedQuote(std::move(report), values, *std::move(statement), std::move(checks));
}

}  // namespace assay
