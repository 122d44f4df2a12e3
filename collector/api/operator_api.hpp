#pragma once
// The operator's API as one function from a request to its answer: first the token or session, then the route, then its
// handler. Without either every path but the session's own, known or not, answers 401. Blocks on the store;
// thread-safe.

#include "collector/api/attempt_log.hpp"
#include "collector/api/operator_context.hpp"
#include "collector/api/operator_routes.hpp"

#include <expected>
#include <memory>
#include <string>

namespace assay::api {

class OperatorApi {
  public:
    explicit OperatorApi(OperatorContext context);

    // The head of a request, before its body: how much body the route takes, or the refusal.
    std::expected<std::size_t, net::Response> admit(const net::Request& head) const;
    // `peer`: who asks, for the list of attempts, where a wrong token at sign-in is kept and counted.
    net::Response answer(const net::Request& request, const std::string& peer = {}) const;

  private:
    void note_refusal(const std::string& peer) const;

    OperatorContext context_;
    std::unique_ptr<AttemptLog> attempts_;
    net::Router<const OperatorRoute*> sessions_;
    net::Router<const OperatorRoute*> routes_;
};

}  // namespace assay::api
