#include "collector/serve.hpp"

#include "base/crypto/random.hpp"
#include "base/file.hpp"
#include "base/service_notify.hpp"
#include "certs/document_signature.hpp"
#include "collector/api/device_service.hpp"
#include "collector/api/operator_service.hpp"
#include "collector/api/upkeep.hpp"
#include "collector/pack_files.hpp"
#include "collector/registry_files.hpp"
#include "collector/rules_in_force.hpp"
#include "net/server.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <thread>

namespace assay::collector {
namespace {

constexpr std::size_t max_pem_bytes = 4U << 20U;
constexpr std::chrono::seconds stop_patience{10};
constexpr std::chrono::seconds alive_at_most_every{5};

// SIGTERM, SIGINT and SIGHUP as something to poll; blocked for every thread that is started later.
class Signals {
  public:
    Signals() {
        sigset_t wanted;
        sigemptyset(&wanted);
        for (const int signal : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&wanted, signal);
        ::pthread_sigmask(SIG_BLOCK, &wanted, nullptr);
        std::signal(SIGPIPE, SIG_IGN);
        descriptor_ = ::signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
        if (descriptor_ < 0) throw std::runtime_error("signals cannot be waited for");
    }
    Signals(const Signals&) = delete;
    Signals& operator=(const Signals&) = delete;
    ~Signals() { ::close(descriptor_); }

    // The next signal, or 0 after `patience`.
    int wait(std::chrono::milliseconds patience) const {
        pollfd waiting{descriptor_, POLLIN, 0};
        if (::poll(&waiting, 1, static_cast<int>(patience.count())) <= 0) return 0;
        signalfd_siginfo heard{};
        if (::read(descriptor_, &heard, sizeof heard) != sizeof heard) return 0;
        return static_cast<int>(heard.ssi_signo);
    }

