// What an enrolment gets that is not what it should be: issue 2, "What bad input gets".

#include "evidence/limits.hpp"
#include "tests/e2e/hostile.hpp"

#include <thread>

using namespace assay;
using namespace assay::test;

namespace {

net::Response open(net::Connection& connection, const EnrolmentRequest& request) {
    return post(connection, "/v1/enrolments", encode_enrolment_request(request));
}

using Keys = std::vector<const SoftEk*>;

// The secrets that these EKs open for this AK, in the order of the challenge.
std::vector<Bytes> secrets_of(const OpenEnrolment& open, const Keys& keys, const SoftAk& ak) {
    std::vector<Bytes> out;
    for (std::size_t i = 0; i < keys.size(); ++i) {
        out.push_back(opened_secret(open.challenge.challenges.at(i), *keys[i], ak));
    }
    return out;
}

// What a TPM without the EK can do.
std::vector<Bytes> guesses_for(const OpenEnrolment& open) {
    return std::vector<Bytes>(open.challenge.challenges.size(), Bytes(32, 0));
}

// The whole enrolment with this request, whose EKs are `keys`; the AK and the proof are the signer's.
net::Response enrol(
    net::Connection& connection, const EnrolmentRequest& request, const SoftDevice& signer, const Keys& keys
) {
    const OpenEnrolment open = open_enrolment(connection, request).value();
    return prove(connection, open, signer.proof(open, connection.exporter(), secrets_of(open, keys, signer.ak())));
}

std::string device_in(const net::Response& response) {
    const auto result = decode_enrolment_result(response.body);
    return result ? result->device.text() : "status " + std::to_string(response.status) + " " + response.body;
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

    TEST_CASE_FIXTURE(Hostile, "each EK of one TPM by itself, and both in either order, end as the same device") {
        net::Connection connection = connect();
        const auto& eks = victim.eks();
        const auto keys = victim.enrolment_request(std::nullopt).endorsement_keys;
        const std::vector<std::vector<std::size_t>> orders{{1}, {0}, {1, 0}, {0, 1}};
        for (const std::vector<std::size_t>& order : orders) {
            EnrolmentRequest request = victim.enrolment_request(std::nullopt);
            request.endorsement_keys.clear();
            Keys holders;
            for (const std::size_t i : order) {
                request.endorsement_keys.push_back(keys.at(i));
                holders.push_back(&eks.at(i));
            }
            CHECK(device_in(enrol(connection, request, victim, holders)) == victim.id().text());
        }
        CHECK(difference(before, dump()) == "");
    }

    TEST_CASE_FIXTURE(Hostile, "more keys, certificates or text than an enrolment may have") {
        net::Connection connection = connect();
        const SoftDevice device(&authority());
        const auto refused_with = [&](const std::function<void(EnrolmentRequest&)>& change) {
            EnrolmentRequest request = device.enrolment_request(join_token());
            change(request);
            const net::Response response = open(connection, request);
            CAPTURE(response.body);
            CHECK(response.status == 413);
            check_rejected(response, "malformed_message");
        };
        refused_with([](EnrolmentRequest& request) {
            request.endorsement_keys.resize(limits::endorsement_keys + 1, request.endorsement_keys[0]);
        });
        refused_with([](EnrolmentRequest& request) {
            request.endorsement_keys[0].certificate = Bytes(limits::certificate_bytes + 1, 0x30);
        });
        refused_with([](EnrolmentRequest& request) {
            request.chain.assign(limits::chain_certificates + 1, Bytes(1, 0x30));
        });
        refused_with([](EnrolmentRequest& request) { request.chain = {Bytes(limits::certificate_bytes + 1, 0x30)}; });
        refused_with([](EnrolmentRequest& request) { request.ak_public = Bytes(limits::public_area_bytes + 1); });
        refused_with([](EnrolmentRequest& request) { request.host.name = std::string(limits::text_bytes + 1, 'x'); });
        refused_with([](EnrolmentRequest& request) {
            request.join_token = std::string(limits::join_token_bytes + 1, 'x');
        });
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "an EK certificate of another EK") {
        net::Connection connection = connect();
        SoftDevice device(&authority());
        EnrolmentRequest request = device.enrolment_request(join_token());
        request.endorsement_keys[0].certificate = authority().issue(SoftEk("L-2").spki());
        check_rejected(open(connection, request), "ek_certificate_other_key");
    }

    TEST_CASE_FIXTURE(Hostile, "a known id with another TPM: the credential does not open for it") {
        net::Connection connection = connect();
        const SoftDevice thief(&authority());
        EnrolmentRequest request = victim.enrolment_request(join_token());
        request.ak_public = thief.ak().public_area();
        const auto open = open_enrolment(connection, request);
        REQUIRE(open);
        const EnrolmentProof proof = thief.proof(*open, connection.exporter(), guesses_for(*open));
        check_rejected(prove(connection, *open, proof), "binding_mismatch");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a TPM whose EKs belong to two known devices: neither changes, a person is told") {
        // Two devices, then one set of keys that claims to be both; the test holds all of them.
        net::Connection connection = connect();
        EnrolmentRequest request = victim.enrolment_request(join_token());
        request.endorsement_keys.push_back(bystander.enrolment_request(join_token()).endorsement_keys.at(0));
        const Keys holders{&victim.eks()[0], &victim.eks()[1], &bystander.eks()[0]};
        const net::Response response = enrol(connection, request, victim, holders);
        CHECK(response.status == 409);
        CHECK(reason_of(response) == "ek_of_other_device");
        CHECK(attempt_with("ek_of_other_device") > 0);
        DatabaseDump after = dump();
        CHECK(after.at("enrolment_conflicts").size() == 1);
        after["enrolment_conflicts"].clear();
        CHECK(difference(before, after) == "");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "one TPM that enrols on four connections at once becomes one device") {
        const SoftDevice same(&authority(), {"L-1", "L-2"});
        std::array<std::string, 4> ids;
        std::vector<std::thread> threads;
        for (std::string& id : ids) {
            threads.emplace_back([this, &same, &id] {
                net::Client client = device_client();
                net::Connection connection = client.connect().value();
                id = device_in(
                    enrol(connection, same.enrolment_request(join_token()), same, {&same.eks()[0], &same.eks()[1]})
                );
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
        const auto open = open_enrolment(first, device.enrolment_request(join_token()));
        REQUIRE(open);
        const Keys holders{&device.eks()[0]};
        const EnrolmentProof proof = device.proof(*open, first.exporter(), secrets_of(*open, holders, device.ak()));
        check_rejected(prove(second, *open, proof), "enrolment_unknown");
        // Nor under a name that is not this enrolment's.
        OpenEnrolment renamed = *open;
        renamed.challenge.enrolment[0] ^= 1U;
        check_rejected(prove(first, renamed, proof), "enrolment_unknown");
        // Opened on both, proven with the first one's exporter on the second.
        const auto other = open_enrolment(second, device.enrolment_request(join_token()));
        REQUIRE(other);
        const EnrolmentProof replayed =
            device.proof(*other, first.exporter(), secrets_of(*other, holders, device.ak()));
        check_rejected(prove(second, *other, replayed), "binding_mismatch");
        CHECK(prove(first, *open, proof).status == 200);
    }

    TEST_CASE_FIXTURE(Hostile, "a proof over other PCRs than were asked, or with one bit of it flipped") {
        net::Connection connection = connect();
        const SoftDevice device(&authority());
        const auto proof_over = [&](const std::function<void(OpenEnrolment&)>& change) {
            OpenEnrolment open = open_enrolment(connection, device.enrolment_request(join_token())).value();
            const std::vector<Bytes> secrets = secrets_of(open, {&device.eks()[0]}, device.ak());
            change(open);
            return prove(connection, open, device.proof(open, connection.exporter(), secrets));
        };
        const auto selection = [](PcrSelection other) {
            return [other = std::move(other)](OpenEnrolment& open) { open.challenge.selection = other; };
        };
        check_rejected(proof_over(selection(select_pcrs(HashAlg::sha256, {0}))), "pcr_selection_mismatch");
        check_rejected(proof_over(selection(select_pcrs(HashAlg::sha384, {0, 1}))), "pcr_selection_mismatch");
        check_rejected(proof_over(selection({})), "pcr_selection_mismatch");
        const auto open = open_enrolment(connection, device.enrolment_request(join_token()));
        REQUIRE(open);
        EnrolmentProof flipped = device.proof(open->body, open->challenge, connection.exporter());
        flipped.quote[40] ^= 1U;
        check_rejected(prove(connection, *open, flipped), "signature_invalid");
        CHECK(proof_over([](OpenEnrolment&) {}).status == 200);
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
        const auto open = open_enrolment(connection, borrowed);
        REQUIRE(open);
        CHECK(!device.eks()[0].activate(open->challenge.challenges[0], tpm_name(device.ak().area())));
        CHECK(difference(before, dump()) == "");
    }
}
