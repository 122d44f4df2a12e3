#include "collector/api/operator_api.hpp"

#include "collector/store/tokens.hpp"

namespace assay::api {
namespace {

constexpr std::string_view scheme = "Bearer ";
constexpr std::size_t token_bytes = 200;

net::Response unauthorised(std::string what) {
    net::Response out = net::error_response(401, {Errc::denied, "authorization", std::move(what)});
    out.headers.add("www-authenticate", "Bearer");
    return out;
}

}  // namespace

OperatorApi::OperatorApi(OperatorContext context) : context_(std::move(context)) {
    for (const OperatorRoute& route : operator_routes()) routes_.add(route.method, route.pattern, &route);
}

std::expected<std::string, net::Response> OperatorApi::authenticate(const net::Request& request) const {
    const std::string* header = request.headers.find("authorization");
    if (header == nullptr)
        return std::unexpected(unauthorised("needs the operator's token: Authorization: Bearer TOKEN"));
    const std::string_view given = *header;
    if (!given.starts_with(scheme) || given.size() > scheme.size() + token_bytes)
        return std::unexpected(unauthorised("is not of the form: Bearer TOKEN"));
    // The store knows tokens by their hash, so how long the look-up takes says nothing about a token.
    const Sha256 hash = sha256(given.substr(scheme.size()));
    bool stale = false;
    const auto token = context_.store.read([&hash, &stale](store::Database& db) {
        auto found = store::usable_api_token(db, hash);
        stale = found && store::use_is_stale(*found, db.now());
        return found;
    });
    if (!token || !equal_constant_time(token->hash, hash))
        return std::unexpected(unauthorised("the token is unknown, expired or revoked"));
    // Nobody waits for it, and one that is lost is made up for by the next request.
    if (stale)
        context_.store.submit(
            [hash](store::Database& db) { store::record_api_token_use(db, hash); }, [](const std::exception_ptr&) {}
        );
    return token->name;
}

std::expected<std::size_t, net::Response> OperatorApi::admit(const net::Request& head) const {
    if (auto actor = authenticate(head); !actor) return std::unexpected(std::move(actor.error()));
    auto match = routes_.find(head.method, head.path);
    if (!match) return std::unexpected(std::move(match.error()));
    return match->handler->body_bytes;
}

net::Response OperatorApi::answer(const net::Request& request) const {
    auto actor = authenticate(request);
    if (!actor) return std::move(actor.error());
    auto match = routes_.find(request.method, request.path);
    if (!match) return std::move(match.error());
    if (request.body.size() > match->handler->body_bytes)
        return net::error_response({Errc::limit_exceeded, "body", "is longer than this route takes"});
    return match->handler->handler(context_, OperatorRequest{request, match->params, *std::move(actor)});
}

}  // namespace assay::api
