// Judging what ran: a device of which everything is accepted, and every single thing that may not be.

#include "collector/verifier/runtime/judge_runtime.hpp"

#include "evidence/limits.hpp"
#include "tests/collector/verifier/runtime/runtime_scene.hpp"
#include "tests/support/captured_boot.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

using test::ima_buffer;
using test::ima_digest;
using test::ima_digest_of;
using test::ima_entry;
using test::ima_fields;
using test::ima_file;
using test::ima_name;
using test::ima_violation;
using test::policy_of;
using test::RuntimeScene;
using enum RuntimeReason;

// A finding of the scene with one more entry.
RuntimeFinding with(RuntimeScene scene, const ImaEntry& entry) {
    scene.entries.push_back(entry);
    return scene.finding();
}

ImaEntry signed_file(const std::string& path, const char* attribute, HashAlg alg, std::string_view type = "") {
    const Bytes content = test::data("ima-signed/program");
    const std::string prefix = (type.empty() ? "" : std::string(type) + ":") + std::string(name(alg));
    return ima_entry(
        type.empty() ? "ima-sig" : "ima-sigv2", ima_fields(
                                                    {ima_digest(prefix, hash(alg, content).bytes()), ima_name(path),
                                                     test::data("ima-signed/" + std::string(attribute) + ".xattr")}
                                                )
    );
}

RuntimeSigner ec_signer() {
    return {"vendor", 0x7b2a987d, test::data("ima-signed/ec.pub.der")};
}

