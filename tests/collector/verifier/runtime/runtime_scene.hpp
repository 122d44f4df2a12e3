#pragma once
// A device whose every entry its policy accepts, to be changed one thing at a time.

#include "collector/verifier/runtime/judge_runtime.hpp"
#include "collector/verifier/runtime/learn_runtime_policy.hpp"
#include "collector/verifier/runtime/read_runtime_policy.hpp"
#include "evidence/runtime/ima_policy_rules.hpp"
#include "tests/support/ima_bytes.hpp"

#include <doctest/doctest.h>

namespace assay::test {

inline const std::string whole_ima_policy =
    "measure func=BPRM_CHECK mask=MAY_EXEC\nmeasure func=MMAP_CHECK mask=MAY_EXEC\nmeasure func=MODULE_CHECK\n"
    "measure func=FIRMWARE_CHECK\nmeasure func=KEXEC_KERNEL_CHECK\nmeasure func=POLICY_CHECK\n";

inline RuntimePolicy policy_of(const RuntimePolicyDocument& document) {
    auto policy = RuntimePolicy::from(document, sha256(encode_runtime_policy(document)));
    REQUIRE(policy.has_value());
    return *std::move(policy);
}

struct RuntimeScene {
    PcrValues values;
    std::vector<ImaEntry> entries;
    RuntimePolicyDocument document;
    RuntimeFacts facts{ImaOutcome::covered, {}, "quiet"};

    RuntimeScene() {
        for (unsigned pcr = 0; pcr < 10; ++pcr) {
            values[HashAlg::sha256].emplace(*PcrIndex::from(pcr), hash(HashAlg::sha256, Bytes(pcr)));
        }
        facts.replay.extension = ImaExtension::own_hash;
        entries = {
            boot_aggregate(),
            ima_file("/sbin/init", "init"),
            ima_file("/etc/ima/ima-policy", whole_ima_policy),
            ima_buffer("kernel_version", to_bytes("6.1")),
            ima_file("/usr/sbin/assay-agent", "agent"),
        };
        document.id = "edge";
        document.title = "Edge routers";
        document.agents = {"/usr/sbin/assay-agent"};
        document.ima_policies = {known_ima_policy("all that runs", whole_ima_policy)};
        REQUIRE(learn_entries(document, entries).has_value());
    }

    ImaEntry boot_aggregate() const {
        const auto candidates = boot_aggregate_candidates(values);
        return ima_entry(
            "ima-ng", ima_fields({ima_digest("sha256", candidates.back().value.bytes()), ima_name("boot_aggregate")})
        );
    }

    RuntimeState state() const {
        const RuntimePolicy policy = policy_of(document);
        RuntimeState out = start_runtime(policy);
        judge_entries(out, policy, 0, entries, values);
        return out;
    }
    RuntimeJudgement judged() const { return judge_runtime(state(), facts); }

    // The one finding that there has to be.
    RuntimeFinding finding() const {
        const RuntimeJudgement out = judged();
        REQUIRE(out.findings.size() == 1);
        CHECK(out.verdict == verdict_of(out.findings.front().reason));
        return out.findings.front();
    }
};

}  // namespace assay::test
