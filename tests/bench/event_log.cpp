// bench_eventlog FILE [SECONDS [PROCESSOR]]: event logs decoded and replayed per second on one processor, beside bare
// SHA-256 of the same bytes, by turns so that what else the machine does falls on both. One JSON object on standard
// output; scripts/bench runs it, docs/BENCH.md says what the numbers mean.

#include "evidence/boot/event_log.hpp"

#include "base/file.hpp"
#include "base/json.hpp"
#include "evidence/boot/coverage.hpp"
#include "evidence/boot/replay.hpp"
#include "evidence/limits.hpp"
#include "tests/bench/rate.hpp"

#include <iostream>
#include <stdexcept>
#include <vector>

namespace assay::bench {
namespace {

void must(bool held) {
    if (!held) throw std::runtime_error("the log does not replay");
}

// The digests of every event in every bank, hashed again.
std::size_t covered_events(const EventLog& log) {
    std::size_t out = 0;
    for (const LogEvent& event : log.events()) {
        for (std::uint16_t bank = 0; bank < log.banks().size(); ++bank) {
            if (covered_bytes(log, event, bank)) ++out;
        }
    }
    return out;
}

json::Object measure(const Bytes& bytes, double turn_s) {
    const EventLog log = decode_event_log(bytes).value();
    must(replay(log).has_value());
    std::vector<double> replays;
    std::vector<double> hashes;
    std::vector<double> coverages;
    volatile std::uint8_t last = 0;  // so that no hash is left out
    for (unsigned turn = 0; turn < turns; ++turn) {
        replays.push_back(rate(turn_s, [&bytes] { must(replay(decode_event_log(bytes).value()).has_value()); }));
        hashes.push_back(rate(turn_s, [&bytes, &last] { last = sha256(bytes)[0]; }));
        coverages.push_back(rate(turn_s, [&log] { must(covered_events(log) > 0); }));
    }
    return {
        {"bytes", bytes.size()},
        {"events", log.events().size()},
        {"banks", log.banks().size()},
        {"replays_per_s", static_cast<std::int64_t>(median(replays))},
        {"sha256_per_s", static_cast<std::int64_t>(median(hashes))},
        {"coverages_per_s", static_cast<std::int64_t>(median(coverages))},
        {"replay_ns", static_cast<std::int64_t>(1e9 / median(replays))},
    };
}

int run(int argc, char** argv) {
    if (argc < 2) throw std::runtime_error("bench_eventlog FILE [SECONDS [PROCESSOR]]");
    run_on(static_cast<unsigned>(number_or(argc > 3 ? argv[3] : nullptr, 0)));
    const auto file = read_file(argv[1], limits::event_log_bytes);
    if (!file) throw std::runtime_error(file.error().message());
    std::cout << json::pretty(measure(to_bytes(*file), number_or(argc > 2 ? argv[2] : nullptr, 0.1)));
    return 0;
}

}  // namespace
}  // namespace assay::bench

int main(int argc, char** argv) {
    try {
        return assay::bench::run(argc, argv);
    } catch (const std::exception& error) {
        std::cerr << "bench_eventlog: " << error.what() << "\n";
        return 1;
    }
}
