#include "net/connect_problem.hpp"

#include <doctest/doctest.h>
#include <openssl/err.h>

#include <set>

using namespace assay;
using namespace assay::net;

TEST_SUITE("connect_problem") {
    TEST_CASE("every failure has a word of its own") {
        std::set<std::string_view> words;
        for (int i = 0; i <= static_cast<int>(ConnectFailure::other); ++i)
            words.insert(word(static_cast<ConnectFailure>(i)));
        CHECK(words.size() == static_cast<std::size_t>(ConnectFailure::other) + 1);
    }

    TEST_CASE("a problem names the server, and says what happened") {
        const Url url = *parse_url("https://collector.example:8443");
        const ConnectProblem refused = problem_of({ConnectFailure::refused, "connection refused"}, url);
        CHECK(refused.error.message() == "collector.example:8443: connection refused (io_error)");
        CHECK(refused.subject.empty());
        CHECK(problem_of({ConnectFailure::timed_out, "no answer"}, url).error.code == Errc::timed_out);
        CHECK(handshake_timeout(url).failure == ConnectFailure::timed_out);
        const ConnectProblem unknown = problem_of({ConnectFailure::name_not_found, "no such name"}, url);
        CHECK(unknown.error.what == "the name cannot be resolved: no such name");
    }

    TEST_CASE("alerts about the client's certificate are told from others") {
        CHECK(wants_client_certificate(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED)));
        CHECK(wants_client_certificate(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_TLSV1_ALERT_UNKNOWN_CA)));
        CHECK(!wants_client_certificate(ERR_PACK(ERR_LIB_SSL, 0, SSL_R_TLSV1_ALERT_INTERNAL_ERROR)));
        CHECK(!wants_client_certificate(ERR_PACK(ERR_LIB_X509, 0, SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED)));
        CHECK(!wants_client_certificate(0));
    }
}
