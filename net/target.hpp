#pragma once
// The request target of HTTP (RFC 9112 3.2.1, origin-form only) as a path and a query, and back. Refused on reading:
// what two readers could understand differently, such as an encoded slash, a dot segment, a control character, a
// parameter given twice. Pure.

#include "net/http.hpp"

#include <string>
#include <string_view>

namespace assay::net {

struct Target {
    std::string path;  // decoded; starts with '/'
    Query query;       // decoded, '+' read as a space (as browsers' forms write it)
    friend bool operator==(const Target&, const Target&) = default;
};

Result<Target> decode_target(std::string_view text);  // bad_encoding, bad_value, duplicate_key; where: "path", "query"

// decode_target(encode_target(t)) gives t again, for every t that decode_target can give.
std::string encode_target(std::string_view path, const Query& query);

}  // namespace assay::net
