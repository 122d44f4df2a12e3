#include "collector/api/operator_session.hpp"

#include "base/encoding.hpp"
#include "base/fields.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"
#include "collector/store/sessions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::api {
namespace {

constexpr std::string_view scheme = "Bearer ";
constexpr std::size_t token_bytes = 200;
constexpr std::size_t id_bytes = 32;

net::Response unauthorised(std::string what) {
    net::Response out = net::error_response(401, {Errc::denied, "authorization", std::move(what)});
    out.headers.add("www-authenticate", "Bearer");
    return out;
}

net::Response foreign() {
    return net::error_response(
        403,
        {Errc::denied, "x-assay-request", "a change by cookie needs this header, which only the own pages can send"}
    );
}

// Other sites' requests come without the header; browsers also say where a request comes from (Fetch Metadata).
bool is_of_own_page(const net::Request& request) {
    const std::string* from = request.headers.find("sec-fetch-site");
    if (from != nullptr && *from != "same-origin" && *from != "none") return false;
    return request.headers.find("x-assay-request") != nullptr;
}

bool changes_nothing(net::Method method) {
    return method == net::Method::get || method == net::Method::head;
}

std::string_view without_spaces(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

// The hash of the session's id; nothing where there is no cookie of ours, or one that we did not make.
std::optional<Sha256> session_of(const net::Request& request) {
    const std::string* header = request.headers.find("cookie");
    if (header == nullptr) return std::nullopt;
    std::string_view left = *header;
    while (!left.empty()) {
        const std::size_t end = std::min(left.find(';'), left.size());
        const std::string_view one = without_spaces(left.substr(0, end));
        left.remove_prefix(std::min(end + 1, left.size()));
        const std::size_t equals = one.find('=');
        if (equals == std::string_view::npos || one.substr(0, equals) != session_cookie_name) continue;
        const auto id = from_base64url(one.substr(equals + 1), "cookie");
        if (!id || id->size() != id_bytes) return std::nullopt;
        return sha256(*id);
    }
    return std::nullopt;
}

std::optional<store::UsableSession> usable_session(const OperatorContext& context, const net::Request& request) {
    const auto hash = session_of(request);
    if (!hash) return std::nullopt;
    return context.store.read([&hash](store::Database& db) { return store::usable_session(db, *hash); });
}

// When a token was last used is kept to the minute. Nobody waits for it, and one that is lost is made up for by the
// next request.
void note_use(const OperatorContext& context, const store::ApiToken& token) {
    if (!store::use_is_stale(token, context.store.read([](store::Database& db) { return db.now(); }))) return;
    context.store.submit(
        [hash = token.hash](store::Database& db) { store::record_api_token_use(db, hash); },
        [](const std::exception_ptr&) {}
    );
}

std::optional<store::ApiToken> usable_token(const OperatorContext& context, std::string_view token) {
    // The store knows tokens by their hash, so how long the look-up takes says nothing about a token.
    const Sha256 hash = sha256(token);
    auto found = context.store.read([&hash](store::Database& db) { return store::usable_api_token(db, hash); });
    if (!found || !equal_constant_time(found->hash, hash)) return std::nullopt;
    note_use(context, *found);
    return found;
}

json::Object session_value(const std::string& actor, UnixMillis expires_at) {
    return {{"actor", actor}, {"expires_at", to_rfc3339(expires_at)}};
}

std::string cookie(std::string_view value, std::chrono::seconds lifetime) {
    return fmt::format(
        "{}={}; Path=/; Max-Age={}; Secure; HttpOnly; SameSite=Strict", session_cookie_name, value, lifetime.count()
    );
}

Result<std::string> token_in(const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const json::Value body, body_of(request, 1024));
    Fields f(body, "body");
    std::string token = f.text("token", token_bytes);
    CHECK_OK(f.finish());
    return token;
}

}  // namespace

std::expected<std::string, net::Response> authenticate(const OperatorContext& context, const net::Request& request) {
    const std::string* header = request.headers.find("authorization");
    if (header == nullptr) {
        const auto session = usable_session(context, request);
        if (!session) return std::unexpected(unauthorised("needs the operator's token: Authorization: Bearer TOKEN"));
        if (!changes_nothing(request.method) && !is_of_own_page(request)) return std::unexpected(foreign());
        note_use(context, session->token);
        return session->token.name;
    }
    const std::string_view given = *header;
    if (!given.starts_with(scheme) || given.size() > scheme.size() + token_bytes)
        return std::unexpected(unauthorised("is not of the form: Bearer TOKEN"));
    const auto token = usable_token(context, given.substr(scheme.size()));
    if (!token) return std::unexpected(unauthorised("the token is unknown, expired or revoked"));
    return token->name;
}

net::Response post_session(const OperatorContext& context, const OperatorRequest& request) {
    if (!is_of_own_page(request.http)) return foreign();
    const auto given = token_in(request);
    if (!given) return net::error_response(given.error());
    const auto token = usable_token(context, *given);
    if (!token) return unauthorised("the token is unknown, expired or revoked");
    const auto id = random_array<id_bytes>(context.random);
    const UnixMillis expires_at = context.store.write([&](store::Database& db) {
        const UnixMillis now = db.now();
        const UnixMillis latest = now + session_lifetime;
        const UnixMillis until = token->expires_at ? std::min(*token->expires_at, latest) : latest;
        store::add_session(db, {sha256(id), token->hash, now, until}, sessions_of_a_token);
        return until;
    });
    net::Response out = answer(session_value(token->name, expires_at));
    out.headers.add("set-cookie", cookie(to_base64url(id), session_lifetime));
    return out;
}

net::Response get_session(const OperatorContext& context, const OperatorRequest& request) {
    if (const auto none = no_parameters(request.http.query); !none) return net::error_response(none.error());
    const auto session = usable_session(context, request.http);
    if (!session) return unauthorised("nobody is signed in");
    return answer(session_value(session->token.name, session->session.expires_at));
}

net::Response delete_session(const OperatorContext& context, const OperatorRequest& request) {
    if (const auto none = no_parameters(request.http.query); !none) return net::error_response(none.error());
    if (!is_of_own_page(request.http)) return foreign();
    if (const auto hash = session_of(request.http)) {
        context.store.write([&hash](store::Database& db) {
            store::end_session(db, *hash);
            return true;
        });
    }
    net::Response out = answer(json::Object{{"ended", true}});
    out.headers.add("set-cookie", cookie("", std::chrono::seconds(0)));
    return out;
}

}  // namespace assay::api
