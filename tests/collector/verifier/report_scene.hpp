#pragma once
// One enrolled device that reports well, for tests that then break one thing of it.

#include "base/encoding.hpp"
#include "collector/verifier/appraisal.hpp"
#include "tests/support/soft_tpm.hpp"

#include <algorithm>
#include <string>

namespace assay::test {

struct ReportScene {
    explicit ReportScene(
        AkKind kind = AkKind::ecc_p256_sha256, PcrSelection selection = select_pcrs(HashAlg::sha256, {0, 1, 2, 7})
    )
        : ak(kind), key(AttestationKey::of(ak.public_area()).value()) {
        device = DeviceId::of_ek(as_bytes("an endorsement key"));
        challenge = {.nonce = {1, 2, 3}, .selection = std::move(selection), .issued = now};
        exporter.fill(0x5a);
        for (const PcrBankSelection& bank : challenge.selection) {
            for (const PcrIndex pcr : pcrs_of(bank)) {
                values[bank.bank].emplace(pcr, hash(bank.bank, as_bytes("pcr " + std::to_string(pcr.value()))));
            }
        }
        inventory.sources = {{"pci", SourceState::ok, "", {"0000"}}};
        normalise(inventory);
        statement.agent_version = "0.1.0";
        statement.host = "router-7";
        statement.device = device;
        statement.sequence = 1;
        statement.time = now;
        attest.clock = {.clock_ms = 1'000'000, .reset_count = 7, .restart_count = 0, .safe = true};
        attest.firmware_version = 0x0001'0002'0003'0004;
        name_documents();
    }

    // The statement names the documents as they are now.
    void name_documents() {
        documents.clear();
        documents[DocumentKind::inventory] = to_bytes(encode_inventory(inventory));
        if (placement) documents[DocumentKind::placement] = to_bytes(encode_placement(*placement));
        statement.documents.clear();
        for (const auto& [kind, bytes] : documents) statement.documents.push_back({kind, sha256(bytes), bytes.size()});
    }

    Digest extra_data(const Bytes& statement_bytes) const {
        return report_extra_data(
            {.hash = key.hash(),
             .nonce = challenge.nonce,
             .device = device,
             .ak_name = key.name(),
             .selection = encode_pcr_selection(challenge.selection),
             .exporter = exporter,
             .statement = statement_bytes}
        );
    }

    // A report as the device would send it now.
    Report report() const {
        Report out;
        out.statement = to_bytes(encode_statement(statement));
        QuoteAttest quoted = attest;
        quoted.extra_data = to_bytes(extra_data(out.statement).bytes());
        quoted.selection = challenge.selection;
        SignedQuote quote = ak.quote(std::move(quoted), values);
        out.quote = std::move(quote.quote);
        out.signature = std::move(quote.signature);
        out.pcr_values = values;
        return out;
    }

    // The same report, its TPMS_ATTEST changed before it is signed.
    template <class Change>
    Report report_with(Change change) const {
        Report out = report();
        QuoteAttest changed = decode_quote_attest(out.quote).value();
        change(changed);
        SignedQuote quote = ak.sign_attest(changed);
        out.quote = std::move(quote.quote);
        out.signature = std::move(quote.signature);
        return out;
    }

    std::expected<AuthenticReport, RejectedAttempt> check(const Report& sent) const { return check(sent, key, now); }
    std::expected<AuthenticReport, RejectedAttempt> check(
        const Report& sent, const AttestationKey& enrolled, UnixMillis at
    ) const {
        return authenticate(
            decode_signed_report(encode_report(sent)).value(), enrolled, device, challenge, exporter, at
        );
    }

    std::variant<VerifiedQuote, PcrValuesNeeded, DeviceFailure> verify(
        const Report& sent, const PcrValues* known = nullptr
    ) const {
        return verify_quote(
            check(sent).value(), known == nullptr ? nullptr : std::make_shared<const PcrValues>(*known)
        );
    }

    VerifiedQuote verified() const { return std::get<VerifiedQuote>(verify(report())); }

    // Everything that the statement names, uploaded.
    AskedDocuments uploads() const {
        AskedDocuments out(statement.documents);
        for (const auto& [kind, bytes] : documents) {
            if (!out.put(sha256(bytes), bytes)) throw std::runtime_error("a scene's own document was refused");
        }
        return out;
    }

    std::expected<Facts, DeviceFailure> facts(const DeviceHistory& history = {}) const {
        return establish_facts(replay_log(verified(), nullptr), history, {}, uploads(), now);
    }

    UnixMillis now{1'800'000'000'000};
    SoftAk ak;
    AttestationKey key;
    DeviceId device;
    IssuedChallenge challenge;
    TlsExporter exporter{};
    PcrValues values;
    Statement statement;
    Inventory inventory;
    std::optional<Placement> placement;
    std::map<DocumentKind, Bytes> documents;
    QuoteAttest attest;  // its clock and firmware version
};

// By an operator who has approved no Reference Values.
inline Appraisal appraised(const Facts& facts) {
    const BootAppraisal boot = appraise_boot(facts, {}, {}, Date::of(UnixMillis{1'800'000'000'000}));
    return appraise(facts, boot, appraise_runtime(facts, match_ima_list(facts, std::nullopt, 1, {}), boot, {}, {}));
}

inline const CheckResult* find_check(const std::vector<CheckResult>& checks, std::string_view step) {
    const auto found = std::ranges::find(checks, step, &CheckResult::check);
    return found == checks.end() ? nullptr : &*found;
}

inline Bytes flipped(Bytes bytes, std::size_t bit) {
    bytes[bit / 8] = static_cast<std::uint8_t>(bytes[bit / 8] ^ (1U << (bit % 8)));
    return bytes;
}

}  // namespace assay::test
