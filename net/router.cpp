#include "net/router.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>

namespace assay::net {
namespace {

constexpr std::size_t usual_segments = 8;

std::vector<std::string_view> split(std::string_view path) {
    std::vector<std::string_view> segments;
    segments.reserve(usual_segments);
    while (path.starts_with('/')) {
        path.remove_prefix(1);
        const std::size_t end = std::min(path.find('/'), path.size());
        segments.push_back(path.substr(0, end));
        path.remove_prefix(end);
    }
    return segments;
}

bool is_param(std::string_view segment) {
    return segment.starts_with('{');
}

// Which of two patterns that both fit says more: the one with the earlier fixed segment.
bool more_fixed(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (is_param(a[i]) != is_param(b[i])) return is_param(b[i]);
    }
    return false;
}

bool same_shape(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::ranges::equal(a, b, [](const std::string& x, const std::string& y) {
        return x == y || (is_param(x) && is_param(y));
    });
}

std::optional<PathParams> fits(const std::vector<std::string>& pattern, const std::vector<std::string_view>& path) {
    if (pattern.size() != path.size()) return std::nullopt;
    PathParams params;
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (!is_param(pattern[i])) {
            if (pattern[i] != path[i]) return std::nullopt;
        } else if (path[i].empty()) {
            return std::nullopt;
        } else {
            params.emplace(pattern[i].substr(1, pattern[i].size() - 2), path[i]);
        }
    }
    return params;
}

void check_pattern(std::string_view pattern, const std::vector<std::string_view>& segments) {
    const auto malformed = [](std::string_view segment) {
        const std::size_t opening = segment.find('{');
        const std::size_t closing = segment.find('}');
        if (opening == std::string_view::npos && closing == std::string_view::npos) return false;
        return opening != 0 || closing + 1 != segment.size() || segment.size() < 3 || segment.rfind('{') != 0;
    };
    if (!pattern.starts_with('/') || std::ranges::any_of(segments, malformed)) {
        throw std::logic_error("malformed route: " + std::string(pattern));
    }
}

}  // namespace

std::size_t RouteTable::add(Method method, std::string_view pattern) {
    const std::vector<std::string_view> segments = split(pattern);
    check_pattern(pattern, segments);
    Route route{method, {segments.begin(), segments.end()}};
    for (const Route& other : routes_) {
        if (other.method == method && same_shape(other.segments, route.segments)) {
            throw std::logic_error("route added twice: " + std::string(pattern));
        }
    }
    routes_.push_back(std::move(route));
    return routes_.size() - 1;
}

std::string RouteTable::methods_of(const std::vector<std::string_view>& path) const {
    std::string out;
    for (const Route& route : routes_) {
        if (!fits(route.segments, path) || out.find(name(route.method)) != std::string::npos) continue;
        out += (out.empty() ? "" : ", ") + std::string(name(route.method));
    }
    return out;
}

std::expected<RouteTable::Match, Response> RouteTable::find(Method method, std::string_view path) const {
    const std::vector<std::string_view> segments = split(path);
    const std::vector<std::string>* best = nullptr;
    bool best_is_exact = false;  // its method is the one asked for, not the GET that answers a HEAD
    Match match;
    for (std::size_t i = 0; i < routes_.size(); ++i) {
        const Route& route = routes_[i];
        auto params = fits(route.segments, segments);
        if (!params) continue;
        const bool exact = route.method == method;
        if (!exact && !(method == Method::head && route.method == Method::get)) continue;
        const bool same = best != nullptr && same_shape(route.segments, *best);
        if (best == nullptr || more_fixed(route.segments, *best) || (same && exact && !best_is_exact)) {
            best = &route.segments;
            best_is_exact = exact;
            match = {i, std::move(*params)};
        }
    }
    if (best != nullptr) return match;
    const std::string allowed = methods_of(segments);
    if (allowed.empty()) {
        return std::unexpected(error_response(404, {Errc::not_found, std::string(path), "there is nothing here"}));
    }
    Response refused = error_response(405, {Errc::unsupported, std::string(path), "this method is not served here"});
    refused.headers.add("allow", allowed);
    return std::unexpected(std::move(refused));
}

}  // namespace assay::net
