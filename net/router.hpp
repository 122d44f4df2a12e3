#pragma once
// A table of paths: method and pattern to handler. Patterns are made of whole segments, fixed or {named}; a fixed
// segment wins over a named one. Unknown path: 404; known path, other method: 405 with Allow. A HEAD is answered by
// the GET of the same path where it has none of its own. Values in, values out; immutable once filled.
//
//     Router<Handler> routes;
//     routes.add(Method::get, "/v1/devices/{id}", &show_device);
//     auto match = routes.find(request.method, request.path);
//     if (!match) return responder(std::move(match).error());
//     match->handler(request, match->params.at("id"));

#include "net/http.hpp"

#include <expected>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace assay::net {

using PathParams = std::map<std::string, std::string, std::less<>>;

// The table without its handlers: routes are numbered in the order they were added.
class RouteTable {
  public:
    struct Match {
        std::size_t route = 0;
        PathParams params;  // never empty values
    };
    // Throws std::logic_error on a malformed pattern, or one that says the same as an earlier one.
    std::size_t add(Method method, std::string_view pattern);
    // The error is the whole answer: 404 or 405.
    std::expected<Match, Response> find(Method method, std::string_view path) const;

  private:
    struct Route {
        Method method;
        std::vector<std::string> segments;  // "{id}" stays as it is written
    };
    std::string methods_of(const std::vector<std::string_view>& path) const;  // "GET, POST"
    std::vector<Route> routes_;
};

template <class Handler>
class Router {
  public:
    struct Match {
        const Handler& handler;  // lives as long as the router
        PathParams params;
    };

    Router& add(Method method, std::string_view pattern, Handler handler) {
        table_.add(method, pattern);
        handlers_.push_back(std::move(handler));
        return *this;
    }

    std::expected<Match, Response> find(Method method, std::string_view path) const {
        auto match = table_.find(method, path);
        if (!match) return std::unexpected(std::move(match).error());
        return Match{handlers_[match->route], std::move(match->params)};
    }

  private:
    RouteTable table_;
    std::vector<Handler> handlers_;
};

}  // namespace assay::net