TEST_SUITE("judge_runtime") {
    TEST_CASE("a device of which every entry is accepted is affirmed, without a finding") {
        const RuntimeScene scene;
        const RuntimeJudgement out = scene.judged();
        CHECK(out.verdict == Verdict::affirming);
        CHECK(out.findings.empty());
        CHECK(scene.state().judged == 5);
        CHECK(scene.state().accepted == 5);
    }

    TEST_CASE("a file at a path that nobody accepts is found, and named") {
        RuntimeScene scene;
        scene.entries.push_back(ima_file("/tmp/x\n", "evil"));
        const RuntimeFinding finding = scene.finding();
        CHECK(finding.reason == path_unknown);
        CHECK(finding.detail == "entry 5: /tmp/x\\x0a");
        CHECK(scene.judged().verdict == Verdict::contraindicated);
        const Offence offence{
            5, path_unknown, "/tmp/x\\x0a", text(MeasuredDigest{false, hash(HashAlg::sha256, as_bytes("evil"))})
        };
        CHECK(scene.state().offences == std::vector{offence});
    }

    TEST_CASE("an accepted path with other content, and accepted content at another path, are found") {
        CHECK(with({}, ima_file("/sbin/init", "other init")).reason == digest_unknown);
        CHECK(with({}, ima_file("/sbin/init2", "init")).reason == path_unknown);
        const Digest weak = hash(HashAlg::sha1, as_bytes("init"));
        const Bytes other_hash = ima_fields({ima_digest("sha1", weak.bytes()), ima_name("/sbin/init")});
        CHECK(with({}, ima_entry("ima-ng", other_hash)).reason == digest_unknown);
        const Bytes verity = ima_fields(
            {ima_digest("verity:sha256", hash(HashAlg::sha256, as_bytes("init")).bytes()), ima_name("/sbin/init")}
        );
        CHECK(with({}, ima_entry("ima-ngv2", verity)).reason == digest_unknown);
        const Bytes unknown_hash = ima_fields({ima_digest("sm3", Bytes(32)), ima_name("/sbin/init")});
        CHECK(with({}, ima_entry("ima-ng", unknown_hash)).reason == digest_unknown);
    }

    TEST_CASE("a violation is found, even at an accepted path") {
        CHECK(with({}, ima_violation("/sbin/init")).reason == violation);
        CHECK(verdict_of(violation) == Verdict::contraindicated);
    }

    TEST_CASE("no hash covers a violation's path: it excludes nothing, accepts nothing, and is shown as a claim") {
        RuntimeScene scene;
        scene.document.excludes = {"/var/log/*"};
        scene.entries.push_back(ima_violation("/var/log/b"));
        const RuntimeFinding finding = scene.finding();
        CHECK(finding.reason == violation);
        CHECK(finding.detail == "entry 5: claims to be /var/log/b");
        CHECK(scene.state().excluded == 0);
        REQUIRE(scene.state().offences.size() == 1);
        CHECK(shown_name(scene.state().offences.front()) == "claims to be /var/log/b");
        CHECK(shown_name({5, path_unknown, "/tmp/x", ""}) == "/tmp/x");
        CHECK(shown_name({5, violation, "", ""}) == "");
        // Nor does it become unreadable by what else stands in it.
        const ImaEntry wrapped{10, Digest::zero(HashAlg::sha1), "ima-future", {1, 2, 3}, std::endian::little};
        CHECK(with({}, wrapped).reason == violation);
    }

    TEST_CASE("an entry whose template is not known or whose fields are none is not accepted") {
        CHECK(with({}, ima_entry("ima-future", {1, 2, 3})).reason == entry_unreadable);
        CHECK(with({}, ima_entry("ima-ng", {1, 2, 3})).reason == entry_unreadable);
    }

    TEST_CASE("the template is not hashed: a file's entry passed off as a buffer's is found") {
        RuntimeScene scene;
        const Bytes data = ima_fields({ima_digest_of("evil"), ima_name("/tmp/x"), {}});
        scene.entries.push_back(ima_entry("ima-buf", data));
        CHECK(scene.finding().reason == buffer_mismatch);
        // And one of an unknown template, so that nothing of it can be read.
        CHECK(with({}, ima_entry("harmless", data)).reason == entry_unreadable);
    }

    TEST_CASE("a buffer has to be accepted by name and content, and a file of its name is no buffer") {
        CHECK(with({}, ima_buffer("kernel_version", to_bytes("6.2"))).reason == buffer_unknown);
        CHECK(with({}, ima_buffer(".ima", to_bytes("6.1"))).reason == buffer_unknown);
        CHECK(with({}, ima_file("kernel_version", "6.1")).reason == path_unknown);
        CHECK(with({}, ima_buffer("/sbin/init", to_bytes("init"))).reason == buffer_unknown);
    }

    TEST_CASE("a file signed by a key of the policy is accepted whatever its path and content") {
        RuntimeScene scene;
        scene.document.signers = {ec_signer()};
        scene.entries.push_back(signed_file("/opt/new", "ec", HashAlg::sha256));
        scene.entries.push_back(signed_file("/opt/new2", "ec", HashAlg::sha256, "ima"));
        scene.entries.push_back(signed_file("/opt/verity", "verity", HashAlg::sha256, "verity"));
        CHECK(scene.judged().verdict == Verdict::affirming);
        CHECK(scene.state().accepted_by_signature == 3);
        scene.document.signers = {{"vendor", 0x5965b817, test::data("ima-signed/rsa.pub.der")}};
        scene.entries.erase(scene.entries.begin() + 5, scene.entries.end());
        scene.entries.push_back(signed_file("/opt/new", "rsa", HashAlg::sha512));
        CHECK(scene.judged().verdict == Verdict::affirming);
    }

    TEST_CASE("a key id alone accepts nothing: the signature has to be that key's, over that file") {
        RuntimeScene scene;
        scene.document.signers = {ec_signer()};
        Bytes attribute = test::data("ima-signed/ec.xattr");
        const Bytes stolen = ima_fields({ima_digest_of("evil"), ima_name("/tmp/x"), attribute});
        CHECK(with(scene, ima_entry("ima-sig", stolen)).reason == signature_invalid);
        const Bytes made_up =
            ima_fields({ima_digest_of("evil"), ima_name("/tmp/x"), {3, 2, 4, 0x7b, 0x2a, 0x98, 0x7d, 0, 1, 0}});
        CHECK(with(scene, ima_entry("ima-sig", made_up)).reason == signature_invalid);
        // The right signature, but the digest is of another hash than was signed.
        CHECK(with(scene, signed_file("/x", "ec", HashAlg::sha512)).reason == signature_invalid);
        // The key under another id than the signature names.
        scene.document.signers.front().key_id = 1;
        CHECK(with(scene, signed_file("/x", "ec", HashAlg::sha256)).reason == signer_unknown);
        scene.document.signers.clear();
        CHECK(with(scene, signed_file("/x", "ec", HashAlg::sha256)).reason == signer_unknown);
    }

    TEST_CASE("EVM's signature proves nothing of a file's content from a list, and what is no signature is none") {
        RuntimeScene scene;
        scene.document.signers = {ec_signer()};
        Bytes evm = test::data("ima-signed/ec.xattr");
        evm.front() = 5;
        const std::string content = to_text(test::data("ima-signed/program"));
        for (const Bytes& attribute : {evm, Bytes{1, 2, 3}, Bytes()}) {
            const Bytes data = ima_fields({ima_digest_of(content), ima_name("/x"), attribute});
            CHECK(with(scene, ima_entry("ima-sig", data)).reason == path_unknown);
        }
    }

    TEST_CASE("two keys of one id are both tried") {
        RuntimeScene scene;
        scene.document.signers = {{"other", 0x7b2a987d, test::data("ima-signed/rsa.pub.der")}, ec_signer()};
        scene.entries.push_back(signed_file("/opt/new", "ec", HashAlg::sha256));
        CHECK(scene.judged().verdict == Verdict::affirming);
    }

    TEST_CASE("what the policy looks away from is counted, and is no affirmation") {
        RuntimeScene scene;
        scene.document.excludes = {"/var/log/*", "/etc/motd"};
        scene.entries.push_back(ima_file("/var/log/a", "a"));
        scene.entries.push_back(ima_file("/etc/motd", "hello"));
        const RuntimeFinding finding = scene.finding();
        CHECK(finding.reason == entries_excluded);
        CHECK(finding.count == 2);
        CHECK(scene.judged().verdict == Verdict::warning);
        CHECK(scene.state().accepted == 5);
        scene.entries.push_back(ima_buffer("/var/log/key", {1}));
        CHECK(scene.judged().findings.front().reason == buffer_unknown);
        for (const std::string path : {"/var/log", "/var/logs/a", "/etc/motd2", "/x/var/log/a"}) {
            RuntimeScene other = scene;
            other.entries.erase(other.entries.begin() + 5, other.entries.end());
            CHECK(with(other, ima_file(path, "a")).reason == path_unknown);
        }
    }

    TEST_CASE("the agent has to be among the accepted: not excluded, not refused, not a buffer of its name") {
        RuntimeScene scene;
        scene.entries.pop_back();
        CHECK(scene.finding().reason == agent_not_among);
        CHECK(scene.judged().verdict == Verdict::warning);
        RuntimeScene excluded;
        excluded.document.excludes = {"/usr/sbin/*"};
        CHECK(excluded.judged().findings.size() == 2);
        CHECK_FALSE(excluded.state().agent_seen);
        RuntimeScene refused = scene;
        refused.entries.push_back(ima_file("/usr/sbin/assay-agent", "another agent"));
        CHECK_FALSE(refused.state().agent_seen);
        RuntimeScene buffer = scene;
        buffer.document.buffers["/usr/sbin/assay-agent"] = {{false, hash(HashAlg::sha256, Bytes{1})}};
        CHECK(with(buffer, ima_buffer("/usr/sbin/assay-agent", {1})).reason == agent_not_among);
    }

    TEST_CASE("a known IMA policy has to be measured: by default nothing says what the kernel measures") {
        RuntimeScene scene;
        scene.entries.erase(scene.entries.begin() + 2);
        CHECK(scene.finding().reason == ima_policy_unknown);
        CHECK(scene.finding().detail == "none was measured, and the command line asks for none");
        scene.facts.command_line.reset();
        CHECK(scene.finding().reason == ima_policy_unknown);
        CHECK(scene.finding().detail == "none was measured, nor the command line");
        CHECK(scene.judged().verdict == Verdict::warning);
    }

    TEST_CASE("the kernel's own policy exempts file systems, and counts when the command line was measured") {
        RuntimeScene scene;
        scene.entries.erase(scene.entries.begin() + 2);
        scene.facts.command_line = "ima_policy=tcb";
        CHECK(scene.finding().reason == ima_policy_exempts);
        CHECK(scene.finding().detail == "ima_policy=tcb exempts tmpfs and others");
        // A policy that was loaded takes its place.
        RuntimeScene loaded;
        loaded.facts.command_line = "ima_policy=tcb";
        CHECK(loaded.judged().verdict == Verdict::affirming);
    }

    TEST_CASE("a known IMA policy that exempts something says what") {
        RuntimeScene scene;
        const std::string rules = "dont_measure fsmagic=0x01021994\n" + test::whole_ima_policy;
        scene.document.ima_policies.push_back(known_ima_policy("without tmpfs", rules));
        scene.entries.push_back(ima_file("/etc/ima/more", rules));
        scene.document.files["/etc/ima/more"] = {{false, hash(HashAlg::sha256, as_bytes(rules))}};
        CHECK(scene.finding().reason == ima_policy_exempts);
        CHECK(scene.finding().detail == "dont_measure fsmagic=0x01021994");
    }

    TEST_CASE("the rules in force, measured as a buffer, are known by their digest") {
        RuntimeScene scene;
        scene.entries.erase(scene.entries.begin() + 2);
        scene.entries.push_back(ima_buffer("ima_policy_loaded", to_bytes(test::whole_ima_policy)));
        CHECK(scene.judged().verdict == Verdict::affirming);
        scene.document.ima_policies.clear();
        CHECK(scene.judged().findings.size() == 2);
    }

    TEST_CASE("a file of known rules that is not accepted itself is no known policy") {
        RuntimeScene scene;
        scene.entries.erase(scene.entries.begin() + 2);
        scene.entries.push_back(ima_file("/tmp/policy", test::whole_ima_policy));
        CHECK_FALSE(scene.state().ima_policy_seen);
    }

    TEST_CASE("the first entry has to be the hash of the quoted PCRs") {
        RuntimeScene scene;
        scene.entries.front() = ima_file("boot_aggregate", "another boot");
        CHECK(scene.finding().reason == boot_aggregate_unproven);
        CHECK(scene.finding().detail == "other");
        scene.values.clear();
        CHECK(scene.finding().detail == "no_values");
        scene.entries.front() =
            ima_entry("ima-ng", ima_fields({ima_digest("sha256", Bytes(32)), ima_name("boot_aggregate")}));
        CHECK(scene.finding().detail == "zero");
        scene.entries.erase(scene.entries.begin());
        CHECK(scene.finding().detail == "absent");
    }

    TEST_CASE("a file that is named boot_aggregate is a file, wherever it stands behind the first entry") {
        CHECK(with({}, ima_file("boot_aggregate", "evil")).reason == path_unknown);
        CHECK(with({}, ima_violation("boot_aggregate")).reason == violation);
    }

    TEST_CASE("after a kexec that is only claimed, a program named boot_aggregate is a program") {
        RuntimeScene scene;
        const RuntimePolicy policy = policy_of(scene.document);
        RuntimeState state = scene.state();
        after_kexec(state);
        scene.entries.front() = ima_file("boot_aggregate", "evil");
        judge_entries(state, policy, 0, scene.entries, scene.values);
        CHECK(state.refused[static_cast<std::size_t>(path_unknown)] == 1);
        CHECK(judge_runtime(state, scene.facts).verdict == Verdict::contraindicated);
        // And a second one does not take it off again.
        after_kexec(state);
        scene.entries.front() = scene.boot_aggregate();
        judge_entries(state, policy, 0, scene.entries, scene.values);
        CHECK(judge_runtime(state, scene.facts).verdict == Verdict::contraindicated);
    }

    TEST_CASE("a boot_aggregate that was not proven does not become so by a kexec") {
        RuntimeScene scene;
        const RuntimePolicy policy = policy_of(scene.document);
        const ImaEntry right = scene.boot_aggregate();
        scene.entries.front() = ima_file("boot_aggregate", "another boot");
        RuntimeState state = scene.state();
        after_kexec(state);
        scene.entries.front() = right;
        judge_entries(state, policy, 0, scene.entries, scene.values);
        CHECK(state.boot_aggregate == BootAggregate::other);
    }

    TEST_CASE("nothing vouches for a kernel that was started by another: a warning, until the TPM is reset") {
        RuntimeScene carried;
        carried.entries.push_back(carried.boot_aggregate());  // a list carried over the kexec
        CHECK(carried.finding().reason == kernel_replaced);
        CHECK(carried.judged().verdict == Verdict::warning);
        RuntimeScene anew;
        const RuntimePolicy policy = policy_of(anew.document);
        RuntimeState state = anew.state();
        after_kexec(state);
        judge_entries(state, policy, 0, anew.entries, anew.values);
        CHECK(state.agent_seen);
        const RuntimeJudgement out = judge_runtime(state, anew.facts);
        REQUIRE(out.findings.size() == 1);
        CHECK(out.findings.front().reason == kernel_replaced);
    }

    TEST_CASE("a list that no quote covers is never affirmed, whatever stands in it") {
        for (const ImaOutcome outcome :
             {ImaOutcome::list_empty, ImaOutcome::not_extended, ImaOutcome::gap, ImaOutcome::went_back,
              ImaOutcome::changed_entry, ImaOutcome::other_pcr, ImaOutcome::other_boot, ImaOutcome::not_reached}) {
            RuntimeScene scene;
            scene.facts.outcome = outcome;
            CHECK(scene.finding().reason == not_covered);
            CHECK(scene.finding().detail == name(outcome));
            CHECK(scene.judged().verdict == Verdict::contraindicated);
        }
        RuntimeScene kexec;
        kexec.facts.outcome = ImaOutcome::kexec;
        CHECK(kexec.finding().reason == kernel_replaced);
    }

    TEST_CASE("a kernel that measures nothing is not appraised; what was found before stays found") {
        RuntimeScene scene;
        scene.facts.outcome = ImaOutcome::not_measured;
        CHECK(scene.judged().verdict == Verdict::none);
        scene.entries.push_back(ima_file("/tmp/x", "evil"));
        CHECK(scene.judged().verdict == Verdict::contraindicated);
    }

    TEST_CASE("a replay that rests on SHA-1 is said to, and is no affirmation") {
        RuntimeScene scene;
        for (const ImaExtension how : {ImaExtension::padded_sha1, ImaExtension::padded_sha1_only}) {
            scene.facts.replay.extension = how;
            CHECK(scene.finding().reason == weak_hash);
        }
        scene.facts.replay = start_replay(HashAlg::sha1);
        CHECK(scene.finding().detail == "the bank itself");
        CHECK(scene.judged().verdict == Verdict::warning);
    }

    TEST_CASE("entries judged in parts give the state of all at once") {
        RuntimeScene scene;
        scene.entries.push_back(ima_file("/tmp/x", "evil"));
        scene.entries.push_back(ima_violation("/sbin/init"));
        const RuntimePolicy policy = policy_of(scene.document);
        for (std::size_t cut = 0; cut <= scene.entries.size(); ++cut) {
            RuntimeState state = start_runtime(policy);
            const auto all = std::span(scene.entries);
            judge_entries(state, policy, 0, all.first(cut), scene.values);
            judge_entries(state, policy, cut, all.subspan(cut), scene.values);
            CHECK(state == scene.state());
        }
    }

    TEST_CASE("what is kept of refused entries is bounded; their number is not") {
        RuntimeScene scene;
        for (std::size_t i = 0; i < limits::runtime_offences + 5; ++i) {
            scene.entries.push_back(ima_file("/tmp/" + std::string(1000, 'x') + std::to_string(i), "evil"));
        }
        const RuntimeState state = scene.state();
        CHECK(state.offences.size() == limits::runtime_offences);
        CHECK(state.offences.front().entry == 5);
        CHECK(state.offences.front().name.size() == limits::text_bytes);
        CHECK(scene.finding().count == limits::runtime_offences + 5);
    }

    TEST_CASE("after a kexec agent and IMA policy have to be seen again, and what was found stays") {
        RuntimeScene scene;
        scene.entries.push_back(ima_file("/tmp/x", "evil"));
        RuntimeState state = scene.state();
        after_kexec(state);
        const RuntimeJudgement out = judge_runtime(state, scene.facts);
        std::vector<RuntimeReason> reasons;
        for (const RuntimeFinding& one : out.findings) reasons.push_back(one.reason);
        CHECK(reasons == std::vector{path_unknown, ima_policy_unknown, agent_not_among, kernel_replaced});
        const RuntimePolicy policy = policy_of(scene.document);
        scene.entries.pop_back();
        judge_entries(state, policy, 0, scene.entries, scene.values);
        CHECK(judge_runtime(state, scene.facts).findings.size() == 2);
    }

    TEST_CASE("the recorded boot is accepted by what was learned from it, but for what its IMA policy leaves out") {
        RuntimePolicyDocument document;
        document.id = "recorded";
        document.title = "recorded";
        document.agents = {"/sbin/rig-init"};
        const auto entries = test::captured_ima_list();
        REQUIRE(learn_entries(document, entries).has_value());
        const RuntimePolicy policy = policy_of(document);
        RuntimeState state = start_runtime(policy);
        judge_entries(state, policy, 0, entries, test::captured_pcr_values());
        CHECK(state.accepted == 216);
        const RuntimeFacts facts{ImaOutcome::covered, start_replay(HashAlg::sha256), "ima_policy=tcb ima_hash=sha256"};
        const RuntimeJudgement out = judge_runtime(state, facts);
        REQUIRE(out.findings.size() == 1);
        CHECK(out.findings.front().reason == ima_policy_exempts);
        CHECK(out.verdict == Verdict::warning);
    }

    TEST_CASE("every reason has a word of its own and a verdict below affirming") {
        std::set<std::string_view> words;
        for (unsigned i = 0; i <= static_cast<unsigned>(weak_hash); ++i) {
            const auto reason = static_cast<RuntimeReason>(i);
            CHECK_FALSE(word(reason).empty());
            CHECK(words.insert(word(reason)).second);
            CHECK(verdict_of(reason) != Verdict::affirming);
        }
        CHECK(static_cast<std::size_t>(buffer_mismatch) + 1 == entry_reasons);
    }
}

}  // namespace
}  // namespace assay
