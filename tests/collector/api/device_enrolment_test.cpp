// Enrolment over the wire: what becomes of a proven set of keys.

#include "collector/api/device_enrolment.hpp"

#include "collector/store/operator_lists.hpp"
#include "collector/store/tokens.hpp"
#include "tests/support/served_devices.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::test;

TEST_SUITE("device enrolment") {
    TEST_CASE_FIXTURE(ServedDevices, "a device whose EK a trusted vendor certifies is active at once") {
        SoftDevice device(&authority(), {"L-2"});
        net::Connection connection = connect();
        const auto result = device.enrol(connection, join_token());
        REQUIRE(result);
        CHECK(result->lifecycle == "active");
        CHECK(result->reason == "ek_chain_trusted");
        CHECK(result->generation == 1);
        CHECK(result->device == DeviceId::of_ek(device.eks().front().spki()));
        const auto stored = store().read([&](store::Database& db) { return store::find_device(db, device.id()); });
        REQUIRE(stored);
        CHECK(stored->site == "north");
        CHECK(stored->tpm_firmware == 0x2026);
        CHECK(stored->host.maker == "Example");
    }

    TEST_CASE_FIXTURE(ServedDevices, "one without a certificate waits for review, with the reason") {
        SoftDevice device(nullptr, {"L-2"});
        net::Connection connection = connect();
        const auto result = device.enrol(connection, join_token());
        REQUIRE(result);
        CHECK(result->lifecycle == "pending_review");
        CHECK(result->reason == "ek_no_certificate");
        const auto waiting =
            store().read([](store::Database& db) { return store::list_enrolments(db, {.waiting = true}, {}, 10); });
        REQUIRE(waiting.size() == 1);
        CHECK(waiting[0].enrolment.decision == store::Decision::pending);
        CHECK(waiting[0].enrolment.device == device.id());
    }

    TEST_CASE_FIXTURE(ServedDevices, "the same keys again are an idempotent success and take no use of the token") {
        SoftDevice device = enrolled();
        const DatabaseDump before = dump();
        net::Connection connection = connect();
        const auto again = device.enrol(connection, join_token());
        REQUIRE(again);
        CHECK(again->generation == 1);
        CHECK(dump() == before);
        CHECK(device.enrol(connection, std::nullopt));
        CHECK(dump() == before);
    }

    TEST_CASE_FIXTURE(ServedDevices, "RSA first and ECC first end as one device") {
        SoftDevice device(&authority(), {"L-1", "L-2"});
        net::Connection connection = connect();
        REQUIRE(device.enrol(connection, join_token()));
        const DeviceId first = device.id();
        CHECK(first == DeviceId::of_ek(device.eks()[0].spki()));
        // The same TPM, its keys the other way round.
        EnrolmentRequest request = device.enrolment_request(join_token());
        std::swap(request.endorsement_keys[0], request.endorsement_keys[1]);
        const auto open = open_enrolment(connection, request);
        REQUIRE(open);
        const std::vector<Bytes> secrets{
            opened_secret(open->challenge.challenges[0], device.eks()[1], device.ak()),
            opened_secret(open->challenge.challenges[1], device.eks()[0], device.ak()),
        };
        const EnrolmentProof proof = device.proof(*open, connection.exporter(), secrets);
        const auto result = decode_enrolment_result(prove(connection, *open, proof).body);
        REQUIRE(result);
        CHECK(result->device == first);
        CHECK(result->generation == 1);
    }

    TEST_CASE_FIXTURE(ServedDevices, "without, with an unknown and with a used-up token a new device is refused") {
        SoftDevice device(&authority(), {"L-2"});
        net::Connection connection = connect();
        const auto refused = [&](const std::optional<std::string>& token) {
            const auto result = device.enrol(connection, token);
            return result ? std::string("admitted") : result.error().what;
        };
        CHECK(refused(std::nullopt).starts_with("join_token_required"));
        CHECK(refused("other").starts_with("join_token_unknown"));
        // Already when it begins: nothing is kept for a stranger.
        CHECK(!open_enrolment(connection, device.enrolment_request("other")));
        CHECK(!open_enrolment(connection, device.enrolment_request(std::nullopt)));
        store().write([this](store::Database& db) {
            store::add_join_token(db, {sha256("once"), "once", "", 1, now(), std::nullopt});
            store::add_join_token(db, {sha256("late"), "late", "", 9, now(), now()});
            store::add_join_token(db, {sha256("revoked"), "revoked", "", 9, now(), std::nullopt, true});
        });
        CHECK(refused("revoked").starts_with("join_token_expired"));
        CHECK(refused("late").starts_with("join_token_expired"));
        CHECK(refused("once") == "admitted");
        SoftDevice second(&authority(), {"L-2"});
        const auto result = second.enrol(connection, "once");
        REQUIRE(!result);
        CHECK(result.error().what.starts_with("join_token_used_up"));
    }

    TEST_CASE_FIXTURE(ServedDevices, "a stranger without a token has no certificate looked at; a known EK needs none") {
        const SoftDevice device(&authority());
        const SoftDevice known = enrolled();
        net::Connection connection = connect();
        const auto reason = [&connection](const EnrolmentRequest& request) {
            const net::Response response = post(connection, "/v1/enrolments", encode_enrolment_request(request));
            return response.status == 200 ? std::string("open") : decode_refusal(response.body)->reason;
        };
        EnrolmentRequest request = device.enrolment_request("other");
        request.endorsement_keys[0].certificate = authority().issue(SoftEk("L-2").spki());  // another key's
        CHECK(reason(request) == "join_token_unknown");
        request.join_token.reset();
        CHECK(reason(request) == "join_token_required");
        request.endorsement_keys[0].public_area.resize(3);
        CHECK(reason(request) == "join_token_required");
        request.join_token = join_token();
        CHECK(reason(request) == "ek_malformed");
        request = device.enrolment_request(join_token());
        request.endorsement_keys[0].certificate = authority().issue(SoftEk("L-2").spki());
        CHECK(reason(request) == "ek_certificate_other_key");
        // A known EK beside a new one: the device may have got it since.
        request = device.enrolment_request(std::nullopt);
        request.endorsement_keys.push_back(known.enrolment_request(std::nullopt).endorsement_keys[0]);
        CHECK(reason(request) == "open");
        CHECK(decode_refusal(post(connection, "/v1/enrolments", "{").body)->reason == "malformed_message");
    }

    TEST_CASE_FIXTURE(ServedDevices, "a token's last use is one device's, however many hold it when they begin") {
        store().write([this](store::Database& db) {
            store::add_join_token(db, {sha256("once"), "once", "", 1, now(), std::nullopt});
        });
        const SoftDevice first(&authority());
        const SoftDevice second(&authority());
        net::Connection connections[] = {connect(), connect()};
        const auto of_first = open_enrolment(connections[0], first.enrolment_request("once"));
        const auto of_second = open_enrolment(connections[1], second.enrolment_request("once"));
        REQUIRE((of_first && of_second));
        const auto proof_of = [](const SoftDevice& device, const OpenEnrolment& open, const net::Connection& over) {
            return device.proof(open.body, open.challenge, over.exporter());
        };
        CHECK(prove(connections[0], *of_first, proof_of(first, *of_first, connections[0])).status == 200);
        const DatabaseDump before = dump();
        const net::Response late = prove(connections[1], *of_second, proof_of(second, *of_second, connections[1]));
        CHECK(late.status == 403);
        CHECK(decode_refusal(late.body)->reason == "join_token_used_up");
        CHECK(dump() == before);
    }

    TEST_CASE_FIXTURE(
        ServedDevices, "a proof under another name than the enrolment's is refused, and none is used up"
    ) {
        const SoftDevice device(&authority());
        net::Connection connection = connect();
        const auto open = open_enrolment(connection, device.enrolment_request(join_token()));
        REQUIRE(open);
        const EnrolmentProof proof = device.proof(open->body, open->challenge, connection.exporter());
        OpenEnrolment renamed = *open;
        renamed.challenge.enrolment[0] ^= 1U;
        for (int i = 0; i < 4; ++i) {
            CHECK(decode_refusal(prove(connection, renamed, proof).body)->reason == "enrolment_unknown");
        }
        CHECK(prove(connection, *open, proof).status == 200);
    }

    TEST_CASE_FIXTURE(ServedDevices, "a proof on another connection, or for another enrolment, is refused") {
        SoftDevice device(&authority(), {"L-2"});
        net::Connection first = connect();
        net::Connection second = connect();
        const std::string body = encode_enrolment_request(device.enrolment_request(join_token()));
        const auto challenge = decode_enrolment_challenge(post(first, "/v1/enrolments", body).body);
        REQUIRE(challenge);
        const std::string path = "/v1/enrolments/" + to_hex(challenge->enrolment) + "/proof";
        const std::string proof = encode_enrolment_proof(device.proof(body, *challenge, second.exporter()));
        const DatabaseDump before = dump();
        const net::Response elsewhere = post(second, path, proof);
        CHECK(elsewhere.status == 404);
        CHECK(decode_refusal(elsewhere.body)->reason == "enrolment_unknown");
        const net::Response here = post(first, path, proof);
        CHECK(decode_refusal(here.body)->reason == "binding_mismatch");
        CHECK(dump() == before);
    }

    TEST_CASE_FIXTURE(ServedDevices, "three refused proofs end an enrolment, and so do five minutes") {
        SoftDevice device(&authority(), {"L-2"});
        net::Connection connection = connect();
        const std::string body = encode_enrolment_request(device.enrolment_request(join_token()));
        auto challenge = decode_enrolment_challenge(post(connection, "/v1/enrolments", body).body);
        REQUIRE(challenge);
        const auto path = [&] { return "/v1/enrolments/" + to_hex(challenge->enrolment) + "/proof"; };
        const auto good = [&] { return encode_enrolment_proof(device.proof(body, *challenge, connection.exporter())); };
        const std::string bad = encode_enrolment_proof(device.proof(body, *challenge, TlsExporter{}));
        const auto reason = [](const net::Response& response) { return decode_refusal(response.body)->reason; };
        for (int i = 0; i < 3; ++i) CHECK(reason(post(connection, path(), bad)) == "binding_mismatch");
        CHECK(reason(post(connection, path(), good())) == "enrolment_tries_used_up");
        CHECK(reason(post(connection, path(), good())) == "enrolment_unknown");

        challenge = decode_enrolment_challenge(post(connection, "/v1/enrolments", body).body);
        REQUIRE(challenge);
        pass(std::chrono::minutes(5));
        CHECK(reason(post(connection, path(), good())) == "enrolment_expired");
        CHECK(!store().read([&](store::Database& db) { return store::find_device(db, device.id()); }));
    }

    TEST_CASE_FIXTURE(ServedDevices, "a retired device does not come back by enrolling") {
        SoftDevice device = enrolled();
        store().write([&](store::Database& db) {
            store::set_lifecycle(db, device.id(), Lifecycle::retired, Reason::retired, "sold", now());
        });
        net::Connection connection = connect();
        const auto result = device.enrol(connection, join_token());
        REQUIRE(!result);
        CHECK(result.error().what.starts_with("device_retired"));
        CHECK(!device.challenge(connection));
    }
}
