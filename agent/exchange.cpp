#include "agent/exchange.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"

namespace assay::agent {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds message_deadline{30'000};
constexpr std::int64_t slowest_upload = 128 << 10;  // bytes a second

std::chrono::seconds retry_after(const net::Response& response) {
    const std::string* text = response.headers.find("retry-after");
    const auto seconds = text == nullptr ? std::nullopt : whole_number<unsigned>(*text);
    return std::chrono::seconds(std::min(seconds.value_or(0), 24U * 3600U));
}

Exchanged finish(Result<net::Response> response) {
    if (!response) return event::Lost{response.error()};
    if (response->status < 400) return Answer{response->status, std::move(response->body)};
    if (response->status == 409 && decode_report_needs(response->body)) return Answer{409, std::move(response->body)};
    event::Refused refused{.status = response->status, .refusal = {}, .retry_after = retry_after(*response)};
    // A refusal whose body cannot be read is one by its status alone: a proxy's page, say.
    if (auto refusal = decode_refusal(response->body)) refused.refusal = *std::move(refusal);
    return refused;
}

}  // namespace

net::ClientConfig client_settings(const Config& config, std::string ca_pem, Clock clock) {
    net::ClientConfig out;
    out.url = config.url;
    out.ca_pem = std::move(ca_pem);
    out.server_name = config.server_name;
    out.user_agent = "assay-agent/" ASSAY_VERSION;
    out.clock = std::move(clock);
    return out;
}

Exchanged post_message(net::Connection& connection, const std::string& path, const std::string& body) {
    net::Request request;
    request.method = net::Method::post;
    request.path = path;
    request.headers.add("content-type", "application/json");
    request.body = to_bytes(body);
    return finish(connection.exchange(request, message_deadline));
}

Exchanged put_document(net::Connection& connection, const Sha256& sha256, Bytes bytes) {
    const milliseconds deadline = message_deadline + milliseconds(std::ssize(bytes) * 1000 / slowest_upload);
    net::Request request;
    request.method = net::Method::put;
    request.path = "/v1/documents/" + to_hex(sha256);
    request.headers.add("content-type", "application/octet-stream");
    request.body = std::move(bytes);
    return finish(connection.exchange(request, deadline));
}

}  // namespace assay::agent
