#include "collector/api/operator_headers.hpp"

#include <array>

namespace assay::api {
namespace {

using Rule = std::pair<std::string_view, std::string_view>;

constexpr std::array rules{
    Rule{
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src "
        "'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    },
    Rule{"x-content-type-options", "nosniff"},
    Rule{"referrer-policy", "no-referrer"},
    Rule{"cross-origin-opener-policy", "same-origin"},
    Rule{"cross-origin-resource-policy", "same-origin"},
    Rule{"permissions-policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
    Rule{"cache-control", "no-store"},
};

}  // namespace

net::Response with_browser_rules(net::Response response) {
    for (const auto& [name, value] : rules) {
        if (response.headers.find(name) == nullptr) response.headers.add(name, value);
    }
    return response;
}

}  // namespace assay::api