  private:
    int descriptor_ = -1;
};

Result<void> check_secrets(const Config& config) {
    for (const std::string& file : {config.devices.key, config.operators.key, config.evidence_key, config.database}) {
        if (file.empty()) continue;
        if (const std::string problem = secret_file_problem(file, SecretOwner::anyone_for_root); !problem.empty())
            return fail(Errc::denied, file, problem);
    }
    return {};
}

// By which bundles are signed; none where nothing is configured. What it signs is tried first.
Result<std::optional<PemIdentity>> evidence_signer(const Config& config) {
    if (config.evidence_key.empty()) return std::nullopt;
    PemIdentity out;
    TRY(out.certificate, read_file(config.evidence_certificate, max_pem_bytes));
    TRY(out.key, read_file(config.evidence_key, max_pem_bytes));
    if (const auto tried = sign_document({}, out); !tried) {
        return fail(tried.error().code, "evidence." + tried.error().where, tried.error().what);
    }
    return out;
}

net::ServerConfig listener(const std::string& name, const ListenerConfig& from, const Config& config) {
    net::ServerConfig out;
    out.name = name;
    out.address = from.address;
    out.port = from.port;
    out.certificate.file = from.certificate;
    out.key.file = from.key;
    out.client_ca.file = from.client_ca;
    out.threads = config.threads != 0 ? config.threads : std::max(1U, std::thread::hardware_concurrency());
    return out;
}

}  // namespace

namespace {

void reload(RulesInForce& in_force, std::span<net::Server* const> servers, const Log& log) {
    const auto tell = [&log](const char* what, const Result<void>& done) {
        if (done)
            log.info("reloaded", {{"what", what}});
        else
            log.error(
                "reload_refused", {{"what", what}, {"why", done.error().message()}, {"in_force", "what was before"}}
            );
    };
    tell("packs", in_force.reload_packs());
    tell("registries", in_force.reload_registries());
    tell("trust_anchors", in_force.reload_anchors());
    in_force.reload_references();
    tell("references", Result<void>());
    for (net::Server* server : servers) tell("certificate", server->reload());
}

// True while the database answers: what the watchdog is told rests on it.
bool store_answers(store::Store& store, const Log& log) {
    try {
        return store.read([](store::Database& db) { return store::active_packs(db).size() < 100'000; });
    } catch (const std::exception& broken) {
        log.error("store_broken", {{"why", broken.what()}});
        return false;
    }
}

void wait_for_the_end(
    const Signals& signals, RulesInForce& in_force, api::Upkeep& upkeep, std::span<net::Server* const> servers,
    store::Store& store, const Log& log
) {
    ServiceNotify notify;
    notify.ready();
    notify.status(fmt::format("serving devices on port {}", servers[0]->port()));
    const std::chrono::milliseconds patience = std::min(
        notify.alive_interval().value_or(std::chrono::milliseconds(60'000)),
        std::chrono::milliseconds(alive_at_most_every)
    );
    while (true) {
        const int signal = signals.wait(patience);
        if (signal == SIGTERM || signal == SIGINT) break;
        if (signal == SIGHUP) {
            reload(in_force, servers, log);
            upkeep.soon();
        }
        if (store_answers(store, log)) notify.alive();
    }
    notify.stopping();
    log.info("stopping");
    for (net::Server* server : servers) server->stop(stop_patience);
}

}  // namespace

Result<void> check_config(const Config& config) {
    CHECK_OK(check_secrets(config));
    for (const ListenerConfig* one : {&config.devices, &config.operators}) {
        for (const std::string& file : {one->certificate, one->key, one->client_ca}) {
            if (file.empty()) continue;
            CHECK_OK(read_file(file, max_pem_bytes));
        }
    }
    CHECK_OK(evidence_signer(config));
    TRY(const LoadedPacks packs, load_packs(config.packs, system_now()));
    TRY(const policy::Registries registries, load_registries(config.registries, config.packs));
    TrustAnchors anchors;
    for (const std::string& file : config.trust_anchors) {
        TRY(const std::string text, read_file(file, max_pem_bytes));
        CHECK_OK(anchors.add_roots(as_bytes(text)));
    }
    return {};
}

Result<void> serve(const Config& config, const Log& log) {
    const Signals signals;
    CHECK_OK(check_secrets(config));
    TRY(store::Store store, store::Store::open({.file = config.database}));
    TRY(const std::unique_ptr<RulesInForce> loaded, RulesInForce::load(config, store, log));
    RulesInForce& in_force = *loaded;

    api::DeviceServiceConfig service;
    service.selection = config.selection;
    service.interval = config.interval;
    service.valid_for = config.valid_for();
    service.absence = config.absence;
    service.join_token_required = config.join_token_required;
    api::DeviceService devices(service, store, in_force.rules(), system_now, system_random, log);
    net::ServerConfig device_listener = listener("devices", config.devices, config);
    device_listener.ticket_key_lifetime = config.ticket_key_lifetime;
    device_listener.limits.connections = config.connections;
    device_listener.proxies = config.proxies;
    TRY(net::Server device_server, net::Server::start(std::move(device_listener), devices, log));

    const auto anchors_changed = [&in_force, &log] {
        if (const auto done = in_force.reload_anchors(); !done)
            log.error("reload_refused", {{"what", "trust_anchors"}, {"why", done.error().message()}});
    };
    const auto references_changed = [&in_force](const Sha256& decided) { return in_force.reload_references(decided); };
    TRY(std::optional<PemIdentity> signer, evidence_signer(config));
    api::OperatorContext context{store,           in_force.rules(),  service.absence, TrustRequirement{},
                                 anchors_changed, references_changed};
    context.evidence_signer = std::move(signer);
    api::OperatorService operators(std::move(context), dashboard::assets(), log);
    TRY(net::Server operator_server,
        net::Server::start(listener("operators", config.operators, config), operators, log));

    log.info(
        "serving",
        {{"devices", std::to_string(device_server.port())}, {"operators", std::to_string(operator_server.port())}}
    );
    net::Server* const servers[] = {&device_server, &operator_server};
    api::Upkeep upkeep(
        {.silent_after = config.silent_after, .absence = config.absence}, store, in_force.rules(), system_now, log
    );
    wait_for_the_end(signals, in_force, upkeep, servers, store, log);
    return {};
}

}  // namespace assay::collector
