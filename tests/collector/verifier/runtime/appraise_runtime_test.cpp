#include "collector/verifier/runtime/appraise_runtime.hpp"

#include "tests/collector/verifier/runtime/accepted_entries.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::test;

namespace {

// A device whose boot and every entry are accepted.
struct AcceptedScene : MeasuredScene {
    RuntimeAppraisal appraise(
        std::uint64_t first, std::size_t count, const EarlierRuntime& earlier,
        const std::optional<KnownImaList>& known = {}
    ) {
        auto policy = std::make_shared<const RuntimePolicy>(policy_of(document));
        BootReference approved = reference();
        if (named) approved.runtime_policy = policy->sha256();
        const std::vector<ApprovedReference> references{{sha256(encode_boot_reference(approved)), approved}};
        const Facts report = facts(first, count);
        const BootAppraisal boot = appraise_boot(
            report, {"Acme", "R7", "1.2"}, boot_approved ? references : std::vector<ApprovedReference>{},
            Date::parse("2027-01-15").value()
        );
        RuntimePolicies policies;
        if (there) policies.emplace(policy->sha256(), policy);
        return appraise_runtime(report, match_ima_list(report, known, 1, segment), boot, policies, earlier);
    }
    RuntimeAppraisal appraise() { return appraise(0, entries.size(), nothing_known()); }

    static EarlierRuntime nothing_known() {
        return {std::nullopt, [] { return std::optional(std::vector<ImaEntry>{}); }};
    }

    RuntimePolicyDocument document = run_what_is_accepted(*this);
    bool boot_approved = true;
    bool named = true;
    bool there = true;
};

}  // namespace

