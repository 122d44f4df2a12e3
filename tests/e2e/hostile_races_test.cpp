// TPMs that enrol at the same moment for what only one can have: whatever the interleaving, there is one outcome, it is
// whole, and nobody else's rows change. A known id with another TPM, also two at once.

#include "tests/e2e/hostile.hpp"

#include <algorithm>
#include <charconv>
#include <latch>
#include <thread>

using namespace assay;
using namespace assay::test;

namespace {

constexpr int rounds = 6;

// One side of a race: an enrolment whose proof is sent when the other's is ready too.
struct Runner {
    const SoftDevice& signer;
    EnrolmentRequest request;
    std::vector<const SoftEk*> keys;  // empty: it has none of them and guesses
    net::Response response{};
};

void run(const CollectorProcess& collector, Runner& runner, std::latch& ready) {
    net::Client client = collector.device_client();
    net::Connection connection = client.connect().value();
    const OpenEnrolment open = open_enrolment(connection, runner.request).value();
    std::vector<Bytes> secrets(open.challenge.challenges.size(), Bytes(32, 0));
    for (std::size_t i = 0; i < runner.keys.size(); ++i) {
        secrets.at(i) = opened_secret(open.challenge.challenges.at(i), *runner.keys[i], runner.signer.ak());
    }
    const EnrolmentProof proof = runner.signer.proof(open, connection.exporter(), secrets);
    ready.arrive_and_wait();
    runner.response = prove(connection, open, proof);
}

void race(const CollectorProcess& collector, std::initializer_list<Runner*> runners) {
    std::latch ready(static_cast<std::ptrdiff_t>(runners.size()));
    std::vector<std::thread> threads;
    for (Runner* runner : runners) {
        threads.emplace_back([&collector, runner, &ready] { run(collector, *runner, ready); });
    }
    for (std::thread& thread : threads) thread.join();
}

std::size_t rows_with(const DatabaseDump& dump, const std::string& table, const std::string& text) {
    return static_cast<std::size_t>(std::ranges::count_if(dump.at(table), [&text](const std::string& row) {
        return row.find(text) != std::string::npos;
    }));
}

std::size_t rows_with(const DatabaseDump& dump, const std::string& text) {
    std::size_t out = 0;
    for (const auto& [table, rows] : dump) out += rows_with(dump, table, text);
    return out;
}

// Without the rows of this device, and without the count of a join token's uses.
DatabaseDump others(DatabaseDump dump, const std::string& id) {
    std::set<std::string> tables;
    for (const auto& [table, rows] : dump) tables.insert(table);
    dump = without(std::move(dump), tables, id);
    dump["join_tokens"].clear();
    return dump;
}

// sha256 | name | site | uses_left | ...
long uses_left(const DatabaseDump& dump) {
    std::string row = dump.at("join_tokens").at(0);
    for (int i = 0; i < 3; ++i) row.erase(0, row.find('|') + 1);
    row.erase(row.find('|'));
    long out = -1;
    const char* const last = row.data() + row.size();
    if (std::from_chars(row.data(), last, out).ptr != last) throw std::runtime_error("no number of uses: " + row);
    return out;
}

std::uint64_t generation_in(const net::Response& response) {
    const auto result = decode_enrolment_result(response.body);
    return result ? result->generation : 0;
}

EnrolmentRequest with_key_first(EnrolmentRequest request, const EndorsementKey& key) {
    request.endorsement_keys.insert(request.endorsement_keys.begin(), key);
    return request;
}

}  // namespace

