#pragma once
// Strict JSON (RFC 8259 within I-JSON, RFC 7493). Refused at parsing: duplicate keys, numbers with a fraction or an
// exponent, integers beyond +-(2^53-1), invalid UTF-8, depth and size over the limits given. Reading goes through
// Fields (base/fields.hpp), which also refuses unknown keys and wrong types.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/string.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace assay::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

struct Limits {
    std::size_t max_bytes = 1 << 20;
    std::size_t max_depth = 16;
    std::size_t max_values = 1 << 20;  // scalars, objects and arrays together
};

inline constexpr std::int64_t max_integer = (std::int64_t{1} << 53) - 1;

// `where` names the document in errors.
Result<Value> parse(std::string_view text, const Limits& limits, std::string_view where = "json");

// Keys sorted by their bytes at every level, no white space (RFC 8785 for the values allowed here): the same value
// always gives the same bytes.
std::string canonical(const Value& value);
std::string compact(const Value& value);  // keys in the order given
// For people: two spaces, keys in the order given; characters that would act on a terminal are escaped.
std::string pretty(const Value& value);

}  // namespace assay::json
