#include "collector/cli/https_collector.hpp"

#include "evidence/limits.hpp"
#include "net/client.hpp"

namespace assay::cli {
namespace {

constexpr std::chrono::seconds answer_deadline{60};

class HttpsCollector : public Collector {
  public:
    HttpsCollector(net::Client client, net::Connection connection, std::string token)
        : client_(std::make_unique<net::Client>(std::move(client))),
          connection_(std::move(connection)),
          token_(std::move(token)) {}

    Result<net::Response> exchange(const Call& call) override {
        net::Request request;
        request.method = call.method;
        request.path = call.path;
        for (const auto& [key, value] : call.query) request.query.emplace(key, value);
        request.headers.add("authorization", "Bearer " + token_);
        if (!call.body.empty()) request.headers.add("content-type", "application/json");
        request.body = to_bytes(call.body);
        return connection_.exchange(request, answer_deadline);
    }

  private:
    std::unique_ptr<net::Client> client_;  // outlives its connection
    net::Connection connection_;
    std::string token_;
};

}  // namespace

Result<std::unique_ptr<Collector>> connect_collector(const Settings& settings, const ReadFile& read_file) {
    net::ClientConfig config;
    TRY(config.url, net::parse_url(settings.server, "server"));
    TRY(config.ca_pem, read_file(settings.ca));
    TRY(const std::string text, read_file(settings.token_file));
    TRY(std::string token, token_in(text, settings.token_file));
    config.server_name = settings.server_name;
    config.max_body_bytes = limits::bundle_bytes;
    TRY(net::Client client, net::Client::create(std::move(config)));
    auto connection = client.connect();
    if (!connection) return fail(Errc::io_error, settings.server, connection.error().what);
    return std::make_unique<HttpsCollector>(std::move(client), *std::move(connection), std::move(token));
}

}  // namespace assay::cli
