// bench_ima [SECONDS [PROCESSOR]]: what a thousand new IMA entries cost the collector, decoded, replayed and judged by
// a policy of a whole system, beside SHA-256 of the same bytes alone, by turns; and what it keeps in memory of the
// boots of ten thousand devices. One JSON object on standard output; scripts/bench runs it, docs/BENCH.md says what the
// numbers mean.

#include "base/json.hpp"
#include "collector/store/runtime_states.hpp"
#include "collector/verifier/runtime/judge_runtime.hpp"
#include "collector/verifier/runtime/read_runtime_policy.hpp"
#include "evidence/runtime/ima_list.hpp"
#include "evidence/runtime/ima_replay.hpp"
#include "tests/bench/rate.hpp"
#include "tests/support/ima_bytes.hpp"

#include <malloc.h>

#include <iostream>
#include <stdexcept>

namespace assay::bench {
namespace {

constexpr std::size_t entries_per_report = 1000;
constexpr std::size_t files_of_policy = 50'000;
constexpr std::size_t devices = 10'000;

ImaEntry file(std::size_t number) {
    return test::ima_entry(
        "ima-sig", test::ima_fields(
                       {test::ima_digest_of(std::to_string(number)),
                        test::ima_name("/usr/lib/x86_64-linux-gnu/libexample.so." + std::to_string(number)),
                        {}}
                   )
    );
}

void must(bool held) {
    if (!held) throw std::runtime_error("the list is not what it was made to be");
}

RuntimeState judged(const RuntimePolicy& policy, std::span<const ImaEntry> entries) {
    RuntimeState out = start_runtime(policy);
    judge_entries(out, policy, 0, entries, {});
    must(out.accepted == entries.size());
    return out;
}

// What a connection holds of its device's boot, of so many devices: bytes of the heap.
std::size_t heap_of_states(const RuntimeState& progress) {
    const std::size_t before = ::mallinfo2().uordblks;
    std::vector<store::RuntimeState> states;
    std::vector<store::DeviceBoot> boots;
    for (std::size_t i = 0; i < devices; ++i) {
        KnownImaList list{1, 7, "8d3c5a2e-0f6b-4a53-9a4b-3f1c7d2e9b10", start_replay(HashAlg::sha256), true};
        states.push_back({std::move(list), progress});
        boots.push_back({{"Example Networks Incorporated", "Edge router 7000-48", "1.2.3-release-20261130"}, {}});
    }
    return ::mallinfo2().uordblks - before;
}

json::Object measure(double turn_s) {
    std::vector<ImaEntry> made;
    for (std::size_t i = 0; i < entries_per_report; ++i) made.push_back(file(i));
    const Bytes bytes = test::ima_bytes(made);
    RuntimePolicyDocument document;
    document.id = "bench";
    document.title = "bench";
    for (std::size_t i = 0; i < files_of_policy; ++i) {
        document.files["/usr/lib/x86_64-linux-gnu/libexample.so." + std::to_string(i)] = {
            {false, hash(HashAlg::sha256, as_bytes(std::to_string(i)))}
        };
    }
    const std::string text = encode_runtime_policy(document);
    const auto policy = read_runtime_policy(text, "bench");
    if (!policy) throw std::runtime_error(policy.error().message());
    ImaReplay after = start_replay(HashAlg::sha256);
    extend(after, made, ImaExtension::own_hash);
    std::vector<double> appraisals;
    std::vector<double> hashes;
    volatile std::uint8_t last = 0;  // so that no hash is left out
    for (unsigned turn = 0; turn < turns; ++turn) {
        appraisals.push_back(rate(turn_s, [&bytes, &after, &policy] {
            const ImaList list = decode_ima_list(bytes);
            const ImaMatch match = match_quote(start_replay(HashAlg::sha256), {0, list.entries}, after.value, {});
            must(match.proven() && match.covered == list.entries.size());
            judged(*policy, list.entries);
        }));
        hashes.push_back(rate(turn_s, [&bytes, &last] { last = sha256(bytes)[0]; }));
    }
    return {
        {"entries", entries_per_report},
        {"bytes", bytes.size()},
        {"policy_files", files_of_policy},
        {"appraise_us", 1e6 / median(appraisals)},
        {"sha256_us", 1e6 / median(hashes)},
        {"states_mib", static_cast<double>(heap_of_states(judged(*policy, made))) / (1024 * 1024)},
    };
}

}  // namespace
}  // namespace assay::bench

int main(int argc, char** argv) {
    using namespace assay::bench;
    try {
        run_on(static_cast<unsigned>(number_or(argc > 2 ? argv[2] : nullptr, 0)));
        std::cout << assay::json::pretty(measure(number_or(argc > 1 ? argv[1] : nullptr, 0.1)));
        return 0;
    } catch (const std::exception& error) {
        std::cerr << "bench_ima: " << error.what() << "\n";
        return 1;
    }
}