TEST_SUITE("appraise_runtime") {
    TEST_CASE("a device whose every entry is accepted is affirmed") {
        AcceptedScene scene;
        const RuntimeAppraisal out = scene.appraise();
        CHECK(out.affirmed());
        CHECK(out.axis().reason == Reason::runtime_accepted);
        CHECK(out.policy_check().outcome == "passed");
        CHECK(out.list_check().outcome == "passed");
        REQUIRE(out.progress());
        CHECK(out.progress()->judged == 4);
    }

    TEST_CASE("what nobody accepts is named, wherever it stands") {
        AcceptedScene scene;
        scene.entries.push_back(ima_file("/tmp/x", "evil"));
        scene.list();
        const RuntimeAppraisal out = scene.appraise();
        CHECK(out.axis().verdict == Verdict::contraindicated);
        CHECK(out.axis().reason == Reason::runtime_not_accepted);
        CHECK(out.axis().detail.find("/tmp/x") != std::string::npos);
        CHECK(out.policy_check().outcome == "failed");
    }

    TEST_CASE("the tail is judged, and not written down: it comes again") {
        AcceptedScene scene;
        scene.entries.push_back(ima_file("/tmp/x", "evil"));
        scene.list();
        const RuntimeAppraisal out = scene.appraise(0, 4, AcceptedScene::nothing_known());
        CHECK(out.axis().verdict == Verdict::contraindicated);
        REQUIRE(out.progress());
        CHECK(out.progress()->judged == 4);
        CHECK(out.progress()->offences.empty());
    }

    TEST_CASE("an agent that is not among the measured is not the agent") {
        AcceptedScene scene;
        scene.entries.pop_back();
        scene.list();
        const RuntimeAppraisal out = scene.appraise();
        CHECK_FALSE(out.affirmed());
        CHECK(out.axis().reason == Reason::agent_not_measured);
    }

    TEST_CASE("it rests on the boot, and on a policy that is there") {
        AcceptedScene scene;
        scene.boot_approved = false;
        CHECK(scene.appraise().axis() == AppraisedAxis{Verdict::none, Reason::runtime_needs_boot, ""});
        AcceptedScene unnamed;
        unnamed.named = false;
        CHECK(unnamed.appraise().axis().reason == Reason::runtime_policy_missing);
        AcceptedScene lost;
        lost.there = false;
        CHECK(lost.appraise().axis().reason == Reason::runtime_policy_missing);
        CHECK(lost.appraise().axis().verdict == Verdict::none);
    }

    TEST_CASE("a list that does not replay is never accepted") {
        AcceptedScene scene;
        scene.extend_pcr(10);
        const RuntimeAppraisal out = scene.appraise();
        CHECK(out.axis().verdict == Verdict::contraindicated);
        CHECK(out.axis().reason == Reason::ima_mismatch);
        CHECK(out.policy_check().outcome == "not_appraised");
    }

    TEST_CASE("judging goes on where the last report ended, and an offence stays one") {
        AcceptedScene scene;
        const RuntimeAppraisal first = scene.appraise();
        const KnownImaList known{
            1, scene.scene.attest.clock.reset_count, "boot", {4, scene.list_value(4), ImaExtension::own_hash}, true
        };
        scene.entries.push_back(ima_file("/tmp/x", "evil"));
        scene.list();
        const RuntimeAppraisal second = scene.appraise(4, 1, {first.progress(), {}}, known);
        CHECK(second.axis().verdict == Verdict::contraindicated);
        REQUIRE(second.progress());
        CHECK(second.progress()->judged == 5);
        const KnownImaList later{1, known.reset_count, "boot", {5, scene.list_value(5), ImaExtension::own_hash}, true};
        CHECK(scene.appraise(5, 0, {second.progress(), {}}, later).axis().verdict == Verdict::contraindicated);
    }

    TEST_CASE("a boot begins anew: neither the agent nor an offence of the one before is carried into it") {
        AcceptedScene scene;
        const std::uint32_t now = scene.scene.attest.clock.reset_count;
        const std::optional<RuntimeState> before = scene.appraise().progress();
        REQUIRE(before);
        REQUIRE(before->agent_seen);
        REQUIRE(before->ima_policy_seen);
        const KnownImaList last_boot{1, now - 1, "boot", {4, scene.list_value(4), ImaExtension::own_hash}, true};
        const auto entries_before = [all = scene.entries] { return std::optional(all); };
        scene.entries.erase(
            scene.entries.begin() + 2, scene.entries.end()
        );  // of the new boot: neither the policy nor the agent
        scene.list();
        const RuntimeAppraisal out = scene.appraise(0, 2, {before, entries_before}, last_boot);
        CHECK(out.axis().verdict == Verdict::warning);
        CHECK(out.axis().detail.find("agent_not_among") != std::string::npos);
        CHECK(out.axis().detail.find("ima_policy") != std::string::npos);
        CHECK(out.progress()->judged == 2);
        // Under another policy, too: the entries that are kept are not this boot's.
        RuntimeState other = *before;
        other.policy = sha256("another policy");
        CHECK(scene.appraise(0, 2, {other, entries_before}, last_boot).progress()->judged == 2);
        // And with another key.
        KnownImaList other_key = last_boot;
        other_key.reset_count = now;
        other_key.generation = 2;
        CHECK(scene.appraise(0, 2, {before, entries_before}, other_key).progress()->judged == 2);
        // What was refused in the last boot is over with it.
        RuntimeState offended = *before;
        offended.refused[0] = 1;
        CHECK(scene.appraise(0, 2, {offended, entries_before}, last_boot).axis().verdict == Verdict::warning);
    }

    TEST_CASE("a program's start is not taken off the list by the claim that another kernel was started") {
        AcceptedScene scene;
        const std::uint32_t now = scene.scene.attest.clock.reset_count;
        const std::optional<RuntimeState> before = scene.appraise().progress();
        const KnownImaList known{1, now, "boot", {4, scene.list_value(4), ImaExtension::own_hash}, true};
        ImaReplay on = known.replay;
        scene.entries = {ima_file("boot_aggregate", "evil"), scene.entries[2], scene.entries[3]};
        extend(on, scene.entries, ImaExtension::own_hash);
        scene.put(10, on.value);
        const RuntimeAppraisal out = scene.appraise(0, 3, {before, {}}, known);
        CHECK(out.axis().verdict == Verdict::contraindicated);
        CHECK(out.axis().detail.find("entry 0 boot_aggregate") != std::string::npos);
    }

    TEST_CASE("a kernel that another one started is at best a warning, and says why") {
        AcceptedScene scene;
        const std::uint32_t now = scene.scene.attest.clock.reset_count;
        const std::optional<RuntimeState> before = scene.appraise().progress();
        const KnownImaList known{1, now, "boot", {4, scene.list_value(4), ImaExtension::own_hash}, true};
        ImaReplay on = known.replay;
        extend(on, scene.entries, ImaExtension::own_hash);
        scene.put(10, on.value);
        const RuntimeAppraisal out = scene.appraise(0, 4, {before, {}}, known);
        CHECK(out.axis().verdict == Verdict::warning);
        CHECK(out.axis().reason == Reason::kernel_replaced);
    }

    TEST_CASE("under another policy everything is judged again, from the entries that are kept") {
        AcceptedScene scene;
        const KnownImaList known{
            1, scene.scene.attest.clock.reset_count, "boot", {4, scene.list_value(4), ImaExtension::own_hash}, true
        };
        RuntimeState other;
        other.policy = sha256("another policy");
        const auto kept = [&scene] { return std::optional(scene.entries); };
        const RuntimeAppraisal again = scene.appraise(4, 0, {other, kept}, known);
        CHECK(again.affirmed());
        CHECK(again.progress()->judged == 4);
        const auto gone = [] { return std::optional<std::vector<ImaEntry>>(); };
        const RuntimeAppraisal blind = scene.appraise(4, 0, {other, gone}, known);
        CHECK(blind.axis().verdict == Verdict::none);
        CHECK(blind.axis().reason == Reason::ima_incomplete);
        CHECK(blind.axis().detail.ends_with("are not kept: restart the device"));
    }
}
