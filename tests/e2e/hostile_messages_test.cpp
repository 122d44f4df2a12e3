// What documents, headers, counts and nesting past their limits get, and JSON that is not strict: issue 2, "What bad
// input gets".

#include "evidence/limits.hpp"
#include "net/server.hpp"
#include "tests/e2e/hostile.hpp"

using namespace assay;
using namespace assay::test;

namespace {

const std::size_t header_fields = net::ServerLimits().header_fields;

net::Response put(net::Connection& connection, const Sha256& name, std::string_view body) {
    return send(connection, net::Method::put, "/v1/documents/" + to_hex(name), body);
}

// A report of the victim whose statement names these bytes as its inventory.
struct Named {
    Report report;
    Sha256 name{};
};
Named naming(Hostile& hostile, net::Connection& connection, const std::string& document, std::uint64_t size) {
    const Challenge asked = hostile.victim.challenge(connection).value();
    Statement statement = hostile.victim.next_statement();
    const Sha256 name = sha256(document);
    statement.documents = {{DocumentKind::inventory, name, size}};
    return {hostile.victim.report(asked, connection.exporter(), statement), name};
}

std::string other_inventory() {
    Inventory inventory;
    inventory.components = {listed_part("pci/9")};
    return encode_inventory(inventory);
}

// True when the connection is of no more use, or the server says so.
bool closed(net::Connection& connection) {
    net::Request request;
    request.method = net::Method::post;
    request.path = "/v1/challenge";
    return !connection.exchange(request, std::chrono::milliseconds(5'000));
}

}  // namespace

TEST_SUITE("hostile documents") {
    TEST_CASE_FIXTURE(Hostile, "a document whose bytes do not match its name") {
        net::Connection connection = connect();
        const std::string document = other_inventory();
        const Named named = naming(*this, connection, document, document.size());
        REQUIRE(deliver(connection, named.report).status == 409);
        std::string wrong = document;
        wrong[5] ^= 1;
        check_rejected(put(connection, named.name, wrong), "document_hash_mismatch");
        CHECK(closed(connection));
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a document put before a good report, or not named, or twice, or of another size") {
        const std::string document = other_inventory();
        {
            net::Connection connection = connect();
            check_rejected(put(connection, sha256(document), document), "document_not_asked");
            CHECK(closed(connection));
        }
        {
            net::Connection connection = connect();
            REQUIRE(victim.challenge(connection));
            check_rejected(put(connection, sha256(document), document), "document_not_asked");
        }
        {
            net::Connection connection = connect();
            const Named named = naming(*this, connection, document, document.size());
            REQUIRE(deliver(connection, named.report).status == 409);
            check_rejected(put(connection, sha256("not named"), "not named"), "document_not_asked");
        }
        {
            net::Connection connection = connect();
            const Named named = naming(*this, connection, document, document.size());
            REQUIRE(deliver(connection, named.report).status == 409);
            REQUIRE(put(connection, named.name, document).status == 204);
            check_rejected(put(connection, named.name, document), "document_not_asked");
            CHECK(closed(connection));
        }
        {
            net::Connection connection = connect();
            const Named named = naming(*this, connection, document, document.size() + 1);
            REQUIRE(deliver(connection, named.report).status == 409);
            check_rejected(put(connection, named.name, document), "document_size_mismatch");
        }
        check_alive();
    }

    TEST_CASE_FIXTURE(
        Hostile, "a document that another device has is asked for all the same, and not to be had by its name"
    ) {
        net::Connection connection = connect();
        bystander.inventory().components = {listed_part("pci/7")};
        REQUIRE(bystander.report_once(connection));
        before = dump();
        const std::string document = encode_inventory(bystander.inventory());
        const Named named = naming(*this, connection, document, document.size());
        const net::Response needs = deliver(connection, named.report);
        REQUIRE(needs.status == 409);
        CHECK(decode_report_needs(needs.body)->documents.at(0) == named.name);
        // Without the bytes the name is worth nothing: the report is the victim's failure.
        check_failed(deliver(connection, named.report), "document_missing");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "uploads persist only with the accepted report") {
        const std::string document = other_inventory();
        {
            net::Connection connection = connect();
            const Named named = naming(*this, connection, document, document.size());
            REQUIRE(deliver(connection, named.report).status == 409);
            REQUIRE(put(connection, named.name, document).status == 204);
            Report other = named.report;
            other.quote[30] ^= 1U;
            check_rejected(deliver(connection, other), "nonce_used");
        }
        CHECK(difference(before, dump()) == "");
        net::Connection connection = connect();
        const Named named = naming(*this, connection, document, document.size());
        CHECK(deliver(connection, named.report).status == 409);
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "documents beyond their limits: size, counts, nesting, text") {
        net::Connection connection = connect();
        const std::string small = other_inventory();
        const Named large = naming(*this, connection, small, limits::document_bytes + 1);
        check_failed(deliver(connection, large.report), "statement_malformed");

        const auto send_document = [&](const std::string& document) {
            net::Connection fresh = connect();
            const Named named = naming(*this, fresh, document, document.size());
            const net::Response first = deliver(fresh, named.report);
            if (first.status != 409) return first;
            const net::Response uploaded = put(fresh, named.name, document);
            if (uploaded.status != 204) return uploaded;
            return deliver(fresh, named.report);
        };
        check_failed(send_document(std::string(100'000, '[')), "document_malformed");
        check_failed(
            send_document(R"({"components":[],"format":"assay/inventory/1","format":"x"})"), "document_malformed"
        );
        Inventory many;
        for (std::size_t i = 0; i <= limits::components; ++i)
            many.components.push_back(listed_part("p/" + std::to_string(i)));
        normalise(many);
        check_failed(send_document(encode_inventory(many)), "document_malformed");
        Inventory long_text;
        long_text.components = {listed_part(std::string(limits::key_bytes + 1, 'k'))};
        check_failed(send_document(encode_inventory(long_text)), "document_malformed");
        check_failed(send_document(" " + small), "document_malformed");
        check_alive();
    }
}

TEST_SUITE("hostile messages") {
    TEST_CASE_FIXTURE(Hostile, "duplicate keys, numbers out of range, unknown fields, depth") {
        net::Connection connection = connect();
        const std::string id = victim.id().text();
        for (const std::string& body : std::initializer_list<std::string>{
                 R"({"device":")" + id + R"(","device":")" + id + R"("})",
                 R"({"device":")" + id + R"(","more":1})",
                 R"({"device":18446744073709551617})",
                 R"({"device":1e3})",
                 R"({"device":")" + id + R"("}{})",
                 std::string(2'000, '['),
                 std::string("{\"device\":\"\xff\"}"),
             }) {
            CAPTURE(body.substr(0, 60));
            check_rejected(post(connection, "/v1/challenge", body), "malformed_message");
        }
        REQUIRE(victim.challenge(connection));
        check_rejected(
            post(connection, "/v1/reports", R"({"quote":"AA","quote":"AA","signature":"AA","statement":"AA"})"),
            "malformed_message"
        );
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "bodies, headers and paths past their limits end at the listener") {
        const auto status = [this](net::Request request) {
            net::Connection connection = connect();
            const auto response = connection.exchange(request, std::chrono::milliseconds(20'000));
            return response ? response->status : 0U;
        };
        net::Request large;
        large.method = net::Method::post;
        large.path = "/v1/reports";
        large.body = Bytes(limits::message_bytes + 1, ' ');
        CHECK(status(large) == 413);
        net::Request headers;
        headers.path = "/v1/reports";
        headers.headers.add("x-long", std::string(limits::header_bytes, 'x'));
        const unsigned long_header = status(headers);
        CHECK((long_header == 431 || long_header == 0));
        const auto with_fields = [&status](std::size_t count) {  // besides host and content-length
            net::Request many;
            many.path = "/v1/nothing";
            for (std::size_t i = 0; i < count; ++i) many.headers.add("x-" + std::to_string(i), "1");
            return status(many);
        };
        CHECK(with_fields(header_fields - 4) == 404);
        CHECK(with_fields(header_fields + 1) == 431);
        net::Request unknown;
        unknown.path = "/v1/nothing";
        CHECK(status(unknown) == 404);
        net::Request method;
        method.path = "/v1/reports";
        CHECK(status(method) == 405);
        CHECK(difference(before, dump()) == "");
        check_alive();
    }
}
