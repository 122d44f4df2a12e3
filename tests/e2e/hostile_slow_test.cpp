// Time as a weapon: connections that send one byte a minute, and what comes when its time is over. The collector's
// clocks are moved, nobody waits.

#include "tests/e2e/hostile.hpp"
#include "tests/support/tls_peer.hpp"

using namespace assay;
using namespace assay::test;

namespace {

constexpr std::chrono::minutes minute{1};

// One byte, then nothing for a minute while the bystander reports: the connection is closed, and nothing is answered.
void check_closed_within_a_minute(Hostile& hostile, TlsPeer& peer, std::string_view byte) {
    peer.send(byte);
    net::Connection connection = hostile.connect();
    CHECK(hostile.bystander.report_once(connection));
    hostile.pass(minute);
    CHECK(peer.read_all() == "");
    net::Connection later = hostile.connect();
    CHECK(hostile.bystander.report_once(later));
}

}  // namespace

TEST_SUITE("hostile slowness") {
    TEST_CASE_FIXTURE(Hostile, "one byte a minute is closed within the first: amid the handshake, a header, a body") {
        TlsPeer handshake(device_port());
        check_closed_within_a_minute(*this, handshake, "\x16");
        TlsPeer header(device_port(), ca_pem());
        check_closed_within_a_minute(*this, header, "P");
        TlsPeer body(device_port(), ca_pem());
        body.send("POST /v1/challenge HTTP/1.1\r\nHost: c\r\nContent-Length: 100\r\n\r\n");
        check_closed_within_a_minute(*this, body, "{");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a connection that says nothing at all is closed, and a device's that reports is not") {
        net::Connection used = connect();
        TlsPeer idle(device_port(), ca_pem());
        for (int minutes = 0; minutes < 2; ++minutes) {
            REQUIRE(bystander.report_once(used));
            pass(minute);
        }
        CHECK(idle.read_all() == "");
        CHECK(bystander.report_once(used));
    }

    TEST_CASE_FIXTURE(Hostile, "a nonce after a minute") {
        net::Connection connection = connect();
        const Report late = good_report(connection);
        pass(minute);
        const net::Response refused = deliver(connection, late);
        CHECK(refused.status == 410);
        check_rejected(refused, "nonce_expired");
        const Report in_time = good_report(connection);
        pass(minute - std::chrono::seconds(10));
        CHECK(deliver(connection, in_time).status == 200);
    }

    TEST_CASE_FIXTURE(Hostile, "the proof of an enrolment after five minutes") {
        net::Connection connection = connect();
        const SoftDevice device(&authority());
        const auto open = open_enrolment(connection, device.enrolment_request(join_token()));
        REQUIRE(open);
        const EnrolmentProof proof = device.proof(open->body, open->challenge, connection.exporter());
        for (int minutes = 0; minutes < 5; ++minutes) {
            pass(minute);
            REQUIRE(bystander.challenge(connection));  // or the connection would be closed as idle
        }
        const net::Response refused = prove(connection, *open, proof);
        CHECK(refused.status == 410);
        check_rejected(refused, "enrolment_expired");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "documents a quarter of an hour after they were asked for") {
        Inventory inventory;
        inventory.components = {listed_part("pci/9")};
        const std::string document = encode_inventory(inventory);
        net::Connection connection = connect();
        const Challenge asked = victim.challenge(connection).value();
        Statement statement = victim.next_statement();
        statement.documents = {{DocumentKind::inventory, sha256(document), document.size()}};
        REQUIRE(deliver(connection, victim.report(asked, connection.exporter(), statement)).status == 409);
        for (int minutes = 0; minutes < 16; ++minutes) {
            pass(minute);
            REQUIRE(post(connection, "/v1/nothing", "").status == 404);
        }
        const net::Response late =
            send(connection, net::Method::put, "/v1/documents/" + to_hex(sha256(document)), document);
        CHECK(late.status == 403);
        check_rejected(late, "document_not_asked");
        check_alive();
    }
}
