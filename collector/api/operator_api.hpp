#pragma once
// The operator's API as one function from a request to its answer: first the token, then the route, then its handler.
// Without a usable token every path, known or not, answers 401. Blocks on the store; thread-safe.

#include "collector/api/operator_context.hpp"
#include "collector/api/operator_routes.hpp"

#include <expected>

namespace assay::api {

class OperatorApi {
  public:
    explicit OperatorApi(OperatorContext context);

    // The head of a request, before its body: how much body the route takes, or the refusal.
    std::expected<std::size_t, net::Response> admit(const net::Request& head) const;
    net::Response answer(const net::Request& request) const;

  private:
    // The token's name. Refusal: 401, with nothing in it that a stranger could learn from.
    std::expected<std::string, net::Response> authenticate(const net::Request& request) const;

    OperatorContext context_;
    net::Router<const OperatorRoute*> routes_;
};

}  // namespace assay::api
