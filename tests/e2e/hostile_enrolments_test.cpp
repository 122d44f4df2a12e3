// What an enrolment gets that is not what it should be: issue 2, "What bad input gets".

#include "tests/e2e/hostile.hpp"

#include <thread>

using namespace assay;
using namespace assay::test;

namespace {

net::Response open(net::Connection& connection, const EnrolmentRequest& request) {
    return post(connection, "/v1/enrolments", encode_enrolment_request(request));
}

struct Proven {
    net::Response response;
    std::optional<EnrolmentResult> result;
};

// The whole enrolment with this request; the EKs and the AK are the device's.
Proven enrol(net::Connection& connection, const SoftDevice& device, const EnrolmentRequest& request) {
    const std::string body = encode_enrolment_request(request);
    Proven out{post(connection, "/v1/enrolments", body), {}};
    const auto challenge = decode_enrolment_challenge(out.response.body);
    if (out.response.status != 200 || !challenge) return out;
    const EnrolmentProof proof = device.proof(body, *challenge, connection.exporter());
    out.response =
        post(connection, "/v1/enrolments/" + to_hex(challenge->enrolment) + "/proof", encode_enrolment_proof(proof));
    if (auto result = decode_enrolment_result(out.response.body)) out.result = *std::move(result);
    return out;
}

// Bytes of TPMT_PUBLIC before its unique field.
std::size_t bytes_before_unique(const PublicArea& area) {
    const std::size_t unique =
        area.type == KeyType::rsa ? 2 + area.unique_x.size() : 4 + area.unique_x.size() + area.unique_y.size();
    return encode_public_area(area).size() - unique;
}

}  // namespace

