// Learning a policy from what a device ran, and from a second one after an update.

#include "collector/verifier/runtime/learn_runtime_policy.hpp"

#include "tests/collector/verifier/runtime/runtime_scene.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

using test::ima_file;

Learned learned(RuntimePolicyDocument& document, const std::vector<ImaEntry>& entries) {
    const auto out = learn_entries(document, entries);
    REQUIRE(out.has_value());
    return *out;
}

TEST_SUITE("learn_runtime_policy") {
    TEST_CASE("files and buffers are learned; the boot's aggregate is not") {
        RuntimePolicyDocument document;
        const std::vector entries = {
            ima_file("boot_aggregate", "x"), ima_file("/bin/a", "a"), ima_file("/bin/a", "a"),
            test::ima_buffer("kernel_version", {1})
        };
        CHECK(learned(document, entries) == Learned{2, 1, 0, 0});
        CHECK(document.files.size() == 1);
        CHECK(document.files.at("/bin/a") == std::set{MeasuredDigest{false, hash(HashAlg::sha256, as_bytes("a"))}});
        CHECK(document.buffers.size() == 1);
    }

    TEST_CASE("what cannot be vouched for is counted and left out") {
        RuntimePolicyDocument document;
        const std::vector entries = {
            test::ima_violation("/var/log/x"),
            test::ima_entry("ima-future", {1}),
            test::ima_entry("ima-buf", test::ima_fields({test::ima_digest_of("file"), test::ima_name("/x"), {}})),
            test::ima_entry("ima-ng", test::ima_fields({test::ima_digest("md5", Bytes(16)), test::ima_name("/x")})),
            ima_file("", "nameless"),
        };
        CHECK(learned(document, entries) == Learned{0, 0, 1, 4});
        CHECK(document.files.empty());
        CHECK(document.buffers.empty());
    }

    TEST_CASE("a package update without a reboot: both contents are accepted until the old one is taken out") {
        test::RuntimeScene scene;
        const std::vector updated = {ima_file("/sbin/init", "init 2"), ima_file("/usr/sbin/assay-agent", "agent 2")};
        for (const ImaEntry& one : updated) scene.entries.push_back(one);
        CHECK(
            scene.judged().findings.front() == RuntimeFinding{RuntimeReason::digest_unknown, 2, "entry 5: /sbin/init"}
        );
        CHECK(learned(scene.document, updated) == Learned{2, 0, 0, 0});
        CHECK(scene.judged().verdict == Verdict::affirming);
        scene.document.files.at("/sbin/init").erase({false, hash(HashAlg::sha256, as_bytes("init"))});
        CHECK(scene.finding() == RuntimeFinding{RuntimeReason::digest_unknown, 1, "entry 1: /sbin/init"});
    }

    TEST_CASE("a learned policy is written and read again as it was") {
        test::RuntimeScene scene;
        scene.entries.push_back(ima_file("/opt/a \"b\"\\\xff\n", "odd"));
        learned(scene.document, scene.entries);
        const auto again = parse_runtime_policy(encode_runtime_policy(scene.document), "written");
        REQUIRE(again.has_value());
        CHECK(*again == scene.document);
    }

    TEST_CASE("more digests for a name than a policy holds are refused, and the name is told") {
        RuntimePolicyDocument document;
        std::vector<ImaEntry> entries;
        for (std::size_t i = 0; i < limits::runtime_digests_per_name; ++i)
            entries.push_back(ima_file("/a", std::to_string(i)));
        CHECK(learned(document, entries).added == limits::runtime_digests_per_name);
        const auto more = learn_entries(document, std::vector{ima_file("/a", "one more")});
        REQUIRE_FALSE(more.has_value());
        CHECK(more.error().message() == "/a: more digests than a policy holds for one name (limit_exceeded)");
    }

    TEST_CASE("more names than a policy holds are refused") {
        RuntimePolicyDocument document;
        for (std::size_t i = 0; i < limits::runtime_policy_names; ++i) document.files[std::to_string(i)];
        CHECK(learned(document, {ima_file("1", "x")}).added == 1);
        CHECK(learn_entries(document, std::vector{ima_file("/new", "x")}).error().where == "files");
    }

    TEST_CASE("rules become a known IMA policy by their digests, with what they exempt") {
        const KnownImaPolicy whole = known_ima_policy("all", test::whole_ima_policy);
        CHECK(whole.exempts.empty());
        REQUIRE(whole.digests.size() == 3);
        CHECK(whole.digests[0].digest == hash(HashAlg::sha256, as_bytes(test::whole_ima_policy)));
        CHECK(known_ima_policy("none", "").exempts.size() == 6);
    }
}

}  // namespace
}  // namespace assay
