// Uploads beyond what a report, a document or the collector's memory has room for: documents past their limits.

#include "evidence/limits.hpp"
#include "tests/e2e/hostile.hpp"
#include "tests/support/tls_peer.hpp"

#include <deque>

using namespace assay;
using namespace assay::test;

namespace {

constexpr std::size_t memory_for_uploads = 512U << 20U;  // api::DeviceServiceConfig::upload_bytes
constexpr std::size_t rooms = memory_for_uploads / limits::document_bytes;

// A connection whose report was good and which was asked for one document of the largest size.
class Uploader {
  public:
    Uploader(Hostile& hostile, const std::string& name) : peer_(hostile.device_port(), hostile.ca_pem()) {
        name_ = sha256(name);
        const std::string asked = peer_.ask(post_text("/v1/challenge", encode_challenge_request(hostile.victim.id())));
        const Challenge challenge = decode_challenge(body_of_answer(asked)).value();
        Statement statement = hostile.victim.next_statement();
        statement.documents = {{DocumentKind::inventory, name_, limits::document_bytes}};
        const Report report = hostile.victim.report(challenge, peer_.exporter(), statement);
        if (status_of_answer(peer_.ask(post_text("/v1/reports", encode_report(report)))) != 409) {
            throw std::runtime_error("no document was asked for");
        }
    }

    // Announces so many bytes and asks first whether they are welcome: 100, or what refuses them.
    unsigned announce(std::size_t bytes = limits::document_bytes) {
        return status_of_answer(peer_.ask(
            "PUT /v1/documents/" + to_hex(name_) +
            " HTTP/1.1\r\nHost: c\r\nExpect: 100-continue\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n"
        ));
    }

  private:
    TlsPeer peer_;
    Sha256 name_{};
};

}  // namespace

TEST_SUITE("hostile uploads") {
    TEST_CASE_FIXTURE(Hostile, "more documents than the memory for them holds: 503, and others report meanwhile") {
        std::deque<Uploader> uploaders;  // all of them first: an announced body must come at its rate
        for (std::size_t i = 0; i <= rooms; ++i) uploaders.emplace_back(*this, std::to_string(i));
        for (std::size_t i = 0; i < rooms; ++i) {
            CAPTURE(i);
            REQUIRE(uploaders[i].announce() == 100);
        }
        CHECK(uploaders[rooms].announce() == 503);
        net::Connection connection = connect();
        CHECK(bystander.report_once(connection));
        before = dump();

        // Who goes leaves room.
        uploaders.clear();
        for (int tries = 1;; ++tries) {
            Uploader next(*this, "next");
            if (next.announce() == 100) break;
            REQUIRE(tries < 1'000);
        }
        CHECK(difference(before, dump()) == "");
        check_alive();
    }

    TEST_CASE_FIXTURE(Hostile, "a document longer than was stated is refused before its bytes are read") {
        Uploader longer(*this, "longer");
        CHECK(longer.announce(limits::document_bytes + 1) == 413);
        Uploader shorter(*this, "shorter");
        CHECK(shorter.announce(limits::document_bytes - 1) == 100);
        CHECK(difference(before, dump()) == "");
        check_alive();
    }

    TEST_CASE_FIXTURE(
        Hostile, "a statement that names too many documents, or none, or one kind twice, or one too large"
    ) {
        net::Connection connection = connect();
        const auto named = [&](std::size_t count, std::uint64_t size) {
            const Challenge asked = victim.challenge(connection).value();
            Statement statement = victim.next_statement();
            statement.documents.clear();
            for (std::size_t i = 0; i < count; ++i) {
                statement.documents.push_back({DocumentKind::inventory, sha256(std::to_string(i)), size});
            }
            return deliver(connection, victim.report(asked, connection.exporter(), statement));
        };
        check_failed(named(0, 1), "statement_malformed");
        check_failed(named(2, 1), "statement_malformed");
        check_failed(named(limits::documents_per_report + 1, 1), "statement_malformed");
        check_failed(named(1, limits::document_bytes + 1), "statement_malformed");
        check_alive();
    }
}
