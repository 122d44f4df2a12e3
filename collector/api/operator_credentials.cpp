#include "collector/api/operator_credentials.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string>

namespace assay::api {
namespace {

std::string_view without_spaces(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// The one value of our cookie. Other cookies of the host are not ours to judge.
Result<std::optional<std::string_view>> session_cookie(std::string_view field) {
    std::optional<std::string_view> out;
    while (!field.empty()) {
        const std::size_t end = std::min(field.find(';'), field.size());
        const std::string_view one = without_spaces(field.substr(0, end));
        field.remove_prefix(std::min(end + 1, field.size()));
        const std::size_t equals = one.find('=');
        if (equals == std::string_view::npos || one.substr(0, equals) != session_cookie_name) continue;
        if (out) return fail(Errc::duplicate_key, "cookie", "the session's cookie stands twice");
        out = one.substr(equals + 1);
    }
    return out;
}

bool has_body(const net::Request& request) {
    const std::string* length = request.headers.find("content-length");
    return !request.body.empty() || (length != nullptr && *length != "0");
}

bool is_json(std::string_view type) {
    const std::string lower = ascii_lower(type);
    return lower == "application/json" || lower == "application/json; charset=utf-8" ||
           lower == "application/json;charset=utf-8";
}

}  // namespace

Result<Credentials> credentials_of(const net::Request& request) {
    Credentials out;
    if (const std::string* header = request.headers.find("authorization"); header != nullptr)
        out.authorization = *header;
    const std::string* cookies = request.headers.find("cookie");
    if (cookies == nullptr) return out;
    TRY(const std::optional<std::string_view> value, session_cookie(*cookies));
    if (!value) return out;
    if (out.authorization)
        return fail(Errc::bad_value, "cookie", "stands beside an authorization header: send one of them");
    const auto id = from_base64url(*value, "cookie");
    if (id && id->size() == session_id_bytes) out.session = sha256(*id);
    return out;
}

Result<void> check_own_page(const net::Request& request) {
    const net::Headers& headers = request.headers;
    if (const std::string* guard = headers.find("x-assay-request"); guard == nullptr || *guard != "1")
        return fail(
            Errc::denied, "x-assay-request", "a change by cookie needs this header with 1: only the own pages send it"
        );
    if (const std::string* site = headers.find("sec-fetch-site"); site != nullptr && *site != "same-origin")
        return fail(Errc::denied, "sec-fetch-site", "the browser says that another origin asks");
    if (const std::string* origin = headers.find("origin"); origin != nullptr) {
        const std::string* host = headers.find("host");
        if (host == nullptr || *origin != "https://" + *host)
            return fail(Errc::denied, "origin", "is not this collector's");
    }
    if (!has_body(request)) return {};
    if (const std::string* type = headers.find("content-type"); type == nullptr || !is_json(*type))
        return fail(Errc::denied, "content-type", "a body sent by cookie is application/json");
    return {};
}

}  // namespace assay::api
