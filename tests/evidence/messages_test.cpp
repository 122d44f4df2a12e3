#include "evidence/messages.hpp"

#include "evidence/limits.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace assay;

namespace {

EnrolmentRequest request() {
    EnrolmentRequest out;
    out.agent_version = "0.1.0";
    out.endorsement_keys = {{Bytes(300, 1), Bytes(900, 2), 0x01c00002}, {Bytes(120, 3), {}, 0}};
    out.chain = {Bytes(10, 4), Bytes(11, 5)};
    out.ak_public = Bytes(118, 6);
    out.host = {"router-7", "Example", "", "123"};
    out.join_token = "token";
    return out;
}

Report report() {
    Report out;
    out.statement = to_bytes("{}");
    out.quote = Bytes(145, 1);
    out.signature = Bytes(72, 2);
    PcrValues values;
    values[HashAlg::sha256].emplace(*PcrIndex::from(0), Digest::zero(HashAlg::sha256));
    values[HashAlg::sha256].emplace(*PcrIndex::from(23), hash(HashAlg::sha256, as_bytes("x")));
    values[HashAlg::sha384].emplace(*PcrIndex::from(7), Digest::zero(HashAlg::sha384));
    out.pcr_values = values;
    return out;
}

ReportResult result() {
    ReportResult out;
    out.lifecycle = "active";
    out.identity = "affirming";
    out.boot = "none";
    out.runtime = "none";
    out.checks = {{"magic", "passed", "", ""}, {"event_log", "not_appraised", "event_log_not_sent", "why"}};
    out.accepted = sha256("quote");
    out.next_report_s = 600;
    return out;
}

// One message, what it encodes to, and its decoder.
template <class Message, class Encode, class Decode>
void check_message(const char* what, const Message& message, Encode encode, Decode decode) {
    CAPTURE(std::string(what));
    const std::string text = encode(message);
    const auto again = decode(text);
    REQUIRE(again);
    CHECK(*again == message);
    CHECK(encode(*again) == text);
    for (std::size_t size = 0; size < text.size(); ++size) {
        const bool accepted = decode(std::string_view(text).substr(0, size)).has_value();
        CAPTURE(size);
        CHECK_FALSE(accepted);
    }
    CHECK(decode(text + "{}").error().code == Errc::trailing_bytes);
    std::string more = text;
    more.insert(1, "\"zz\":1,");
    CHECK(decode(more).error().code == Errc::unknown_field);
    const std::size_t key_end = text.find(':');
    std::string twice = text;
    twice.insert(1, text.substr(1, key_end - 1) + ":1,");
    CHECK(decode(twice).error().code == Errc::duplicate_key);
    CHECK(decode("{}").error().code == Errc::missing_field);
    CHECK(decode("[]").error().code == Errc::wrong_type);
    CHECK(decode(text + std::string(limits::message_bytes, ' ')).error().code == Errc::limit_exceeded);
}

}  // namespace

