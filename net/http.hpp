#pragma once
// One HTTP request and one answer as values: what handlers take and give, what the client sends and receives. No
// socket, no TLS, no third-party type here. Header names are lower case; sizes were bounded before a value is made.
// HTTP semantics: RFC 9110; the syntax on the wire (RFC 9112) is net/message_head.hpp's.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::net {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_ };  // NOLINT(readability-identifier-naming)
std::string_view name(Method method);                                       // "GET"
std::optional<Method> method_named(std::string_view name);

class Headers {
  public:
    using Field = std::pair<std::string, std::string>;
    // `name` is made lower case. The same name twice becomes one field, its values joined by ", " (RFC 9110 5.3), but
    // for set-cookie.
    void add(std::string_view name, std::string_view value);
    const std::string* find(std::string_view name) const;  // by its lower-case name; nullptr when absent
    std::size_t size() const { return fields_.size(); }
    auto begin() const { return fields_.begin(); }
    auto end() const { return fields_.end(); }

  private:
    std::vector<Field> fields_;
};

using Query = std::map<std::string, std::string, std::less<>>;

struct Request {
    Method method = Method::get;
    std::string path = "/";  // percent-decoded; an encoded slash, a dot segment or a control character was refused
    Query query;             // decoded, each key once
    Headers headers;
    Bytes body;
};

struct Response {
    unsigned status = 200;
    std::string content_type = "application/json";  // empty: no such field
    std::string body;
    Headers headers;           // besides content-type, content-length, connection and date
    bool close_after = false;  // close the connection when this has been sent
};

// Takes the answer to one request. May be called from any thread, at once or later, and once; dropped without a call
// it answers 500 and closes the connection.
using Responder = std::move_only_function<void(Response)>;

// The status that fits an error: 400, 403, 404, 409, 410, 413, 501, 503, 504.
unsigned status_of(Errc code);

// {"error":{"code":"limit_exceeded","where":"...","what":"..."}}; text in it is made clean and cut at 512 bytes.
Response error_response(unsigned status, const Error& error);
inline Response error_response(const Error& error) {
    return error_response(status_of(error.code), error);
}

std::string_view reason_phrase(unsigned status);  // "Not Found"; empty for a number without one

}  // namespace assay::net