TEST_SUITE("hostile enrolments") {
    TEST_CASE_FIXTURE(Hostile, "an attestation key that is not restricted, or not from a template in any other bit") {
        net::Connection connection = connect();
        EnrolmentRequest request = SoftDevice(&authority()).enrolment_request(join_token());
        PublicArea area = decode_public_area(request.ak_public).value();
        area.attributes &= ~object_attribute::restricted;
        request.ak_public = encode_public_area(area);
        check_rejected(open(connection, request), "ak_not_from_template");

        const SoftDevice device(&authority());
        const Bytes good = device.ak().public_area();
        const std::size_t bits = bytes_before_unique(device.ak().area()) * 8;
        for (std::size_t bit = 0; bit < bits; ++bit) {
            request.ak_public = good;
            request.ak_public[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
            const std::string reason = reason_of(open(connection, request));
            CAPTURE(bit);
            CHECK((reason == "ak_not_from_template" || reason == "ak_malformed"));
        }
        CHECK(difference(before, dump()) == "");
    }

    TEST_CASE_FIXTURE(Hostile, "an EK public with any bit but unique's changed: one TPM cannot become two devices") {
        net::Connection connection = connect();
        for (const SoftEk& ek : victim.eks()) {
            const Bytes good = ek.public_area();
            const std::size_t bits = bytes_before_unique(ek.area()) * 8;
            for (std::size_t bit = 0; bit < bits; ++bit) {
                EnrolmentRequest request = victim.enrolment_request(join_token());
                Bytes changed = good;
                changed[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
                request.endorsement_keys = {{changed, {}, 0}};
                const std::string reason = reason_of(open(connection, request));
                CAPTURE(bit);
                CHECK((reason == "ek_not_from_template" || reason == "ek_malformed"));
            }
        }
        CHECK(difference(before, dump()) == "");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "each EK of one TPM by itself ends as the same device") {
        net::Connection connection = connect();
        for (const std::size_t alone : {1U, 0U}) {
            EnrolmentRequest request = victim.enrolment_request(std::nullopt);
            request.endorsement_keys = {request.endorsement_keys[alone]};
            const std::string body = encode_enrolment_request(request);
            const auto challenge = decode_enrolment_challenge(post(connection, "/v1/enrolments", body).body);
            REQUIRE(challenge);
            const auto secret = victim.eks()[alone].activate(challenge->challenges.at(0), tpm_name(victim.ak().area()));
            REQUIRE(secret);
            const std::vector<Bytes> secrets{*secret};
            QuoteAttest attest = victim.clock();
            attest.extra_data = to_bytes(enrolment_extra_data({HashAlg::sha256, secrets, challenge->enrolment,
                                                               connection.exporter(), sha256(body)})
                                             .bytes());
            attest.selection = challenge->selection;
            PcrValues values;
            for (const PcrIndex pcr : pcrs_of(challenge->selection[0])) {
                values[HashAlg::sha256].emplace(pcr, victim.pcr_values().at(HashAlg::sha256).at(pcr));
            }
            const SignedQuote quote = victim.ak().quote(attest, values);
            const net::Response response = post(
                connection, "/v1/enrolments/" + to_hex(challenge->enrolment) + "/proof",
                encode_enrolment_proof({quote.quote, quote.signature})
            );
            const auto result = decode_enrolment_result(response.body);
            REQUIRE(result);
            CHECK(result->device == victim.id());
        }
        CHECK(difference(before, dump()) == "");
    }

    TEST_CASE_FIXTURE(Hostile, "an EK certificate of another EK") {
        net::Connection connection = connect();
        SoftDevice device(&authority());
        EnrolmentRequest request = device.enrolment_request(join_token());
        request.endorsement_keys[0].certificate = authority().issue(SoftEk("L-2").spki());
        check_rejected(open(connection, request), "ek_certificate_other_key");
    }

    TEST_CASE_FIXTURE(Hostile, "the victim's EKs with another TPM's attestation key: the credential does not open") {
        net::Connection connection = connect();
        const SoftDevice thief(&authority());
        EnrolmentRequest request = victim.enrolment_request(join_token());
        request.ak_public = thief.ak().public_area();
        const std::string body = encode_enrolment_request(request);
        const auto challenge = decode_enrolment_challenge(post(connection, "/v1/enrolments", body).body);
        REQUIRE(challenge);
        // It has not the EK, so it can only guess the secret.
        const std::vector<Bytes> guesses(challenge->challenges.size(), Bytes(32, 0));
        QuoteAttest attest = victim.clock();
        attest.extra_data = to_bytes(enrolment_extra_data({HashAlg::sha256, guesses, challenge->enrolment,
                                                           connection.exporter(), sha256(body)})
                                         .bytes());
        attest.selection = challenge->selection;
        PcrValues values;
        for (const PcrIndex pcr : pcrs_of(challenge->selection[0])) {
            values[HashAlg::sha256].emplace(pcr, Digest::zero(HashAlg::sha256));
        }
        const SignedQuote quote = thief.ak().quote(attest, values);
        check_rejected(
            post(
                connection, "/v1/enrolments/" + to_hex(challenge->enrolment) + "/proof",
                encode_enrolment_proof({quote.quote, quote.signature})
            ),
            "binding_mismatch"
        );
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a TPM whose EKs belong to two known devices: neither changes, a person is told") {
        // Two devices, then one set of keys that claims to be both; the test holds all of them.
        net::Connection connection = connect();
        EnrolmentRequest request = victim.enrolment_request(join_token());
        request.endorsement_keys.push_back(bystander.enrolment_request(join_token()).endorsement_keys.at(0));
        const std::string body = encode_enrolment_request(request);
        const auto challenge = decode_enrolment_challenge(post(connection, "/v1/enrolments", body).body);
        REQUIRE(challenge);
        std::vector<Bytes> secrets;
        for (std::size_t i = 0; i < challenge->challenges.size(); ++i) {
            const SoftEk& ek = i < victim.eks().size() ? victim.eks()[i] : bystander.eks()[0];
            secrets.push_back(ek.activate(challenge->challenges[i], tpm_name(victim.ak().area())).value());
        }
        QuoteAttest attest = victim.clock();
        attest.extra_data = to_bytes(enrolment_extra_data({HashAlg::sha256, secrets, challenge->enrolment,
                                                           connection.exporter(), sha256(body)})
                                         .bytes());
        attest.selection = challenge->selection;
        PcrValues values;
        for (const PcrIndex pcr : pcrs_of(challenge->selection[0])) {
            values[HashAlg::sha256].emplace(pcr, victim.pcr_values().at(HashAlg::sha256).at(pcr));
        }
        const SignedQuote quote = victim.ak().quote(attest, values);
        const net::Response response = post(
            connection, "/v1/enrolments/" + to_hex(challenge->enrolment) + "/proof",
            encode_enrolment_proof({quote.quote, quote.signature})
        );
        CHECK(response.status == 409);
        CHECK(reason_of(response) == "ek_of_other_device");
        CHECK(attempt_with("ek_of_other_device") > 0);
        const DatabaseDump after = dump();
        CHECK(after.at("enrolment_conflicts").size() == 1);
        DatabaseDump rest = after;
        rest["enrolment_conflicts"].clear();
        CHECK(difference(before, rest) == "");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "two TPMs enrol at once: each becomes its own device, the same one twice only one") {
        constexpr int at_once = 4;
        SoftDevice same(&authority(), {"L-1", "L-2"});
        std::array<std::string, at_once> ids;
        std::vector<std::thread> threads;
        for (int i = 0; i < at_once; ++i) {
            threads.emplace_back([this, &same, &ids, i] {
                net::Client client = device_client();
                net::Connection connection = client.connect().value();
                const Proven proven = enrol(connection, same, same.enrolment_request(join_token()));
                ids[static_cast<std::size_t>(i)] = proven.result ? proven.result->device.text() : proven.response.body;
            });
        }
        for (std::thread& thread : threads) thread.join();
        for (const std::string& id : ids) CHECK(id == ids[0]);
        CHECK(dump().at("devices").size() == before.at("devices").size() + 1);
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a proof from another connection") {
        net::Connection first = connect();
        net::Connection second = connect();
        const SoftDevice device(&authority());
        const std::string body = encode_enrolment_request(device.enrolment_request(join_token()));
        const auto challenge = decode_enrolment_challenge(post(first, "/v1/enrolments", body).body);
        REQUIRE(challenge);
        const std::string path = "/v1/enrolments/" + to_hex(challenge->enrolment) + "/proof";
        const std::string proof = encode_enrolment_proof(device.proof(body, *challenge, first.exporter()));
        check_rejected(post(second, path, proof), "enrolment_unknown");
        // Opened on both, proven with the first one's exporter on the second.
        const auto other = decode_enrolment_challenge(post(second, "/v1/enrolments", body).body);
        REQUIRE(other);
        const std::string replayed = encode_enrolment_proof(device.proof(body, *other, first.exporter()));
        check_rejected(
            post(second, "/v1/enrolments/" + to_hex(other->enrolment) + "/proof", replayed), "binding_mismatch"
        );
        CHECK(post(first, path, proof).status == 200);
    }

    TEST_CASE_FIXTURE(Hostile, "the same EK twice in one request, and a new attestation key under a known EK") {
        net::Connection connection = connect();
        EnrolmentRequest request = victim.enrolment_request(join_token());
        request.endorsement_keys.push_back(request.endorsement_keys[0]);
        check_rejected(open(connection, request), "ek_duplicate");
        // The bystander's AK cannot be taken over by a new TPM either: it would need the bystander's EK.
        const SoftDevice device(&authority());
        EnrolmentRequest borrowed = device.enrolment_request(join_token());
        borrowed.ak_public = bystander.ak().public_area();
        const std::string body = encode_enrolment_request(borrowed);
        const auto challenge = decode_enrolment_challenge(post(connection, "/v1/enrolments", body).body);
        REQUIRE(challenge);
        CHECK(!device.eks()[0].activate(challenge->challenges[0], tpm_name(device.ak().area())));
        CHECK(difference(before, dump()) == "");
    }
}
