// bench_ima: what a thousand new IMA entries cost the collector, decoded, replayed and judged by a policy of a whole
// system, beside SHA-256 of the same bytes alone. Not a test: it measures.

#include "collector/verifier/runtime/judge_runtime.hpp"
#include "collector/verifier/runtime/read_runtime_policy.hpp"
#include "evidence/runtime/ima_list.hpp"
#include "evidence/runtime/ima_replay.hpp"
#include "tests/support/ima_bytes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <stdexcept>

namespace assay::bench {
namespace {

constexpr std::size_t entries_per_report = 1000;
constexpr std::size_t files_of_policy = 50'000;
constexpr unsigned repetitions = 200;

ImaEntry file(std::size_t number) {
    return test::ima_entry(
        "ima-sig", test::ima_fields(
                       {test::ima_digest_of(std::to_string(number)),
                        test::ima_name("/usr/lib/x86_64-linux-gnu/libexample.so." + std::to_string(number)),
                        {}}
                   )
    );
}

void report(std::string_view what, const std::function<void()>& work) {
    std::vector<double> micros;
    for (unsigned i = 0; i < repetitions; ++i) {
        const auto start = std::chrono::steady_clock::now();
        work();
        micros.push_back(std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
    }
    std::ranges::sort(micros);
    fmt::print("{:<44} {:8.1f} us  (best {:.1f})\n", what, micros[micros.size() / 2], micros.front());
}

void run() {
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

    fmt::print(
        "{} entries, {} bytes; a policy of {} files, {} bytes\n", made.size(), bytes.size(), files_of_policy,
        text.size()
    );
    report("SHA-256 of the same bytes, at once", [&bytes] { sha256(bytes); });
    report("SHA-256 of each entry's data, alone", [&made] {
        for (const ImaEntry& one : made) sha256(one.data());
    });
    report("decode", [&bytes] { decode_ima_list(bytes); });
    report("replay and match", [&made, &after] {
        if (!match_quote(start_replay(HashAlg::sha256), {0, made}, after.value, {}).proven()) std::abort();
    });
    report("judge", [&made, &policy] {
        RuntimeState state = start_runtime(*policy);
        judge_entries(state, *policy, 0, made, {});
        if (state.accepted != made.size()) std::abort();
    });
    report("decode, replay and judge", [&bytes, &after, &policy] {
        const ImaList list = decode_ima_list(bytes);
        const ImaMatch match = match_quote(start_replay(HashAlg::sha256), {0, list.entries}, after.value, {});
        RuntimeState state = start_runtime(*policy);
        judge_entries(state, *policy, 0, std::span(list.entries).first(match.covered), {});
        if (state.accepted != list.entries.size()) std::abort();
    });
    const auto start = std::chrono::steady_clock::now();
    const bool read = read_runtime_policy(text, "bench").has_value();
    fmt::print(
        "{:<44} {:8.1f} ms\n", read ? "read the policy" : "the policy is refused",
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count()
    );
}

}  // namespace
}  // namespace assay::bench

int main() {
    assay::bench::run();
    return 0;
}
