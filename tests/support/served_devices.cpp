#include "tests/support/served_devices.hpp"

#include "collector/store/attempts.hpp"
#include "collector/store/tokens.hpp"
#include "policy/read_pack.hpp"

#include <stdexcept>
#include <thread>

namespace assay::test {
namespace {

template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message());
    return *std::move(result);
}

policy::PackSet pack_set(const std::vector<std::string>& texts) {
    std::vector<policy::Pack> packs;
    for (const std::string& text : texts) packs.push_back(must(policy::read_pack(text, "test.toml")));
    return must(policy::PackSet::compose(std::move(packs)));
}

TrustAnchors anchors_of(const EkAuthority& authority) {
    TrustAnchors out;
    must(out.add_roots(authority.root()));
    must(out.add_intermediates(authority.intermediate()));
    return out;
}

}  // namespace

std::string ServedDevices::vendor_pack() {
    return R"(
pack = { id = "own", version = 1, date = 2026-11-23, title = "Our own list", source = "Network board" }
entities = [{ id = "maker", name = "Maker" }]
identifiers = [{ entity = "maker", registry = "pci", values = ["19e5"], confidence = "registered", source = "pci.ids" }]
[[entries]]
id = "own-maker"
entity = "maker"
authority = "Network board"
citation = "Decision 17 of 2 November 2026"
from = 2026-11-02
action = "review"
)";
}

ServedDevices::ServedDevices(std::vector<std::string> packs, bool join_token_required, PcrSelection selection)
    : now_(std::make_shared<std::atomic<std::int64_t>>(1'795'392'000'000)),  // 2026-11-23
      authority_("Test vendor"),
      log_(system_now, [](std::string_view) {}) {
    store_ = std::make_unique<store::Store>(must(store::Store::open({.file = directory_ / "assay.db"})));
    rules_ = std::make_unique<api::Rules>(pack_set(packs), anchors_of(authority_));
    store_->write([this](store::Database& db) {
        store::add_join_token(db, {sha256(join_token_), "test", "north", 1'000'000, now(), std::nullopt});
    });
    api::DeviceServiceConfig config;
    config.selection = std::move(selection);
    config.join_token_required = join_token_required;
    const Clock clock = [time = now_] { return UnixMillis{time->load()}; };
    service_ = std::make_unique<api::DeviceService>(config, *store_, *rules_, clock, system_random, log_);
    const Leaf leaf = ca_.localhost();
    net::ServerConfig server;
    server.certificate.text = leaf.certificate_pem;
    server.key.text = leaf.key_pem;
    server.ticket_key_lifetime = std::chrono::hours(1);
    server_ = std::make_unique<net::Server>(must(net::Server::start(server, *service_, log_)));
    client_ = std::make_unique<net::Client>(client());
}

ServedDevices::~ServedDevices() {
    server_->stop(std::chrono::milliseconds(1'000));
}

net::Client ServedDevices::client() {
    net::ClientConfig config;
    config.url = must(net::parse_url("https://localhost:" + std::to_string(server_->port())));
    config.ca_pem = ca_.certificate_pem();
    return must(net::Client::create(std::move(config)));
}

net::Connection ServedDevices::connect() {
    return must(client_->connect());
}

SoftDevice ServedDevices::enrolled(const std::vector<std::string>& ek_templates) {
    SoftDevice out(&authority_, ek_templates);
    net::Connection connection = connect();
    must(out.enrol(connection, join_token_));
    return out;
}

DatabaseDump ServedDevices::dump() {
    return dump_database(directory_ / "assay.db");
}

std::string ServedDevices::newest_attempt(std::size_t count) {
    for (int i = 0; i < 2'000; ++i) {
        const auto newest = store_->read([](store::Database& db) { return store::attempts(db, 1); });
        if (!newest.empty() && newest.front().number >= count) return newest.front().reason;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return "nothing was written down";
}

}  // namespace assay::test
