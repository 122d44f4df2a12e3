#include "collector/api/operator_api.hpp"

#include "collector/api/operator_session.hpp"

namespace assay::api {
namespace {

net::Response too_long() {
    return net::error_response({Errc::limit_exceeded, "body", "is longer than this route takes"});
}

}  // namespace

OperatorApi::OperatorApi(OperatorContext context)
    : context_(std::move(context)), attempts_(std::make_unique<AttemptLog>(context_.store)) {
    for (const OperatorRoute& route : session_routes()) sessions_.add(route.method, route.pattern, &route);
    for (const OperatorRoute& route : operator_routes()) routes_.add(route.method, route.pattern, &route);
}

std::expected<std::size_t, net::Response> OperatorApi::admit(const net::Request& head) const {
    if (const auto session = sessions_.find(head.method, head.path)) return session->handler->body_bytes;
    if (auto actor = authenticate(context_, head); !actor) return std::unexpected(std::move(actor.error()));
    auto match = routes_.find(head.method, head.path);
    if (!match) return std::unexpected(std::move(match.error()));
    return match->handler->body_bytes;
}

void OperatorApi::note_refusal(const std::string& peer) const {
    store::Attempt attempt;
    attempt.at = context_.store.read([](store::Database& db) { return db.now(); });
    attempt.peer = peer;
    attempt.step = "session";
    attempt.code = word(Errc::denied);
    attempt.detail = "signing in with a token that is unknown, expired or revoked";
    attempts_->add(std::move(attempt));
}

net::Response OperatorApi::answer(const net::Request& request, const std::string& peer) const {
    if (const auto session = sessions_.find(request.method, request.path)) {
        if (request.body.size() > session->handler->body_bytes) return too_long();
        net::Response out = session->handler->handler(context_, OperatorRequest{request, session->params, ""});
        if (request.method == net::Method::post && out.status == 401) note_refusal(peer);
        return out;
    }
    auto actor = authenticate(context_, request);
    if (!actor) return std::move(actor.error());
    auto match = routes_.find(request.method, request.path);
    if (!match) return std::move(match.error());
    if (request.body.size() > match->handler->body_bytes) return too_long();
    return match->handler->handler(context_, OperatorRequest{request, match->params, *std::move(actor)});
}

}  // namespace assay::api