TEST_SUITE("messages") {
    TEST_CASE("every message: round trip, truncation at every length, unknown, missing and double keys") {
        check_message("enrolment request", request(), encode_enrolment_request, decode_enrolment_request);
        const EnrolmentChallenge challenge{
            {1, 2}, {{Bytes(60, 1), Bytes(256, 2)}, {Bytes(60, 3), Bytes(68, 4)}}, select_pcrs(HashAlg::sha256, {0, 7})
        };
        check_message("enrolment challenge", challenge, encode_enrolment_challenge, decode_enrolment_challenge);
        const EnrolmentProof proof{Bytes(145, 1), Bytes(72, 2)};
        check_message("enrolment proof", proof, encode_enrolment_proof, decode_enrolment_proof);
        const EnrolmentResult enrolled{DeviceId{sha256("device")}, 1, "pending_review", "ek_no_certificate", "why"};
        check_message("enrolment result", enrolled, encode_enrolment_result, decode_enrolment_result);
        const DeviceId device{sha256("device")};
        check_message("challenge request", device, encode_challenge_request, decode_challenge_request);
        const Challenge one{sha256("nonce"), select_pcrs(HashAlg::sha384, {0, 23})};
        check_message("challenge", one, encode_challenge, decode_challenge);
        check_message("report", report(), encode_report, decode_report);
        const ReportNeeds needs{true, {sha256("a"), sha256("b")}, 480};
        check_message("needs", needs, encode_report_needs, decode_report_needs);
        check_message("result", result(), encode_report_result, decode_report_result);
        const Refusal refusal{"mismatch", "binding_mismatch", "quote.extraData", "is not what was asked"};
        check_message("refusal", refusal, encode_refusal, decode_refusal);
    }

    TEST_CASE("the tail of an IMA list has a limit, and an empty one is left out") {
        Report with = report();
        with.ima_tail = Bytes(limits::ima_tail_bytes, std::uint8_t{7});
        const auto decoded = decode_report(encode_report(with));
        REQUIRE(decoded);
        CHECK(*decoded == with);
        with.ima_tail.push_back(7);
        CHECK_FALSE(decode_report(encode_report(with)));
        CHECK(encode_report(report()).find("ima_tail") == std::string::npos);
    }

    TEST_CASE("a report without PCR values is not one with none") {
        Report without = report();
        without.pcr_values.reset();
        CHECK(decode_report(encode_report(without)).value() == without);
        Report none = report();
        none.pcr_values.emplace();
        CHECK(decode_report(encode_report(none))->pcr_values.has_value());
    }

    TEST_CASE("PCR values have one spelling, a PCR that exists and a digest of their bank's size") {
        const auto with = [](std::string_view values) {
            return decode_report(
                R"({"pcr_values":)" + std::string(values) + R"(,"quote":"AA","signature":"AA","statement":"AA"})"
            );
        };
        const std::string digest(64, '0');
        CHECK(with(R"({"sha256":{"0":")" + digest + "\"}}"));
        const std::initializer_list<std::string> bad{
            R"({"sha256":{"00":")" + digest + "\"}}",
            R"({"sha256":{"24":")" + digest + "\"}}",
            R"({"sha256":{"-1":")" + digest + "\"}}",
            R"({"sha256":{"0x1":")" + digest + "\"}}",
            R"({"sha256":{"0":")" + digest.substr(2) + "\"}}",
            R"({"sha384":{"0":")" + digest + "\"}}",
            R"({"sm3_256":{"0":")" + digest + "\"}}",
            R"({"sha256":{"0":")" + std::string(64, 'A') + "\"}}",
            R"({"sha256":[]})",
            R"({"sha256":{"0":null}})"
        };
        for (const std::string& one : bad) {
            CAPTURE(one);
            CHECK_FALSE(with(one));
        }
    }

    TEST_CASE("limits of an enrolment request, each and one beyond") {
        const auto with = [](auto change) {
            EnrolmentRequest out = request();
            change(out);
            const auto decoded = decode_enrolment_request(encode_enrolment_request(out));
            return decoded ? std::string() : std::string(word(decoded.error().code)) + " " + decoded.error().where;
        };
        CHECK(with([](EnrolmentRequest& r) {
                  r.endorsement_keys.resize(limits::endorsement_keys, r.endorsement_keys[1]);
              }).empty());
        CHECK(with([](EnrolmentRequest& r) {
                  r.endorsement_keys.resize(limits::endorsement_keys + 1, r.endorsement_keys[1]);
              }).starts_with("limit_exceeded"));
        CHECK(with([](EnrolmentRequest& r) { r.endorsement_keys.clear(); }).starts_with("missing_field"));
        CHECK(with([](EnrolmentRequest& r) { r.endorsement_keys[0].public_area = Bytes(limits::public_area_bytes); }
        ).empty());
        CHECK(with([](EnrolmentRequest& r) { r.endorsement_keys[0].public_area = Bytes(limits::public_area_bytes + 1); }
        ).starts_with("limit_exceeded"));
        CHECK(with([](EnrolmentRequest& r) { r.endorsement_keys[0].certificate = Bytes(limits::certificate_bytes); }
        ).empty());
        CHECK(with([](EnrolmentRequest& r) { r.endorsement_keys[0].certificate = Bytes(limits::certificate_bytes + 1); }
        ).starts_with("limit_exceeded"));
        CHECK(with([](EnrolmentRequest& r) { r.chain.resize(limits::chain_certificates, Bytes(9)); }).empty());
        CHECK(with([](EnrolmentRequest& r) { r.chain.resize(limits::chain_certificates + 1, Bytes(9)); }
        ).starts_with("limit_exceeded"));
        CHECK(with([](EnrolmentRequest& r) { r.chain = {Bytes(limits::certificate_bytes)}; }).empty());
        for (const std::size_t beyond : {1U, 2U, 3U}) {
            CHECK(with([beyond](EnrolmentRequest& r) { r.chain = {Bytes(limits::certificate_bytes + beyond)}; }
            ).starts_with("limit_exceeded"));
        }
        CHECK(with([](EnrolmentRequest& r) { r.join_token = std::string(limits::join_token_bytes, 't'); }).empty());
        CHECK(with([](EnrolmentRequest& r) { r.join_token = std::string(limits::join_token_bytes + 1, 't'); }
        ).starts_with("limit_exceeded"));
        CHECK(with([](EnrolmentRequest& r) { r.host.name = std::string(limits::text_bytes, 'h'); }).empty());
        CHECK(with([](EnrolmentRequest& r) { r.host.name = std::string(limits::text_bytes + 1, 'h'); }
        ).starts_with("limit_exceeded"));
        CHECK_FALSE(with([](EnrolmentRequest& r) { r.host.serial = "two\nlines"; }).empty());
    }

    TEST_CASE("binary fields have one spelling: no padding, no other alphabet, no stray bits, no line feeds") {
        for (const std::string_view bad : {"AA==", "A", "AB", "A+", "A/", "AA\\n", " AA"}) {
            CAPTURE(bad);
            CHECK_FALSE(decode_enrolment_proof(R"({"quote":")" + std::string(bad) + R"(","signature":"AA"})"));
        }
        CHECK(decode_enrolment_proof(R"({"quote":"AA","signature":"AA"})"));
    }

    TEST_CASE("ids and nonces have their size") {
        CHECK_FALSE(decode_challenge_request(R"({"device":"00"})"));
        CHECK(decode_challenge(R"({"nonce":"AAAA","selection":"AAAAAA"})").error().where == "challenge.nonce");
        CHECK_FALSE(decode_challenge_request(R"({"device":7})"));
    }

    TEST_CASE("nesting beyond the limit is refused, not followed") {
        std::string deep(limits::json_depth + 1, '[');
        deep += std::string(limits::json_depth + 1, ']');
        CHECK(decode_report(R"({"quote":)" + deep + "}").error().code == Errc::limit_exceeded);
        CHECK_FALSE(decode_report(std::string(60'000, '[')));
    }
}
