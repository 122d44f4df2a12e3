// What one connection's session keeps between two requests, and that it keeps nothing once it has answered: a session
// may be gone, or handle its next request, before the thread that answered has come back.

#include "collector/store/devices.hpp"
#include "tests/support/served_devices.hpp"

#include <doctest/doctest.h>

#include <future>
#include <set>
#include <thread>

using namespace assay;
using namespace assay::test;

namespace {

const net::Exporter exporter{7};

// A connection without a network: requests go to the session, `meanwhile` runs inside the call that answers.
class Talk {
  public:
    explicit Talk(ServedDevices& served) : session_(served.service().connected({1, "192.0.2.7:4711", exporter})) {}

    net::Response post(const std::string& path, const std::string& body, std::function<void()> meanwhile = {}) {
        net::Request request;
        request.method = net::Method::post;
        request.path = path;
        const auto admitted = session_->admit(request);
        if (!admitted) return admitted.error();
        request.body = to_bytes(body);
        std::promise<net::Response> answered;
        std::future<net::Response> answer = answered.get_future();
        session_->handle(std::move(request), [&answered, &meanwhile](net::Response response) {
            if (meanwhile) meanwhile();
            answered.set_value(std::move(response));
        });
        return answer.get();
    }
    // The same, and the connection is closed as soon as it is answered: the session is gone while the thread that
    // answered, a work thread or the store's writer, still comes back from it.
    net::Response last(const std::string& path, const std::string& body) {
        return post(path, body, [this, here = std::this_thread::get_id()] {
            CHECK(std::this_thread::get_id() != here);
            session_.reset();
        });
    }
    net::Response upload(const std::string& document) {
        net::Request request;
        request.method = net::Method::put;
        request.path = "/v1/documents/" + to_hex(sha256(document));
        const auto admitted = session_->admit(request);
        if (!admitted) return admitted.error();
        request.body = to_bytes(document);
        net::Response out;
        session_->handle(std::move(request), [&out](net::Response response) { out = std::move(response); });
        return out;
    }
    net::Response ask_challenge(const DeviceId& id, std::function<void()> meanwhile = {}) {
        return post("/v1/challenge", encode_challenge_request(id), std::move(meanwhile));
    }
    // The whole way of a report without documents; the status of its answer.
    unsigned report(SoftDevice& device) {
        const auto challenge = decode_challenge(ask_challenge(device.id()).body);
        if (!challenge) return 0;
        return post("/v1/reports", encode_report(device.report(*challenge, exporter, device.next_statement()))).status;
    }

  private:
    std::unique_ptr<net::Session> session_;
};

std::string reason_of(const net::Response& response) {
    const auto refusal = decode_refusal(response.body);
    return refusal ? refusal->reason : std::to_string(response.status);
}

SoftDevice reported(ServedDevices& served) {
    SoftDevice out = served.enrolled();
    net::Connection connection = served.connect();
    if (!out.report_once(connection)) throw std::runtime_error("the device cannot report");
    return out;
}

void set_retired(ServedDevices& served, const DeviceId& id, Lifecycle state) {
    served.store().write([&](store::Database& db) {
        store::set_lifecycle(db, id, state, Reason::retired, "sold", served.now());
    });
}

}  // namespace

