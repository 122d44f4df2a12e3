// What a report gets that is not what it should be: issue 2, "What bad input gets". The counterpart of each test here
// is Hostile::check_alive: the same report without the fault is accepted.

#include "tests/e2e/hostile.hpp"
#include "tests/support/vector.hpp"

using namespace assay;
using namespace assay::test;

namespace {

PcrValues only(const PcrValues& values, const PcrSelection& selection) {
    PcrValues out;
    for (const PcrBankSelection& bank : selection) {
        for (const PcrIndex pcr : pcrs_of(bank)) out[bank.bank].emplace(pcr, values.at(bank.bank).at(pcr));
    }
    return out;
}

// The victim's TPM signs over another selection than it was asked for.
Report over_selection(
    SoftDevice& device, const Challenge& asked, const TlsExporter& exporter, const PcrSelection& selection
) {
    Report out = device.report(asked, exporter, device.next_statement());
    QuoteAttest attest = decode_quote_attest(out.quote).value();
    attest.selection = selection;
    const PcrValues values = only(device.pcr_values(), selection);
    const SignedQuote quote = device.ak().quote(attest, values);
    out.quote = quote.quote;
    out.signature = quote.signature;
    out.pcr_values = values;
    return out;
}

}  // namespace

TEST_SUITE("hostile reports") {
    TEST_CASE_FIXTURE(Hostile, "a quote of an earlier nonce") {
        net::Connection connection = connect();
        const Report old = good_report(connection);
        good_report(connection);
        check_rejected(deliver(connection, old), "binding_mismatch");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a quote of another connection, also of a resumed one") {
        net::Client client = device_client();
        net::Connection first = client.connect().value();
        const Report report = good_report(first);
        net::Connection other = connect();
        check_rejected(deliver(other, report), "no_challenge");
        // Even under a challenge of its own: the nonce and the exporter are others.
        REQUIRE(victim.challenge(other));
        check_rejected(deliver(other, report), "binding_mismatch");

        net::Connection resumed = client.connect().value();
        REQUIRE(resumed.resumed());
        CHECK(resumed.exporter() != first.exporter());
        const Challenge asked = victim.challenge(resumed).value();
        const Report bound_elsewhere = victim.report(asked, first.exporter(), victim.next_statement());
        check_rejected(deliver(resumed, bound_elsewhere), "binding_mismatch");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a quote of another device") {
        net::Connection connection = connect();
        const Challenge asked = victim.challenge(connection).value();
        Statement statement = victim.next_statement();
        SoftDevice impostor = SoftDevice(nullptr);
        impostor.set_id(victim.id());
        const Report report = impostor.report(asked, connection.exporter(), statement);
        check_rejected(deliver(connection, report), "signature_invalid");
        const Challenge again = victim.challenge(connection).value();
        const Report others = bystander.report(again, connection.exporter(), bystander.next_statement());
        check_rejected(deliver(connection, others), "signature_invalid");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a statement changed by one byte, at every byte") {
        net::Connection connection = connect();
        const std::size_t size = good_report(connection).statement.size();
        for (std::size_t i = 0; i < size; ++i) {
            Report report = good_report(connection);
            report.statement[i] ^= 1U;
            const net::Response response = deliver(connection, report);
            CAPTURE(i);
            CHECK(reason_of(response) == "binding_mismatch");
        }
        CHECK(difference(before, dump()) == "");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "any single bit of the quote flipped, all of them") {
        net::Connection connection = connect();
        const std::size_t bits = good_report(connection).quote.size() * 8;
        for (std::size_t bit = 0; bit < bits; ++bit) {
            Report report = good_report(connection);
            report.quote[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
            const net::Response response = deliver(connection, report);
            CAPTURE(bit);
            CHECK(response.status == 400);
            CHECK(!reason_of(response).empty());
        }
        CHECK(attempt_with("signature_invalid") > 0);
        CHECK(difference(before, dump()) == "");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "any single bit of the signature flipped, all of them") {
        net::Connection connection = connect();
        const std::size_t bits = good_report(connection).signature.size() * 8;
        for (std::size_t bit = 0; bit < bits; ++bit) {
            Report report = good_report(connection);
            report.signature[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
            const net::Response response = deliver(connection, report);
            CAPTURE(bit);
            CHECK((response.status == 400 || response.status == 413));
            CHECK(reason_of(response).starts_with("signature_"));
        }
        CHECK(attempt_with("signature_invalid") > 0);
        CHECK(attempt_with("signature_malformed") > 0);
        CHECK(difference(before, dump()) == "");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a PCR selection that is smaller, larger or another") {
        net::Connection connection = connect();
        for (const int change : {0, 1, 2, 3}) {
            CAPTURE(change);
            const Challenge asked = victim.challenge(connection).value();
            PcrSelection selection = asked.selection;
            if (change == 0) selection[0].pcrs &= ~1U;
            if (change == 1) selection[0].pcrs |= 1U << 16U;
            if (change == 3) selection[0].pcrs = (selection[0].pcrs & ~1U) | 1U << 23U;  // as many, one of them another
            if (change == 2) selection[0].bank = HashAlg::sha384;
            const Report report = over_selection(victim, asked, connection.exporter(), selection);
            check_failed(deliver(connection, report), change == 2 ? "pcr_selection_empty" : "pcr_selection_mismatch");
        }
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "an empty PCR selection, as a TPM signs it over a bank that is not active") {
        net::Connection connection = connect();
        const Challenge asked = victim.challenge(connection).value();
        PcrSelection selection = asked.selection;
        selection[0].pcrs = 0;
        check_failed(
            deliver(connection, over_selection(victim, asked, connection.exporter(), selection)), "pcr_selection_empty"
        );
        const Challenge again = victim.challenge(connection).value();
        const net::Response response =
            deliver(connection, over_selection(victim, again, connection.exporter(), PcrSelection{}));
        CHECK(response.status == 422);
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a PCR value under another PCR's number, and one that is missing") {
        net::Connection connection = connect();
        Report report = good_report(connection);
        auto& bank = report.pcr_values->at(HashAlg::sha256);
        std::swap(bank.at(*PcrIndex::from(0)), bank.at(*PcrIndex::from(7)));
        check_failed(deliver(connection, report), "pcr_digest_mismatch");
        report = good_report(connection);
        report.pcr_values->at(HashAlg::sha256).erase(*PcrIndex::from(3));
        check_failed(deliver(connection, report), "pcr_values_incomplete");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "PCR values under another bank's name, with and without digests of that bank's size") {
        net::Connection connection = connect();
        for (const HashAlg other : {HashAlg::sha1, HashAlg::sha384, HashAlg::sha512}) {
            CAPTURE(name(other));
            Report report = good_report(connection);
            auto values = report.pcr_values->extract(HashAlg::sha256);
            values.key() = other;
            report.pcr_values->insert(std::move(values));
            check_rejected(deliver(connection, report), "malformed_message");  // 32 bytes are no digest of that bank
            report = good_report(connection);
            values = report.pcr_values->extract(HashAlg::sha256);
            values.key() = other;
            for (auto& [pcr, digest] : values.mapped()) digest = Digest::zero(other);
            report.pcr_values->insert(std::move(values));
            check_failed(deliver(connection, report), "pcr_values_incomplete");
        }
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a wrong magic or type, signed by the right key") {
        net::Connection connection = connect();
        Report report = good_report(connection);
        report.quote[0] = 0x00;
        report.signature = victim.ak().sign(report.quote);
        check_rejected(deliver(connection, report), "attest_bad_magic");
        report = good_report(connection);
        report.quote[5] = 0x17;  // TPM_ST_ATTEST_CERTIFY
        report.signature = victim.ak().sign(report.quote);
        check_rejected(deliver(connection, report), "attest_wrong_type");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "the right key under another hierarchy, whose counters would mean nothing") {
        net::Connection connection = connect();
        Report report = good_report(connection);
        QuoteAttest attest = decode_quote_attest(report.quote).value();
        attest.qualified_signer.back() ^= 1U;
        const SignedQuote quote = victim.ak().sign_attest(attest);
        report.quote = quote.quote;
        report.signature = quote.signature;
        check_rejected(deliver(connection, report), "signer_mismatch");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a stranger sends a known id with garbage: the device stays byte-identical") {
        net::Connection connection = connect();
        check_rejected(deliver(connection, Report{{1}, {2}, {3}, {}}), "no_challenge");
        REQUIRE(victim.challenge(connection));
        check_rejected(deliver(connection, Report{{1}, {2}, {3}, {}}), "attest_malformed");
        REQUIRE(victim.challenge(connection));
        check_rejected(post(connection, "/v1/reports", "{\"quote\":"), "malformed_message");
        check_rejected(post(connection, "/v1/challenge", "{}"), "malformed_message");
        SoftDevice unknown(nullptr);
        const net::Response response =
            post(connection, "/v1/challenge", encode_challenge_request(DeviceId{sha256("nobody")}));
        CHECK(response.status == 404);
        check_rejected(response, "unknown_device");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a report after the challenge of a device that nobody knows") {
        // The id that the connection asked for last has no key to check a signature with.
        net::Connection connection = connect();
        const Report report = good_report(connection);
        const DeviceId nobody{sha256("nobody")};
        check_rejected(post(connection, "/v1/challenge", encode_challenge_request(nobody)), "unknown_device");
        check_rejected(deliver(connection, report), "nonce_used");
        CHECK(running());
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a nonce used twice") {
        net::Connection connection = connect();
        const Report report = good_report(connection);
        REQUIRE(deliver(connection, report).status == 200);
        before = dump();
        check_rejected(deliver(connection, report), "nonce_used");
        const Report other = victim.report(last_challenge, connection.exporter(), victim.next_statement());
        check_rejected(deliver(connection, other), "nonce_used");
        // A refused report has used it as well.
        Report wrong = good_report(connection);
        const Report right = wrong;
        wrong.quote[20] ^= 1U;
        check_rejected(deliver(connection, wrong), "signature_invalid");
        check_rejected(deliver(connection, right), "nonce_used");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a statement that speaks for another device, signed by the victim") {
        net::Connection connection = connect();
        last_challenge = victim.challenge(connection).value();
        Statement statement = victim.next_statement();
        statement.device = bystander.id();
        check_failed(
            deliver(connection, victim.report(last_challenge, connection.exporter(), statement)),
            "statement_other_device"
        );
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a statement that is none, signed by the victim: each of the protocol's bad ones") {
        net::Connection connection = connect();
        std::size_t bad = 0;
        for (const Vector& vector : all_vectors()) {
            if (vector.text("kind") != "bad_statement") continue;
            CAPTURE(vector.file);
            ++bad;
            last_challenge = victim.challenge(connection).value();
            const Report report = victim.report_over(last_challenge, connection.exporter(), to_bytes(vector.payload));
            check_failed(deliver(connection, report), "statement_malformed");
        }
        CHECK(bad > 10);
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a second listener's connection is another connection") {
        net::Connection first = connect();
        net::Connection second = connect();
        REQUIRE(victim.challenge(first));
        REQUIRE(bystander.challenge(second));
        // Each nonce belongs to its connection only.
        const Report report = good_report(first);
        check_rejected(deliver(second, report), "signature_invalid");
        check_alive();
    }
}
