#include "net/http.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "base/words.hpp"

#include <algorithm>

namespace assay::net {
namespace {

constexpr std::size_t max_error_text_bytes = 512;

constexpr auto methods = words<Method>({
    {Method::get, "GET"},
    {Method::head, "HEAD"},
    {Method::post, "POST"},
    {Method::put, "PUT"},
    {Method::patch, "PATCH"},
    {Method::delete_, "DELETE"},
});

}  // namespace

std::string_view name(Method method) {
    return methods.of(method);
}

std::optional<Method> method_named(std::string_view wanted) {
    return methods.named(wanted);
}

void Headers::add(std::string_view field_name, std::string_view value) {
    std::string key = ascii_lower(field_name);
    for (auto& [known, values] : fields_) {
        if (known == key && key != "set-cookie") {
            values += ", ";
            values += value;
            return;
        }
    }
    fields_.emplace_back(std::move(key), value);
}

const std::string* Headers::find(std::string_view wanted) const {
    const auto found = std::ranges::find(fields_, wanted, &Field::first);
    return found == fields_.end() ? nullptr : &found->second;
}

unsigned status_of(Errc code) {
    switch (code) {
        case Errc::limit_exceeded: return 413;
        case Errc::not_found: return 404;
        case Errc::denied: return 403;
        case Errc::conflict: return 409;
        case Errc::gone: return 410;
        case Errc::unsupported: return 501;
        case Errc::io_error: return 503;
        case Errc::timed_out: return 504;
        case Errc::truncated:
        case Errc::trailing_bytes:
        case Errc::bad_value:
        case Errc::wrong_type:
        case Errc::missing_field:
        case Errc::unknown_field:
        case Errc::duplicate_key:
        case Errc::out_of_range:
        case Errc::bad_encoding:
        case Errc::unknown_algorithm:
        case Errc::bad_magic:
        case Errc::bad_signature:
        case Errc::mismatch: return 400;
    }
    return 400;
}

Response error_response(unsigned status, const Error& error) {
    json::Object detail;
    detail["code"] = word(error.code);
    detail["where"] = clean_text(error.where, max_error_text_bytes);
    detail["what"] = clean_text(error.what, max_error_text_bytes);
    json::Object body;
    body["error"] = std::move(detail);
    Response response;
    response.status = status;
    response.body = json::compact(body);
    return response;
}

std::string_view reason_phrase(unsigned status) {
    switch (status) {
        case 100: return "Continue";
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 411: return "Length Required";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 421: return "Misdirected Request";
        case 422: return "Unprocessable Content";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        default: return "";
    }
}

}  // namespace assay::net
