#pragma once
// What a request shows of who asks, and whether a browser sent it from the collector's own page. Values in, values out;
// whether a token or a session is any good is collector/api/operator_session.hpp's to ask the store. RFC 6265 4.2 (the
// Cookie field), RFC 6454 7 (Origin), W3C Fetch Metadata (Sec-Fetch-Site).

#include "base/crypto/hash.hpp"
#include "net/http.hpp"

#include <optional>
#include <string_view>

namespace assay::api {

inline constexpr std::string_view session_cookie_name = "__Host-assay";
inline constexpr std::size_t session_id_bytes = 32;

// At most one of them. Views look into the request.
struct Credentials {
    std::optional<std::string_view> authorization;  // the whole field, in whatever form
    std::optional<Sha256> session;                  // hash of the id in our cookie
};
// Nothing at all is no error, nor is a cookie of our name that we cannot have made: it opens nothing. Errors: bad_value
// (a header and our cookie: which of both acts would be a guess), duplicate_key (our cookie twice).
Result<Credentials> credentials_of(const net::Request& request);

// What a page of another site cannot make a browser send: X-Assay-Request: 1, a body as application/json, and, where
// the browser says where the request comes from, this very origin. Error: denied, where: the header.
Result<void> check_own_page(const net::Request& request);

}  // namespace assay::api