TEST_SUITE("hostile races") {
    TEST_CASE_FIXTURE(
        Hostile, "two TPMs with one EK in common, at once: one device, both keys in it, one after the other"
    ) {
        for (int round = 0; round < rounds; ++round) {
            CAPTURE(round);
            before = dump();
            const SoftDevice shared(&authority());
            const SoftDevice one(&authority());
            const SoftDevice two(&authority());
            const EndorsementKey common = shared.enrolment_request(std::nullopt).endorsement_keys.at(0);
            Runner a{
                one, with_key_first(one.enrolment_request(join_token()), common), {&shared.eks()[0], &one.eks()[0]}
            };
            Runner b{
                two, with_key_first(two.enrolment_request(join_token()), common), {&shared.eks()[0], &two.eks()[0]}
            };
            race(*this, {&a, &b});
            CHECK(a.response.status == 200);
            CHECK(b.response.status == 200);
            const std::string id = DeviceId::of_ek(shared.eks()[0].spki()).text();
            for (const Runner* runner : {&a, &b}) {
                const auto result = decode_enrolment_result(runner->response.body);
                REQUIRE(result);
                CHECK(result->device.text() == id);
            }
            CHECK(generation_in(a.response) + generation_in(b.response) == 3);  // 1 and 2
            const DatabaseDump after = dump();
            CHECK(rows_with(after, "devices", id) == 1);
            CHECK(rows_with(after, "device_heads", id) == 1);
            CHECK(rows_with(after, "endorsement_keys", id) == 3);
            CHECK(rows_with(after, "attestation_keys", id) == 2);
            CHECK(rows_with(after, "enrolments", id) == 2);
            CHECK(uses_left(after) == uses_left(before) - 1);
            CHECK(difference(others(before, id), others(after, id)) == "");
        }
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "two TPMs that claim one attestation key, at once: one is in, the other is nowhere") {
        for (int round = 0; round < rounds; ++round) {
            CAPTURE(round);
            before = dump();
            const SoftDevice one(&authority());
            const SoftDevice two(&authority());
            EnrolmentRequest claim = two.enrolment_request(join_token());
            claim.ak_public = one.ak().public_area();
            Runner a{one, one.enrolment_request(join_token()), {&one.eks()[0]}};
            Runner b{one, claim, {&two.eks()[0]}};
            race(*this, {&a, &b});
            const bool a_won = a.response.status == 200;
            const Runner& loser = a_won ? b : a;
            CHECK((a_won ? a : b).response.status == 200);
            CHECK(loser.response.status == 409);
            CHECK(reason_of(loser.response) == "ak_of_other_device");
            const std::string in = (a_won ? one : two).id().text();
            const std::string out = (a_won ? two : one).id().text();
            DatabaseDump after = dump();
            CHECK(rows_with(after, out) == 0);
            CHECK(rows_with(after, "devices", in) == 1);
            CHECK(rows_with(after, "attestation_keys", in) == 1);
            CHECK(rows_with(after, "endorsement_keys", in) == 1);
            CHECK(rows_with(after, "enrolment_conflicts", in) == 1);
            CHECK(uses_left(after) == uses_left(before) - 1);
            CHECK(difference(others(before, in), others(after, in)) == "");
        }
        CHECK(attempt_with("ak_of_other_device") > 0);
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "two other TPMs with a known id while the device itself enrols again: only it gets in") {
        for (int round = 0; round < rounds; ++round) {
            CAPTURE(round);
            const SoftDevice thief(&authority());
            const SoftDevice accomplice(&authority());
            Runner itself{victim, victim.enrolment_request(std::nullopt), {&victim.eks()[0], &victim.eks()[1]}};
            Runner a{thief, victim.enrolment_request(join_token()), {}};
            Runner b{accomplice, victim.enrolment_request(join_token()), {}};
            a.request.ak_public = thief.ak().public_area();
            b.request.ak_public = accomplice.ak().public_area();
            race(*this, {&a, &itself, &b});
            CHECK(reason_of(a.response) == "binding_mismatch");
            CHECK(reason_of(b.response) == "binding_mismatch");
            CHECK(itself.response.status == 200);
            CHECK(generation_in(itself.response) == 1);
            CHECK(difference(before, dump()) == "");
        }
        CHECK(attempt_with("binding_mismatch") > 0);
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "one TPM with its RSA key first and with its ECC key first, at once: one device") {
        for (int round = 0; round < rounds; ++round) {
            CAPTURE(round);
            before = dump();
            const SoftDevice tpm(&authority(), {"L-1", "L-2"});
            Runner rsa{tpm, tpm.enrolment_request(join_token()), {&tpm.eks()[0], &tpm.eks()[1]}};
            Runner ecc{tpm, tpm.enrolment_request(join_token()), {&tpm.eks()[1], &tpm.eks()[0]}};
            std::swap(ecc.request.endorsement_keys[0], ecc.request.endorsement_keys[1]);
            race(*this, {&rsa, &ecc});
            const auto first = decode_enrolment_result(rsa.response.body);
            const auto second = decode_enrolment_result(ecc.response.body);
            REQUIRE((first && second));
            CHECK(first->device == second->device);
            CHECK(first->generation == 1);
            CHECK(second->generation == 1);
            const std::string id = first->device.text();
            const DatabaseDump after = dump();
            CHECK(after.at("devices").size() == before.at("devices").size() + 1);
            CHECK(rows_with(after, "endorsement_keys", id) == 2);
            CHECK(rows_with(after, "attestation_keys", id) == 1);
            CHECK(uses_left(after) == uses_left(before) - 1);
            CHECK(difference(others(before, id), others(after, id)) == "");
        }
        check_alive();
    }
}
