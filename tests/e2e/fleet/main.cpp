// assay_fleet: software devices that really enrol with a running collector and report to it, for tests of what people
// see: thousands of them with varied inventories, or the hostile ones. One JSON object on standard output.

#include "base/file.hpp"
#include "base/json.hpp"
#include "tests/e2e/fleet/arrival.hpp"
#include "tests/e2e/fleet/hostile_devices.hpp"
#include "tests/support/arguments.hpp"

#include <iostream>
#include <stdexcept>

namespace assay::fleet {
namespace {

constexpr std::size_t max_file_bytes = 1U << 20U;

struct Options {
    std::string devices_url;
    std::string operators_url;
    std::string ca_file;
    std::string join_token_file;
    std::string operator_token_file;
    Range range{.seed = 1, .first = 0, .count = 10'000, .threads = 4};
    bool hostile = false;
};

std::string read_text(const std::string& file) {
    auto text = read_file(file, max_file_bytes);
    if (!text) throw std::runtime_error(text.error().message());
    return *std::move(text);
}

std::string read_token(const std::string& file) {
    std::string out = read_text(file);
    while (out.ends_with('\n')) out.pop_back();
    return out;
}

json::Object run(const Options& options) {
    const Target target{
        options.devices_url, options.operators_url, read_text(options.ca_file), read_token(options.join_token_file),
        read_token(options.operator_token_file)
    };
    if (options.hostile) return run_hostile_devices(target);
    // Of a name of its own in each run: these CAs have no key identifiers that would tell two of one name apart.
    const std::string run = std::to_string(options.range.first);
    const test::EkAuthority trusted("Nuvotrust TPM " + run);
    const test::EkAuthority unknown("Somebody's TPM " + run);
    trust(target, trusted);
    const auto start = std::chrono::steady_clock::now();
    json::Object fates;
    for (const auto& [fate, count] : arrive(target, options.range, trusted, unknown)) fates[fate] = count;
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
    return {{"devices", options.range.count}, {"seconds", taken.count()}, {"fates", std::move(fates)}};
}

}  // namespace
}  // namespace assay::fleet

int main(int argc, char** argv) {
    assay::fleet::Options options;
    assay::test::Arguments arguments;
    arguments.required("--devices-url", options.devices_url);  // the collector's device listener
    arguments.required("--operators-url", options.operators_url);
    arguments.required("--ca", options.ca_file);  // PEM file with its CA
    arguments.required("--join-token-file", options.join_token_file);
    arguments.required("--operator-token-file", options.operator_token_file);
    arguments.number("--devices", options.range.count);  // how many
    arguments.number("--first", options.range.first);    // the first one's number
    arguments.number("--seed", options.range.seed);      // the same seed and number give the same device
    arguments.number("--threads", options.range.threads);
    arguments.flag("--hostile", options.hostile);  // instead: every string is an attack on who looks at it
    try {
        arguments.read(argc, argv);
        std::cout << assay::json::pretty(run(options)) << std::endl;
        return 0;
    } catch (const std::exception& problem) {
        std::cerr << "assay_fleet: " << problem.what() << '\n';
        return 1;
    }
}
