#include "collector/verifier/runtime/runtime_progress.hpp"

#include "tests/collector/verifier/runtime/runtime_scene.hpp"

#include <doctest/doctest.h>

using namespace assay;

namespace {

RuntimeState sample() {
    RuntimeState out;
    out.policy = sha256("policy");
    out.judged = 480;
    out.accepted = 470;
    out.accepted_by_signature = 2;
    out.excluded = 1;
    out.refused[0] = 3;
    out.refused[entry_reasons - 1] = 1;
    out.offences = {
        {7, RuntimeReason::path_unknown, "/tmp/x", "sha256:aa"}, {9, RuntimeReason::violation, "/var/y", ""}
    };
    out.boot_aggregate = BootAggregate::matches;
    out.agent_seen = true;
    out.exempts = {"tmpfs"};
    out.kernel_replaced = true;
    return out;
}

}  // namespace

TEST_SUITE("runtime_progress") {
    TEST_CASE("what is written down reads back the same") {
        const std::string text = encode_runtime_progress(sample());
        const auto read = decode_runtime_progress(text);
        REQUIRE(read);
        CHECK(*read == sample());
        CHECK(encode_runtime_progress(*read) == text);
        CHECK(decode_runtime_progress(encode_runtime_progress({})) == RuntimeState{});
    }

    TEST_CASE("every outcome of the boot aggregate and every reason of an entry has its word") {
        for (const BootAggregate one :
             {BootAggregate::matches, BootAggregate::other, BootAggregate::zero, BootAggregate::no_values,
              BootAggregate::not_an_aggregate}) {
            RuntimeState state = sample();
            state.boot_aggregate = one;
            CHECK(decode_runtime_progress(encode_runtime_progress(state)) == state);
        }
        for (std::size_t i = 0; i < entry_reasons; ++i) {
            RuntimeState state = sample();
            state.offences[0].reason = static_cast<RuntimeReason>(i);
            CHECK(decode_runtime_progress(encode_runtime_progress(state)) == state);
        }
    }

    TEST_CASE("the longest names, digests and exemptions that judging writes down read back the same") {
        test::RuntimeScene scene;
        std::vector<std::string> exempts;
        for (std::size_t i = 0; i < limits::ima_policy_exemptions; ++i) {
            exempts.push_back(std::string(limits::runtime_exemption_bytes - 1, '"') + static_cast<char>('a' + i));
        }
        scene.document.ima_policies.push_back({"wide", {{false, hash(HashAlg::sha256, as_bytes("rules"))}}, exempts});
        scene.document.buffers["rules"] = {{false, hash(HashAlg::sha256, as_bytes("rules"))}};
        std::vector<ImaEntry> entries{test::ima_buffer("rules", to_bytes("rules"))};
        const Bytes longest = to_bytes(hash(HashAlg::sha512, as_bytes("x")).bytes());
        for (std::size_t i = 0; i < limits::runtime_offences; ++i) {
            const std::string path(200 + i, i % 2 == 0 ? '\x01' : '"');
            entries.push_back(test::ima_entry(
                "ima-ngv2", test::ima_fields({test::ima_digest("verity:sha512", longest), test::ima_name(path)})
            ));
        }
        const RuntimePolicy policy = test::policy_of(scene.document);
        RuntimeState state = start_runtime(policy);
        judge_entries(state, policy, (1ULL << 53U) - 100, entries, {});
        CHECK(state.offences.size() == limits::runtime_offences);
        CHECK(state.exempts.size() == limits::ima_policy_exemptions);
        CHECK(state.offences[0].name.size() <= limits::text_bytes);
        CHECK(state.offences[0].name.ends_with("\\x01..."));
        const auto read = decode_runtime_progress(encode_runtime_progress(state));
        REQUIRE(read);
        CHECK(*read == state);
    }

    TEST_CASE("truncation at every length is refused") {
        const std::string text = encode_runtime_progress(sample());
        for (std::size_t size = 0; size < text.size(); ++size) {
            CHECK_FALSE(decode_runtime_progress(std::string_view(text).substr(0, size)));
        }
    }

    TEST_CASE("more offences than are kept, unknown words and unknown keys are refused") {
        RuntimeState many = sample();
        many.offences.assign(limits::runtime_offences, many.offences[0]);
        CHECK(decode_runtime_progress(encode_runtime_progress(many)));
        many.offences.push_back(many.offences[0]);
        CHECK_FALSE(decode_runtime_progress(encode_runtime_progress(many)));
        const std::string text = encode_runtime_progress(sample());
        const auto with = [&text](const std::string& from, const std::string& to) {
            std::string out = text;
            return out.replace(out.find(from), from.size(), to);
        };
        CHECK_FALSE(decode_runtime_progress(with("\"matches\"", "\"perhaps\"")));
        CHECK_FALSE(decode_runtime_progress(with("\"path_unknown\"", "\"agent_not_among\"")));
        CHECK_FALSE(decode_runtime_progress(with("\"judged\"", "\"judges\"")));
    }
}