TEST_SUITE("device session") {
    TEST_CASE_FIXTURE(ServedDevices, "a challenge for a device that is not known voids the one that was open") {
        SoftDevice device = reported(*this);
        Talk talk(*this);
        const auto open = decode_challenge(talk.ask_challenge(device.id()).body);
        REQUIRE(open);
        CHECK(reason_of(talk.ask_challenge(DeviceId{sha256("nobody")})) == "unknown_device");
        const Report report = device.report(*open, exporter, device.next_statement());
        CHECK(reason_of(talk.post("/v1/reports", encode_report(report))) == "nonce_used");
        CHECK(talk.report(device) == 200);
    }

    TEST_CASE_FIXTURE(ServedDevices, "so does a refused challenge of the device that was retired meanwhile") {
        SoftDevice device = reported(*this);
        Talk talk(*this);
        const auto open = decode_challenge(talk.ask_challenge(device.id()).body);
        REQUIRE(open);
        set_retired(*this, device.id(), Lifecycle::retired);
        const Report report = device.report(*open, exporter, device.next_statement());
        CHECK(reason_of(talk.post("/v1/reports", encode_report(report))) == "device_retired");
        CHECK(reason_of(talk.ask_challenge(device.id())) == "device_retired");
        CHECK(reason_of(talk.post("/v1/reports", encode_report(report))) == "nonce_used");
    }

    TEST_CASE_FIXTURE(ServedDevices, "so does an enrolment on the same connection, whatever comes of it") {
        SoftDevice device = reported(*this);
        const SoftDevice other(&authority());
        Talk talk(*this);
        for (const bool good : {true, false}) {
            CAPTURE(good);
            const auto open = decode_challenge(talk.ask_challenge(device.id()).body);
            REQUIRE(open);
            EnrolmentRequest request = other.enrolment_request(join_token());
            if (!good) request.ak_public = device.ak().public_area();  // of another device
            const SoftAk& ak = good ? other.ak() : device.ak();
            const std::string body = encode_enrolment_request(request);
            const auto challenge = decode_enrolment_challenge(talk.post("/v1/enrolments", body).body);
            REQUIRE(challenge);
            const std::vector<Bytes> secrets{opened_secret(challenge->challenges[0], other.eks()[0], ak)};
            const EnrolmentProof proof = (good ? other : device).proof({body, *challenge}, exporter, secrets);
            const std::string path = "/v1/enrolments/" + to_hex(challenge->enrolment) + "/proof";
            CHECK(talk.post(path, encode_enrolment_proof(proof)).status == (good ? 200 : 409));
            const Report report = device.report(*open, exporter, device.next_statement());
            CHECK(reason_of(talk.post("/v1/reports", encode_report(report))) == "nonce_used");
        }
        CHECK(talk.report(device) == 200);
    }

    TEST_CASE_FIXTURE(ServedDevices, "no nonce, enrolment id or credential is given twice, on whichever connection") {
        const SoftDevice device = reported(*this);
        std::set<std::string> seen;
        constexpr int times = 16;
        for (int i = 0; i < times; ++i) {
            Talk talk(*this);
            for (int again = 0; again < 2; ++again) {
                seen.insert(to_hex(decode_challenge(talk.ask_challenge(device.id()).body).value().nonce));
                const std::string request = encode_enrolment_request(device.enrolment_request(std::nullopt));
                const auto challenge = decode_enrolment_challenge(talk.post("/v1/enrolments", request).body).value();
                seen.insert(to_hex(challenge.enrolment));
                seen.insert(to_hex(opened_secret(challenge.challenges[0], device.eks()[0], device.ak())));
            }
        }
        CHECK(seen.size() == 3 * 2 * times);
    }

    TEST_CASE_FIXTURE(
        ServedDevices, "after a refused challenge the session is not touched: the next one may be served"
    ) {
        SoftDevice device = reported(*this);
        set_retired(*this, device.id(), Lifecycle::retired);
        Talk talk(*this);
        std::optional<Result<Challenge>> next;
        const net::Response refused = talk.ask_challenge(device.id(), [&] {
            set_retired(*this, device.id(), Lifecycle::active);
            next = decode_challenge(talk.ask_challenge(device.id()).body);
        });
        CHECK(reason_of(refused) == "device_retired");
        REQUIRE((next && *next));
        const Report report = device.report(**next, exporter, device.next_statement());
        CHECK(talk.post("/v1/reports", encode_report(report)).status == 200);
    }

    TEST_CASE_FIXTURE(ServedDevices, "nor after a report that is refused once it was judged again") {
        SoftDevice device = reported(*this);
        Talk talk(*this);
        const auto challenge = decode_challenge(talk.ask_challenge(device.id()).body);
        REQUIRE(challenge);
        device.inventory().components.clear();
        device.inventory().sources = {{"usb", SourceState::ok, "", {}}};
        const std::string report = encode_report(device.report(*challenge, exporter, device.next_statement()));
        REQUIRE(talk.post("/v1/reports", report).status == 409);
        // The same EK with another attestation key meanwhile: the session knows the old one.
        const SoftDevice renewed(&authority());
        net::Connection elsewhere = connect();
        EnrolmentRequest request = device.enrolment_request(std::nullopt);
        request.ak_public = renewed.ak().public_area();
        const auto open = open_enrolment(elsewhere, request);
        REQUIRE(open);
        const std::vector<Bytes> secrets{opened_secret(open->challenge.challenges[0], device.eks()[0], renewed.ak())};
        REQUIRE(prove(elsewhere, *open, renewed.proof(*open, elsewhere.exporter(), secrets)).status == 200);

        REQUIRE(talk.upload(encode_inventory(device.inventory())).status == 204);
        std::optional<Result<Challenge>> next;
        const net::Response refused =
            talk.post("/v1/reports", report, [&] { next = decode_challenge(talk.ask_challenge(device.id()).body); });
        CHECK(reason_of(refused) == "signature_invalid");
        REQUIRE((next && *next));
        const std::string again = encode_report(device.report(**next, exporter, device.next_statement()));
        CHECK(reason_of(talk.post("/v1/reports", again)) == "signature_invalid");
    }

    TEST_CASE_FIXTURE(ServedDevices, "the session may be gone once it has answered (sanitizers see a touch)") {
        SoftDevice device = reported(*this);
        const SoftDevice fresh(&authority());
        const std::string id = encode_challenge_request(device.id());
        const std::string request = encode_enrolment_request(fresh.enrolment_request(join_token()));
        CHECK(Talk(*this).last("/v1/challenge", id).status == 200);
        CHECK(Talk(*this).last("/v1/challenge", encode_challenge_request(DeviceId{sha256("nobody")})).status == 404);
        CHECK(Talk(*this).last("/v1/enrolments", request).status == 200);
        CHECK(Talk(*this).last("/v1/enrolments", "{}").status == 400);
        for (const bool good : {false, true, true}) {  // refused by a work thread, new, known: the writer
            Talk talk(*this);
            const auto challenge = decode_enrolment_challenge(talk.post("/v1/enrolments", request).body);
            REQUIRE(challenge);
            const net::Exporter over = good ? exporter : net::Exporter{};
            const std::string path = "/v1/enrolments/" + to_hex(challenge->enrolment) + "/proof";
            const std::string proof = encode_enrolment_proof(fresh.proof(request, *challenge, over));
            CHECK(talk.last(path, proof).status == (good ? 200 : 400));
        }
        const auto end_with = [&](const std::function<void(Report&)>& change) {
            Talk talk(*this);
            const Challenge challenge = decode_challenge(talk.ask_challenge(device.id()).body).value();
            Report report = device.report(challenge, exporter, device.next_statement());
            change(report);
            return talk.last("/v1/reports", encode_report(report)).status;
        };
        CHECK(end_with([](Report&) {}) == 200);
        CHECK(end_with([](Report& report) {
                  std::swap(
                      (*report.pcr_values)[HashAlg::sha256].begin()->second,
                      (*report.pcr_values)[HashAlg::sha256].rbegin()->second
                  );
              }) == 422);
        CHECK(end_with([](Report&) {}) == 200);  // more than a heartbeat: the verdict changes back
        set_retired(*this, device.id(), Lifecycle::retired);
        CHECK(Talk(*this).last("/v1/challenge", id).status == 403);
    }

    TEST_CASE_FIXTURE(ServedDevices, "what the collector cannot read is its own failure: a 500 with its reason") {
        SoftDevice device = reported(*this);
        Talk talk(*this);
        REQUIRE(talk.report(device) == 200);
        store().write([&](store::Database& db) {
            db.execute(
                "update attestation_keys set public_area = x'00' where device_id = $id", {{"$id", device.id().value}}
            );
        });
        Talk fresh(*this);
        const net::Response broken = fresh.ask_challenge(device.id());
        CHECK(broken.status == 500);
        CHECK(reason_of(broken) == "internal_error");
        CHECK(!broken.close_after);
    }
}
