// bench_load: what a collector does, measured from the other processor; scripts/bench runs it and docs/BENCH.md says
// what the numbers mean. Software devices enrol, report once with everything, and then report in the steady state over
// kept-alive connections; between two stretches of load the same processor verifies bare P-256 signatures, so that what
// the machine does meanwhile falls on both. One JSON object on standard output, progress on standard error.

#include "base/file.hpp"
#include "base/json.hpp"
#include "tests/bench/empty_collector.hpp"
#include "tests/bench/load_run.hpp"
#include "tests/bench/verify_rate.hpp"
#include "tests/support/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <deque>
#include <iostream>
#include <stdexcept>
#include <thread>

namespace assay::bench {
namespace {

constexpr std::size_t enrolling_threads = 4;
constexpr std::chrono::milliseconds warm_up{1'000};
constexpr std::chrono::milliseconds lead_in{250};  // of a stretch of load, after the verifications
constexpr std::chrono::milliseconds ceiling_length{2'000};
constexpr unsigned most_turns = 3;      // for each that is wanted, while other programs disturb
constexpr unsigned least_quiet = 5;     // turns; where there are fewer, all of them count
constexpr double most_of_others = 0.1;  // of one processor, in a turn
constexpr std::size_t max_file_bytes = 1U << 20U;

struct Options {
    std::string url;
    std::string ca_file;
    std::string join_token_file;
    std::string authority_file;  // written: the CA that the devices' EK certificates lead to
    pid_t collector = 0;
    unsigned collector_processor = 0;
    unsigned load_processor = 1;
    std::size_t devices = 512;
    std::size_t connections = 256;
    double seconds = 1;
    double verify_seconds = 0.4;
    unsigned repetitions = 21;
};

std::chrono::milliseconds to_millis(double seconds) {
    return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

std::string read_text(const std::string& file) {
    auto text = read_file(file, max_file_bytes);
    if (!text) throw std::runtime_error(text.error().message());
    return *std::move(text);
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values.at(values.size() / 2);
}

double milliseconds(std::chrono::nanoseconds time) {
    return std::chrono::duration<double, std::milli>(time).count();
}

// Each device over a connection of its own, several at once.
struct Arrival {
    double enrolments_per_s = 0;
    double enrolments_per_cpu_s = 0;
    double first_reports_per_s = 0;
    double first_reports_per_cpu_s = 0;
};

class Fleet {
  public:
    Fleet(const test::EkAuthority& authority, std::size_t size) {
        for (std::size_t i = 0; i < size; ++i) devices_.emplace_back(authority, i);
    }

    Arrival arrive(const Options& options) {
        net::ClientConfig config;
        config.url = net::parse_url(options.url).value();
        config.ca_pem = read_text(options.ca_file);
        std::optional<std::string> token;
        if (!options.join_token_file.empty()) token = read_text(options.join_token_file);
        if (token && token->ends_with('\n')) token->pop_back();
        Arrival out;
        std::tie(out.enrolments_per_s, out.enrolments_per_cpu_s) =
            each(options, config, [&token](LoadDevice& device, net::Connection& connection) {
                device.enrol(connection, token);
            });
        std::tie(out.first_reports_per_s, out.first_reports_per_cpu_s) = each(
            options, config, [](LoadDevice& device, net::Connection& connection) { device.introduce(connection); }
        );
        return out;
    }

    std::vector<LoadConnection> connect(const Target& target, std::size_t count) {
        std::vector<LoadConnection> out;
        for (std::size_t i = 0; i < count; ++i) out.emplace_back(target, devices_.at(i));
        return out;
    }

    std::size_t size() const { return devices_.size(); }

  private:
    using Step = std::function<void(LoadDevice&, net::Connection&)>;

    // Devices a second, by the wall's clock and by the collector's processor time.
    std::pair<double, double> each(const Options& options, const net::ClientConfig& config, const Step& step) {
        const auto start = std::chrono::steady_clock::now();
        const CpuTime cpu_start = cpu_time_of_process(options.collector);
        std::vector<std::exception_ptr> problems(enrolling_threads);
        std::vector<std::thread> threads;
        for (std::size_t t = 0; t < enrolling_threads; ++t) {
            threads.emplace_back([this, t, &config, &step, &problem = problems[t]] {
                try {
                    for (std::size_t i = t; i < devices_.size(); i += enrolling_threads) {
                        net::Client client = net::Client::create(config).value();  // of its own: no tickets
                        auto connection = client.connect();
                        if (!connection) throw std::runtime_error(connection.error().message());
                        step(devices_[i], *connection);
                    }
                } catch (...) {
                    problem = std::current_exception();
                }
            });
        }
        for (std::thread& thread : threads) thread.join();
        for (const std::exception_ptr& problem : problems) {
            if (problem) std::rethrow_exception(problem);
        }
        const auto count = static_cast<double>(devices_.size());
        return {
            count / seconds(std::chrono::steady_clock::now() - start),
            count / seconds(cpu_time_of_process(options.collector) - cpu_start)
        };
    }

    std::deque<LoadDevice> devices_;
};

// The load side against a collector that does nothing: what it could deliver at most.
json::Object measure_ceiling(const Options& options, const test::EkAuthority& authority) {
    const EmptyCollector collector(options.collector_processor);
    Fleet fleet(authority, options.connections);
    const Target target = make_target(collector.url(), collector.ca_pem());
    auto connections = fleet.connect(target, options.connections);
    const LoadResult result = run_load(
        connections, {warm_up, ceiling_length}, {options.load_processor, options.collector_processor, std::nullopt}
    );
    const double per_cpu_s = static_cast<double>(result.reports) / result.load_cpu_s;
    std::cerr << fmt::format(
        "the load side alone: {:.0f} reports/s, {:.0f} by its processor time\n", result.reports_per_s(), per_cpu_s
    );
    return {{"reports_per_s", result.reports_per_s()}, {"reports_per_cpu_s", per_cpu_s}};
}

struct Steady {
    std::vector<Rate> own;  // one more than there are results: before, between, after
    std::vector<Rate> openssl;
    std::vector<LoadResult> loads;
    ReportBytes bytes;
    double tcp_sent = 0;  // per report
    double tcp_received = 0;
    std::uint64_t accepted = 0;
    unsigned quiet = 0;  // of the loads
};

// Whether a turn counts is decided by what other programs took of the two processors, never by what came of it.
bool is_quiet(const LoadResult& load) {
    return load.others_cpu_s < most_of_others * load.wall_s;
}

// The load side's processor stays as busy as it was under the load: else what other programs want of this machine would
// fall on that processor now, and on the collector's under the load.
void verify(Steady& steady, const VerifyRate& yardstick, const LoadResult& before, const Options& options) {
    const KeepBusy load_side(options.load_processor, before.load_cpu_s / before.wall_s);
    const auto length = to_millis(options.verify_seconds / 2);
    steady.own.push_back(yardstick.own(options.collector_processor, length));
    steady.openssl.push_back(yardstick.openssl(options.collector_processor, length));
}

Steady measure_steady(std::vector<LoadConnection>& connections, const Options& options) {
    const VerifyRate yardstick;
    Steady out;
    const Places places{options.load_processor, options.collector_processor, options.collector};
    const LoadResult warm = run_load(connections, {lead_in, warm_up}, places);
    out.accepted = warm.reports + warm.uncounted;
    const auto [sent, received] = connections.front().wire_bytes();
    std::uint64_t reports = 0;
    verify(out, yardstick, warm, options);
    for (unsigned turns = 0; out.quiet < options.repetitions && turns < most_turns * options.repetitions; ++turns) {
        LoadResult load = run_load(connections, {lead_in, to_millis(options.seconds)}, places);
        verify(out, yardstick, load, options);
        std::cerr << fmt::format(
            "reports/s {:.0f}, verifications/s {:.0f}, collector busy {:.0f} %, load side busy {:.0f} %, others {:.0f} "
            "%\n",
            load.reports_per_s(), out.own.back().per_s, 100 * load.collector_cpu_s / load.wall_s,
            100 * load.load_cpu_s / load.wall_s, 100 * load.others_cpu_s / load.wall_s
        );
        if (is_quiet(load)) ++out.quiet;
        reports += load.reports + load.uncounted;
        out.loads.push_back(std::move(load));
    }
    out.accepted += reports;
    out.bytes = connections.front().bytes();
    const auto [sent_after, received_after] = connections.front().wire_bytes();
    const double of_one = static_cast<double>(reports) / static_cast<double>(connections.size());
    out.tcp_sent = static_cast<double>(sent_after - sent) / of_one;
    out.tcp_received = static_cast<double>(received_after - received) / of_one;
    return out;
}

json::Object describe(const Rate& rate) {
    return {{"per_s", rate.per_s}, {"per_cpu_s", rate.per_cpu_s}};
}

json::Object describe(const LoadResult& load) {
    return {
        {"reports_per_s", load.reports_per_s()},
        {"reports_per_cpu_s", static_cast<double>(load.reports) / load.collector_cpu_s},
        {"collector_busy", load.collector_cpu_s / load.wall_s},
        {"load_processor_busy", load.load_cpu_s / load.wall_s},
        {"others_busy", load.others_cpu_s / load.wall_s},
        {"latency_ms",
         json::Object{
             {"p50", milliseconds(load.latency(0.5))},
             {"p90", milliseconds(load.latency(0.9))},
             {"p99", milliseconds(load.latency(0.99))},
             {"max", milliseconds(load.latency(1))},
         }}
    };
}

double between(const Rate& before, const Rate& after, double Rate::* which) {
    return (before.*which + after.*which) / 2;
}

json::Object describe(const Steady& steady) {
    std::vector<double> ratios;
    std::vector<double> cpu_ratios;
    std::vector<double> rates;
    std::vector<double> cpu_rates;
    std::vector<double> own;
    std::vector<double> openssl;
    json::Array runs;
    for (std::size_t i = 0; i < steady.loads.size(); ++i) {
        const LoadResult& load = steady.loads[i];
        const double per_cpu_s = static_cast<double>(load.reports) / load.collector_cpu_s;
        const double ratio = load.reports_per_s() / between(steady.own[i], steady.own[i + 1], &Rate::per_s);
        const double cpu_ratio = per_cpu_s / between(steady.own[i], steady.own[i + 1], &Rate::per_cpu_s);
        json::Object run = describe(load);
        run["ratio"] = ratio;
        run["ratio_by_cpu_time"] = cpu_ratio;
        const bool counts = steady.quiet < least_quiet || is_quiet(load);
        run["counts"] = counts;
        runs.push_back(std::move(run));
        if (!counts) continue;
        rates.push_back(load.reports_per_s());
        cpu_rates.push_back(per_cpu_s);
        ratios.push_back(ratio);
        cpu_ratios.push_back(cpu_ratio);
    }
    json::Array yardstick;
    for (std::size_t i = 0; i < steady.own.size(); ++i) {
        own.push_back(steady.own[i].per_s);
        openssl.push_back(steady.openssl[i].per_s);
        yardstick.push_back(json::Object{{"own", describe(steady.own[i])}, {"openssl", describe(steady.openssl[i])}});
    }
    return {
        {"steady_state",
         json::Object{
             {"ratio", median(ratios)},
             {"ratio_by_cpu_time", median(cpu_ratios)},
             {"reports_per_s", median(rates)},
             {"reports_per_cpu_s", median(cpu_rates)},
             {"turns", steady.loads.size()},
             {"turns_undisturbed", steady.quiet},
             {"runs", std::move(runs)},
         }},
        {"verify",
         json::Object{{"p256_per_s", median(own)}, {"p256_openssl_per_s", median(openssl)}, {"runs", yardstick}}},
        {"wire",
         json::Object{
             {"report_bytes", steady.bytes.report_body},
             {"http_bytes_sent", steady.bytes.requests},
             {"http_bytes_received", steady.bytes.answers},
             {"tcp_bytes_sent", steady.tcp_sent},
             {"tcp_bytes_received", steady.tcp_received},
         }}
    };
}

void write_text(const std::string& file, const std::string& text) {
    const auto written = replace_file(file, text, 0644);
    if (!written) throw std::runtime_error(written.error().message());
}

// The authority is written, then whoever runs this makes the collector trust it and writes a line to standard input.
void wait_for_trust(const Options& options, const test::EkAuthority& authority) {
    write_text(options.authority_file, test::pem(authority.root()) + test::pem(authority.intermediate()));
    std::cout << "{\"authority\":\"written\"}" << std::endl;
    std::string line;
    if (!std::getline(std::cin, line)) throw std::runtime_error("nobody said that the authority is trusted");
}

int run(const Options& options) {
    run_on(options.load_processor);
    const test::EkAuthority authority("Assay bench");
    json::Object out;
    out["ceiling"] = measure_ceiling(options, authority);
    wait_for_trust(options, authority);
    Fleet fleet(authority, options.devices);
    const Arrival arrival = fleet.arrive(options);
    out["enrolments"] = json::Object{{"per_s", arrival.enrolments_per_s}, {"per_cpu_s", arrival.enrolments_per_cpu_s}};
    out["first_reports"] =
        json::Object{{"per_s", arrival.first_reports_per_s}, {"per_cpu_s", arrival.first_reports_per_cpu_s}};
    const Target target = make_target(options.url, read_text(options.ca_file));
    auto connections = fleet.connect(target, options.connections);
    const Steady steady = measure_steady(connections, options);
    for (auto& [key, value] : describe(steady)) out[key] = value;
    out["accepted"] = fleet.size() + steady.accepted;
    out["devices"] = fleet.size();
    out["connections"] = options.connections;
    std::cout << json::pretty(out) << std::endl;
    return 0;
}

}  // namespace
}  // namespace assay::bench

int main(int argc, char** argv) {
    assay::bench::Options options;
    assay::test::Arguments arguments;
    arguments.required("--url", options.url);  // the collector's device listener
    arguments.required("--ca", options.ca_file);
    arguments.text("--join-token-file", options.join_token_file);
    arguments.required("--authority", options.authority_file);
    arguments.number("--collector-pid", options.collector);
    arguments.number("--collector-processor", options.collector_processor);  // where the collector was pinned to
    arguments.number("--load-processor", options.load_processor);            // where this program is to run
    arguments.number("--devices", options.devices);                          // how many enrol
    arguments.number("--connections", options.connections);        // how many of them report in the steady state
    arguments.number("--seconds", options.seconds);                // of one stretch of load
    arguments.number("--verify-seconds", options.verify_seconds);  // of one stretch of verifications
    arguments.number("--repetitions", options.repetitions);        // stretches of load
    try {
        arguments.read(argc, argv);
        if (options.collector == 0) throw std::runtime_error("--collector-pid is missing");
        return assay::bench::run(options);
    } catch (const std::exception& problem) {
        std::cerr << "bench_load: " << problem.what() << '\n';
        return 1;
    }
}
