#include "tests/e2e/fleet/operators.hpp"

#include <fmt/format.h>

#include <stdexcept>

namespace assay::fleet {
namespace {

constexpr std::chrono::milliseconds patience{30'000};

net::ClientConfig config_of(const std::string& url, const std::string& ca_pem) {
    net::ClientConfig out;
    out.url = net::parse_url(url).value();
    out.ca_pem = ca_pem;
    return out;
}

}  // namespace

Operator::Operator(const std::string& url, const std::string& ca_pem, std::string token)
    : client_(net::Client::create(config_of(url, ca_pem)).value()), token_(std::move(token)) {}

std::string Operator::ask(net::Method method, const std::string& path, const std::string& body) {
    if (!connection_ || !connection_->usable()) {
        connection_.reset();
        auto made = client_.connect();
        if (!made) throw std::runtime_error("operators' listener: " + made.error().message());
        connection_.emplace(*std::move(made));
    }
    net::Request request;
    request.method = method;
    request.path = path;
    request.headers.add("authorization", "Bearer " + token_);
    request.headers.add("content-type", "application/json");
    request.body = to_bytes(body);
    auto response = connection_->exchange(request, patience);
    if (!response) throw std::runtime_error(path + ": " + response.error().message());
    if (response->status != 200)
        throw std::runtime_error(fmt::format("{}: {} {}", path, response->status, response->body));
    return std::move(response->body);
}

}  // namespace assay::fleet
