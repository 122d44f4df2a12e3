#include "tests/e2e/fleet/arrival.hpp"

#include "base/json.hpp"
#include "tests/e2e/fleet/operators.hpp"
#include "tests/e2e/fleet/plan.hpp"
#include "tests/support/soft_device.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <iostream>
#include <mutex>
#include <stdexcept>
#include <thread>

namespace assay::fleet {
namespace {

template <class T>
T must(Result<T> given, std::string_view device, std::string_view what) {
    if (!given) throw std::runtime_error(fmt::format("{}: {}: {}", device, what, given.error().message()));
    return *std::move(given);
}

class Arrival {
  public:
    Arrival(
        const Target& target, const Range& range, const test::EkAuthority& trusted, const test::EkAuthority& unknown
    )
        : target_(target), range_(range), trusted_(trusted), unknown_(unknown) {}

    std::map<std::string, std::size_t> run() {
        std::vector<std::thread> threads;
        for (unsigned i = 0; i < range_.threads; ++i) threads.emplace_back([this] { work(); });
        for (std::thread& thread : threads) thread.join();
        if (problem_) std::rethrow_exception(problem_);
        return fates_;
    }

  private:
    void work() {
        try {
            Operator person(target_.operators_url, target_.ca_pem, target_.operator_token);
            net::ClientConfig config;
            config.url = net::parse_url(target_.devices_url).value();
            config.ca_pem = target_.ca_pem;
            for (std::size_t i = next_++; i < range_.count && !stop_; i = next_++) {
                const Plan plan = make_plan(range_.seed, range_.first + i);
                net::Client client = net::Client::create(config).value();  // of its own: no tickets
                net::Connection connection = must(client.connect(), plan.host.name, "connect");
                live(plan, person, connection);
                count(plan.fate);
            }
        } catch (...) {
            const std::lock_guard lock(mutex_);
            if (!problem_) problem_ = std::current_exception();
            stop_ = true;
        }
    }

    test::SoftDevice make_device(Fate fate) {
        const std::lock_guard lock(mutex_);  // an authority numbers its certificates
        if (fate == Fate::no_certificate) return test::SoftDevice(nullptr);
        return test::SoftDevice(fate == Fate::other_maker ? &unknown_ : &trusted_);
    }

    void live(const Plan& plan, Operator& person, net::Connection& connection) {
        test::SoftDevice device = make_device(plan.fate);
        device.host() = plan.host;
        device.root() = plan.root;
        device.inventory() = plan.inventory;
        device.placement() = plan.placement;
        device.firmware() = plan.firmware;
        const EnrolmentResult enrolled =
            must(device.enrol(connection, target_.join_token), plan.host.name, "enrolment");
        const bool waits = plan.fate == Fate::no_certificate || plan.fate == Fate::other_maker;
        if (enrolled.lifecycle != (waits ? "pending_review" : "active"))
            throw std::runtime_error(fmt::format("{}: is {}", plan.host.name, enrolled.lifecycle));
        person.ask(
            net::Method::patch, "/v1/devices/" + device.id().text(),
            json::canonical(json::Object{{"site", plan.site}, {"role", plan.role}})
        );
        if (plan.fate == Fate::never_reports) return;
        must(device.report_once(connection), plan.host.name, "first report");
        second_report(plan, device, connection);
    }

    static void second_report(const Plan& plan, test::SoftDevice& device, net::Connection& connection) {
        ClockInfo& clock = device.clock().clock;
        switch (plan.fate) {
            case Fate::fails: return report_wrongly(plan, device, connection);
            case Fate::cleared: clock = {20'000, 0, 0, true}; break;
            case Fate::unsafe_clock: clock.safe = false; break;
            case Fate::rebooted: ++clock.reset_count; break;
            case Fate::part_changed: exchange_part(device.inventory()); break;
            default: return;
        }
        must(device.report_once(connection), plan.host.name, "second report");
    }

    static void report_wrongly(const Plan& plan, test::SoftDevice& device, net::Connection& connection) {
        const Challenge challenge = must(device.challenge(connection), plan.host.name, "challenge");
        Report report = device.report(challenge, connection.exporter(), device.next_statement());
        auto& values = report.pcr_values.value().begin()->second;
        values.begin()->second = hash(HashAlg::sha256, as_bytes("another boot loader"));
        if (device.deliver(connection, report).status != 422)
            throw std::runtime_error(plan.host.name + ": PCR values that were not signed are taken");
    }

    void count(Fate fate) {
        const std::lock_guard lock(mutex_);
        ++fates_[std::string(name(fate))];
        if (++done_ % 1'000 != 0 && done_ != range_.count) return;
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start_;
        std::cerr << fmt::format(
            "assay_fleet: {} of {} devices, {:.0f} a second\n", done_, range_.count,
            static_cast<double>(done_) / taken.count()
        );
    }

    const Target& target_;
    const Range& range_;
    const test::EkAuthority& trusted_;
    const test::EkAuthority& unknown_;
    const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::atomic<std::size_t> next_{0};
    std::atomic<bool> stop_{false};
    std::mutex mutex_;  // for what follows, and the authorities
    std::size_t done_ = 0;
    std::map<std::string, std::size_t> fates_;
    std::exception_ptr problem_;
};

}  // namespace

std::map<std::string, std::size_t> arrive(
    const Target& target, const Range& range, const test::EkAuthority& trusted, const test::EkAuthority& unknown
) {
    return Arrival(target, range, trusted, unknown).run();
}

void trust(const Target& target, const test::EkAuthority& authority) {
    const std::string certificates = test::pem(authority.root()) + test::pem(authority.intermediate());
    Operator(target.operators_url, target.ca_pem, target.operator_token)
        .ask(
            net::Method::post, "/v1/trust-anchors",
            json::canonical(json::Object{{"pem", certificates}, {"note", "TPM maker of the simulated fleet"}})
        );
}

}  // namespace assay::fleet
