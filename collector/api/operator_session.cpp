#include "collector/api/operator_session.hpp"

#include "base/encoding.hpp"
#include "base/fields.hpp"
#include "collector/api/operator_credentials.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"
#include "collector/store/sessions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::api {
namespace {

constexpr std::string_view scheme = "Bearer ";
constexpr std::size_t token_bytes = 200;

net::Response unauthorised(std::string what) {
    net::Response out = net::error_response(401, {Errc::denied, "authorization", std::move(what)});
    out.headers.add("www-authenticate", "Bearer");
    return out;
}

bool changes_nothing(net::Method method) {
    return method == net::Method::get || method == net::Method::head;
}

// What was shown and holds, and the time at which the store said so.
template <class T>
struct Usable {
    T found;
    UnixMillis at;
};

std::optional<Usable<store::UsableSession>> usable_session(const OperatorContext& context, const Credentials& shown) {
    using Out = std::optional<Usable<store::UsableSession>>;
    if (!shown.session) return std::nullopt;
    return context.store.read([&shown](store::Database& db) -> Out {
        auto found = store::usable_session(db, *shown.session, session_idle);
        if (!found) return std::nullopt;
        return Out({*std::move(found), db.now()});
    });
}

// When a token or a session was last used is kept to the minute. Nobody waits for it, and one that is lost is made up
// for by the next request.
template <class T>
void note_use(
    const OperatorContext& context, const T& used, UnixMillis at, void (*record)(store::Database&, const Sha256&)
) {
    if (!store::use_is_stale(used, at)) return;
    context.store.submit(
        [record, hash = used.hash](store::Database& db) { record(db, hash); }, [](const std::exception_ptr&) {}
    );
}

std::optional<store::ApiToken> usable_token(const OperatorContext& context, std::string_view token) {
    using Out = std::optional<Usable<store::ApiToken>>;
    // The store knows tokens by their hash, so how long the look-up takes says nothing about a token.
    const Sha256 hash = sha256(token);
    auto usable = context.store.read([&hash](store::Database& db) -> Out {
        auto found = store::usable_api_token(db, hash);
        if (!found) return std::nullopt;
        return Out({*std::move(found), db.now()});
    });
    if (!usable || !equal_constant_time(usable->found.hash, hash)) return std::nullopt;
    note_use(context, usable->found, usable->at, &store::record_api_token_use);
    return std::move(usable->found);
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
    const auto shown = credentials_of(request);
    if (!shown) return std::unexpected(net::error_response(shown.error()));
    if (!shown->authorization) {
        const auto session = usable_session(context, *shown);
        if (!session) return std::unexpected(unauthorised("needs the operator's token: Authorization: Bearer TOKEN"));
        if (!changes_nothing(request.method)) {
            if (const auto own = check_own_page(request); !own)
                return std::unexpected(net::error_response(own.error()));
        }
        const auto& [session_found, token_found] = session->found;
        note_use(context, session_found, session->at, &store::record_session_use);
        note_use(context, token_found, session->at, &store::record_api_token_use);
        return token_found.name;
    }
    const std::string_view given = *shown->authorization;
    if (!given.starts_with(scheme) || given.size() > scheme.size() + token_bytes)
        return std::unexpected(unauthorised("is not of the form: Bearer TOKEN"));
    const auto token = usable_token(context, given.substr(scheme.size()));
    if (!token) return std::unexpected(unauthorised("the token is unknown, expired or revoked"));
    return token->name;
}

net::Response post_session(const OperatorContext& context, const OperatorRequest& request) {
    if (const auto own = check_own_page(request.http); !own) return net::error_response(own.error());
    const auto given = token_in(request);
    if (!given) return net::error_response(given.error());
    const auto token = usable_token(context, *given);
    if (!token) return unauthorised("the token is unknown, expired or revoked");
    const auto id = random_array<session_id_bytes>(context.random);
    const UnixMillis expires_at = context.store.write([&](store::Database& db) {
        const UnixMillis now = db.now();
        const UnixMillis latest = now + session_lifetime;
        const UnixMillis until = token->expires_at ? std::min(*token->expires_at, latest) : latest;
        store::add_session(db, {sha256(id), token->hash, now, until, now}, sessions_of_a_token);
        return until;
    });
    net::Response out = answer(session_value(token->name, expires_at));
    out.headers.add("set-cookie", cookie(to_base64url(id), session_lifetime));
    return out;
}

net::Response get_session(const OperatorContext& context, const OperatorRequest& request) {
    if (const auto none = no_parameters(request.http.query); !none) return net::error_response(none.error());
    const auto shown = credentials_of(request.http);
    if (!shown) return net::error_response(shown.error());
    const auto session = usable_session(context, *shown);
    if (!session) return unauthorised("nobody is signed in");
    return answer(session_value(session->found.token.name, session->found.session.expires_at));
}

net::Response delete_session(const OperatorContext& context, const OperatorRequest& request) {
    if (const auto none = no_parameters(request.http.query); !none) return net::error_response(none.error());
    if (const auto own = check_own_page(request.http); !own) return net::error_response(own.error());
    const auto shown = credentials_of(request.http);
    if (!shown) return net::error_response(shown.error());
    if (shown->session) {
        context.store.write([&shown](store::Database& db) {
            store::end_session(db, *shown->session);
            return true;
        });
    }
    net::Response out = answer(json::Object{{"ended", true}});
    out.headers.add("set-cookie", cookie("", std::chrono::seconds(0)));
    return out;
}

}  // namespace assay::api
