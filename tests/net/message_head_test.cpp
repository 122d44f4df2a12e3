#include "net/message_head.hpp"

#include <doctest/doctest.h>

#include <stdexcept>

using namespace assay;
using namespace assay::net;

namespace {

constexpr std::size_t max_fields = 8;

std::expected<RequestHead, Response> request(std::string_view text) {
    return parse_request_head(as_bytes(text), max_fields);
}

Result<ResponseHead> answer(std::string_view text) {
    return parse_response_head(as_bytes(text), max_fields);
}

}  // namespace

TEST_SUITE("message_head") {
    TEST_CASE("a request head gives method, path, query, headers and length") {
        const auto head = request(
            "POST /v1/reports?dry=1 HTTP/1.1\r\nHost: c.example:8443\r\nContent-Type: application/json\r\n"
            "Content-Length: 12\r\nX-Thing:  a b\t\r\n\r\n"
        );
        REQUIRE(head);
        CHECK(head->request.method == Method::post);
        CHECK(head->request.path == "/v1/reports");
        CHECK(head->request.query == Query{{"dry", "1"}});
        CHECK(*head->request.headers.find("host") == "c.example:8443");
        CHECK(*head->request.headers.find("x-thing") == "a b");
        CHECK(head->content_length == 12);
        CHECK(head->keep_alive);
        CHECK(!head->expects_continue);
        CHECK(!request("GET / HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n")->keep_alive);
        CHECK(request("PUT / HTTP/1.1\r\nHost: c\r\nExpect: 100-continue\r\n\r\n")->expects_continue);
    }

    TEST_CASE("what two readers could frame differently is refused, and the connection closed") {
        struct Case {
            unsigned status;
            const char* text;
        };
        const Case cases[] = {
            {400, "POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"},
            {400, "POST / HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n"},
            {400, "POST / HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: identity\r\nContent-Length: 5\r\n\r\n"},
            {400, "POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n"},
            {400, "POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 5\r\ncontent-length: 5\r\n\r\n"},
            {400, "POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 5, 5\r\n\r\n"},
            {400, "POST / HTTP/1.1\r\nHost: c\r\nContent-Length: +5\r\n\r\n"},
            {400, "POST / HTTP/1.1\r\nHost: c\r\nContent-Length: -1\r\n\r\n"},
            {400, "POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 0x5\r\n\r\n"},
            {400, "POST / HTTP/1.1\r\nHost: c\r\nContent-Length:\r\n\r\n"},
            {400, "POST / HTTP/1.1\r\nHost: c\r\nContent-Length: 18446744073709551616\r\n\r\n"},
            {400, "POST / HTTP/1.1\r\nHost: c\r\nX: a\r\n folded\r\n\r\n"},
            {400, "POST / HTTP/1.1\r\nHost: c\r\nContent-Length:\r\n 5\r\n\r\n"},
            {400, "POST / HTTP/1.1\r\nHost: c\r\nContent-Length : 5\r\n\r\n"},
            {400, "POST / HTTP/1.1\r\n Host: c\r\n\r\n"},
            {400, "GET / HTTP/1.1\r\nHost: c\nX: y\r\n\r\n"},
            {400, "GET / HTTP/1.1\r\nHost: c\rX: y\r\n\r\n"},
            {400, "GET / HTTP/1.1\r\nHost: c\r\nX: caf\xc3\xa9\r\n\r\n"},
            {400, "GET / HTTP/1.1\r\nHost: c\r\nno colon\r\n\r\n"},
            {400, "GET / HTTP/1.1\r\nHost: c\r\n: nameless\r\n\r\n"},
            {400, "GET / HTTP/1.1\r\n\r\n"},
            {400, "GET / HTTP/1.1\r\nHost:\r\n\r\n"},
            {400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
            {400, "GET / HTTP/1.1\r\nHost: c\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n"},
            {400, "GET / HTTP/1.1\r\nHost: c\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n"},
            {400, "GET  / HTTP/1.1\r\nHost: c\r\n\r\n"},
            {400, "GET /a b HTTP/1.1\r\nHost: c\r\n\r\n"},
            {400, "GET https://c/ HTTP/1.1\r\nHost: c\r\n\r\n"},
            {400, "GET * HTTP/1.1\r\nHost: c\r\n\r\n"},
            {400, "GET /\r\n\r\n"},
            {400, "GET / HTTP/2.0\r\nHost: c\r\n\r\n"},
            {400, "\r\n\r\n"},
            {411, "POST / HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: Chunked\r\n\r\n"},
            {501, "POST / HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: gzip, chunked\r\n\r\n"},
            {501, "POST / HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: xchunked\r\n\r\n"},
            {501, "CONNECT c:443 HTTP/1.1\r\nHost: c\r\n\r\n"},
            {501, "TRACE / HTTP/1.1\r\nHost: c\r\n\r\n"},
            {501, "get / HTTP/1.1\r\nHost: c\r\n\r\n"},
            {505, "GET / HTTP/1.0\r\nHost: c\r\n\r\n"},
            {417, "PUT / HTTP/1.1\r\nHost: c\r\nExpect: miracles\r\n\r\n"},
        };
        for (const Case& c : cases) {
            CAPTURE(std::string(c.text));
            const auto head = request(c.text);
            REQUIRE(!head);
            CHECK(head.error().status == c.status);
            CHECK(head.error().close_after);
            CHECK(head.error().body.starts_with("{\"error\":"));
        }
    }

    TEST_CASE("limit: as many fields as allowed, one more is 431") {
        std::string text = "GET / HTTP/1.1\r\nHost: c\r\n";
        for (std::size_t i = 1; i < max_fields; ++i) text += "x: 1\r\n";
        CHECK(request(text + "\r\n"));
        const auto head = request(text + "x: 1\r\n\r\n");
        REQUIRE(!head);
        CHECK(head.error().status == 431);
    }

    TEST_CASE("every truncation of a good head is refused") {
        const std::string whole = "POST /a?b=c HTTP/1.1\r\nHost: c\r\nContent-Length: 5\r\n\r\n";
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(size);
            CHECK(!request(whole.substr(0, size)));
            CHECK(head_size(as_bytes(whole).first(size)) == 0);
        }
        CHECK(request(whole));
        CHECK(!request(whole + "x"));
    }

    TEST_CASE("the end of a head is found whatever pieces it came in") {
        const std::string whole = "GET / HTTP/1.1\r\nHost: c\r\n\r\nbody\r\n\r\n";
        const std::size_t size = whole.find("body");
        for (std::size_t looked_at = 0; looked_at < size; ++looked_at) {
            CAPTURE(looked_at);
            CHECK(head_size(as_bytes(whole), looked_at) == size);
        }
    }

    TEST_CASE("what the client writes is what the server reads") {
        Request out;
        out.method = Method::put;
        out.path = "/v1/documents/ab";
        out.headers.add("Authorization", "Bearer t");
        out.body = to_bytes("12345");
        const auto head = request(write_request_head(out, "/v1/documents/ab?x=y", "[::1]:8443", "assay/1"));
        REQUIRE(head);
        CHECK(head->request.method == Method::put);
        CHECK(head->request.path == out.path);
        CHECK(head->content_length == 5);
        CHECK(*head->request.headers.find("host") == "[::1]:8443");
        CHECK(*head->request.headers.find("authorization") == "Bearer t");
    }

    TEST_CASE("what the server writes is what the client reads") {
        Response out;
        out.status = 409;
        out.body = "{}";
        out.close_after = true;
        out.headers.add("X-Thing", "1");
        const auto head = answer(write_response_head(out, http_date(784'111'777)));
        REQUIRE(head);
        CHECK(head->response.status == 409);
        CHECK(head->response.content_type == "application/json");
        CHECK(head->response.close_after);
        CHECK(head->content_length == 2);
        CHECK(*head->response.headers.find("x-thing") == "1");
        CHECK(*head->response.headers.find("date") == "Sun, 06 Nov 1994 08:49:37 GMT");
        out.status = 204;
        out.close_after = false;
        CHECK(write_response_head(out, "d").find("content-length") == std::string::npos);
        CHECK(!answer(write_response_head(out, "d"))->response.close_after);
    }

    TEST_CASE("a header that would end its line early is never written") {
        for (const char* value : {"a\r\nx: y", "a\nb", "a\rb", "\x01"}) {
            Response out;
            out.headers.add("x-thing", value);
            CHECK_THROWS_AS(write_response_head(out, "d"), std::invalid_argument);
        }
        for (const char* field : {"content-length", "connection", "transfer-encoding", "x y", "x:", ""}) {
            CAPTURE(std::string(field));
            Request out;
            out.headers.add(field, "1");
            CHECK_THROWS_AS(write_request_head(out, "/", "c", "a"), std::invalid_argument);
        }
    }

    TEST_CASE("answers that this client does not speak are refused") {
        const char* const cases[] = {
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n",
            "HTTP/1.1 100 Continue\r\n\r\n",
            "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nX: a\r\n b\r\n\r\n",
            "SSH-2.0-OpenSSH\r\n\r\n",
        };
        for (const char* text : cases) {
            CAPTURE(std::string(text));
            CHECK(!answer(text));
        }
    }
}
