#pragma once
// The only kind of URL Assay is configured with: https://host[:port][/prefix]. No user, query, fragment, percent
// escapes or dot segments. Strict, so that one text means one server. Pure.

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::net {

struct Url {
    std::string host;  // lower-case name, or an address without brackets
    bool is_address = false;
    std::uint16_t port = 443;
    std::string prefix;  // "" or "/a/b", never with a slash at its end

    std::string text() const;       // the shortest spelling; parse_url(text()) gives the same Url
    std::string authority() const;  // for Host and messages: "host", "host:8443", "[::1]:8443"
    friend bool operator==(const Url&, const Url&) = default;
};

// At most 512 bytes; a name of at most 253 bytes with labels of letters, digits, '-' and '_', at most 63 each.
// `where` names the setting in the error (bad_value, limit_exceeded).
Result<Url> parse_url(std::string_view text, std::string_view where = "url");

}  // namespace assay::net
