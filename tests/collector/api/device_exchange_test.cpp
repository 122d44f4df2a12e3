#include "collector/api/device_exchange.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::api;

namespace {

constexpr UnixMillis start{1'000'000};

ReportExchange challenged() {
    ReportExchange out;
    out.issue(DeviceId{sha256("a")}, {Nonce{1}, select_pcrs(HashAlg::sha256, {0}), start});
    return out;
}

DocumentRef document(std::string_view body) {
    return {DocumentKind::inventory, sha256(body), body.size()};
}

ReportExchange awaiting(std::string_view body) {
    ReportExchange out = challenged();
    out.asked_documents(as_bytes("report"), {document(body)}, start);
    return out;
}

}  // namespace

TEST_SUITE("report exchange") {
    TEST_CASE("a report without a challenge is refused, and so is one after its nonce was used") {
        ReportExchange exchange;
        CHECK(exchange.receive(as_bytes("report"), start).error().reason == Reason::no_challenge);
        exchange = challenged();
        REQUIRE(exchange.receive(as_bytes("report"), start));
        exchange.finish();
        CHECK(exchange.state() == ReportExchange::State::idle);
        CHECK(exchange.receive(as_bytes("report"), start).error().reason == Reason::nonce_used);
    }

    TEST_CASE("a report is judged by the device and the nonce of the newest challenge") {
        ReportExchange exchange = challenged();
        exchange.issue(DeviceId{sha256("b")}, {Nonce{2}, {}, start + std::chrono::seconds(1)});
        const auto turn = exchange.receive(as_bytes("report"), start + std::chrono::seconds(2));
        REQUIRE(turn);
        CHECK(turn->device == DeviceId{sha256("b")});
        CHECK(turn->challenge.nonce == Nonce{2});
        CHECK(turn->received == start + std::chrono::seconds(2));
    }

    TEST_CASE("PCR values are asked for once, documents once") {
        ReportExchange exchange = challenged();
        CHECK(exchange.receive(as_bytes("report"), start)->may_ask_values);
        exchange.asked_values();
        const auto second = exchange.receive(as_bytes("with values"), start);
        REQUIRE(second);
        CHECK(!second->may_ask_values);
        CHECK(second->may_ask_documents);
        exchange.asked_documents(as_bytes("with values"), {document("inventory")}, start);
        const auto third = exchange.receive(as_bytes("with values"), start);
        REQUIRE(third);
        CHECK(!third->may_ask_values);
        CHECK(!third->may_ask_documents);
    }

    TEST_CASE("the repeated report has the age of the first, and must be identical") {
        ReportExchange exchange = awaiting("inventory");
        const auto turn = exchange.receive(as_bytes("report"), start + std::chrono::minutes(5));
        REQUIRE(turn);
        CHECK(turn->received == start);
        const auto other = exchange.receive(as_bytes("report "), start);
        REQUIRE(!other);
        CHECK(other.error().reason == Reason::nonce_used);
        CHECK(exchange.state() == ReportExchange::State::idle);
        CHECK(!exchange.receive(as_bytes("report"), start));
    }

    TEST_CASE("uploads: only what was asked for, once, with its size and its bytes") {
        ReportExchange exchange = awaiting("inventory");
        CHECK(exchange.admit(sha256("inventory"), start) == 9);
        REQUIRE(exchange.put(sha256("inventory"), to_bytes("inventory")));
        CHECK(exchange.uploads().complete());
        CHECK(!exchange.admit(sha256("inventory"), start));

        exchange = awaiting("inventory");
        CHECK(exchange.admit(sha256("other"), start).error().reason == Reason::document_not_asked);
        CHECK(exchange.state() == ReportExchange::State::idle);

        exchange = awaiting("inventory");
        CHECK(
            exchange.put(sha256("inventory"), to_bytes("inventorz")).error().reason == Reason::document_hash_mismatch
        );
        CHECK(exchange.state() == ReportExchange::State::idle);
        CHECK(!exchange.receive(as_bytes("report"), start));

        exchange = awaiting("inventory");
        CHECK(exchange.put(sha256("inventory"), to_bytes("inv")).error().reason == Reason::document_size_mismatch);
    }

    TEST_CASE("before a need was said, nothing can be uploaded") {
        ReportExchange idle;
        CHECK(!idle.admit(sha256("inventory"), start));
        ReportExchange exchange = challenged();
        CHECK(!exchange.admit(sha256("inventory"), start));
    }

    TEST_CASE("uploads that take too long are over") {
        ReportExchange exchange = awaiting("inventory");
        CHECK(exchange.admit(sha256("inventory"), start + documents_lifetime));
        CHECK(!exchange.admit(sha256("inventory"), start + documents_lifetime + std::chrono::milliseconds(1)));
        CHECK(exchange.state() == ReportExchange::State::idle);
    }

    TEST_CASE("a new challenge forgets what was uploaded under the old one") {
        ReportExchange exchange = awaiting("inventory");
        REQUIRE(exchange.put(sha256("inventory"), to_bytes("inventory")));
        exchange.issue(DeviceId{sha256("a")}, {Nonce{2}, {}, start});
        CHECK(exchange.uploads().given().empty());
        CHECK(!exchange.admit(sha256("inventory"), start));
    }
}
