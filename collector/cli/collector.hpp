#pragma once
// The collector's API as the commands see it: a request and its answer, lists page by page. A seam: the real one
// speaks HTTPS, a test's answers from a table. Whatever it answers is checked before it is shown.

#include "base/json.hpp"
#include "collector/cli/context.hpp"
#include "net/http.hpp"

#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace assay::cli {

using Query = std::map<std::string, std::string>;

struct Call {
    net::Method method = net::Method::get;
    std::string path;  // "/v1/devices"; segments that are not fixed were made with segment()
    Query query;
    std::string body;  // JSON, or ""
};

class Collector {
  public:
    virtual ~Collector() = default;
    // The answer, whatever its status. Errors: the connection's (Errc::gone, timed_out, ...).
    virtual Result<net::Response> exchange(const Call& call) = 0;
};

// What went wrong, and with which exit status: unreachable, refused, or an answer that cannot be read.
struct Trouble {
    Error error;
    Exit status = Exit::failed;
};
template <class T>
using Asked = std::expected<T, Trouble>;

// Connects, asks, and reads the answer's JSON object. A refusal becomes Trouble with what the collector said.
Asked<json::Object> ask(const Context& context, const Call& call);

// The same for an answer that is no JSON.
Asked<std::string> ask_bytes(const Context& context, const Call& call);

// Every page of a list, at most `most` items: {"as_of", "items"}; "more": true when there would have been more.
Asked<json::Object> ask_all(const Context& context, Call call, std::size_t most);

Exit complain(const Context& context, const Trouble& trouble);

// Percent-encoded for a path or a query (RFC 3986 unreserved stay).
std::string escaped(std::string_view text);

// The one device whose id starts with `prefix` (or whose name it is): its whole id. Trouble: none, or several.
Asked<std::string> device_id(const Context& context, const std::string& prefix);

// Members of an answer, shown as text: "" when absent or null; numbers and booleans as words.
std::string text_at(const json::Object& object, std::string_view path);  // "lifecycle.state"
const json::Array& array_at(const json::Object& object, std::string_view key);
const json::Object& object_at(const json::Object& object, std::string_view key);

}  // namespace assay::cli
