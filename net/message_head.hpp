#pragma once
// Start line and header fields of HTTP/1.1 (RFC 9112), read strictly and written. A body is framed by Content-Length
// alone: Transfer-Encoding is refused, as is everything that two readers could frame differently (two lengths, folded
// lines, bare CR or LF, HTTP/1.0). Beast parses; this decides. Pure: no socket, no clock.

#include "net/http.hpp"

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>

namespace assay::net {

// Bytes up to and including the empty line, or 0 where it has not come yet. The caller looked at the first `looked_at`
// bytes before; they are not looked at again.
std::size_t head_size(ByteView received, std::size_t looked_at = 0);

struct RequestHead {
    Request request;  // without its body
    std::size_t content_length = 0;
    bool keep_alive = true;
    bool expects_continue = false;
};

// `head` is exactly head_size() bytes. The error is the whole answer: 400, 411, 417, 431, 501 or 505, close_after set.
std::expected<RequestHead, Response> parse_request_head(ByteView head, std::size_t max_fields);

struct ResponseHead {
    Response response;  // without its body
    std::size_t content_length = 0;
};

// close_after says whether the connection ends with this answer.
Result<ResponseHead> parse_response_head(ByteView head, std::size_t max_fields);

// `target` is encode_target()'s, `host` Url::authority()'s. Throws std::invalid_argument on a header that HTTP cannot
// carry (a control character in it), or that is this function's to set.
std::string write_request_head(
    const Request& request, std::string_view target, std::string_view host, std::string_view user_agent
);

// `date` is an IMF-fixdate (http_date). Throws std::invalid_argument as above.
std::string write_response_head(const Response& response, std::string_view date);

std::string http_date(std::int64_t unix_seconds);  // "Sun, 06 Nov 1994 08:49:37 GMT"

}  // namespace assay::net
