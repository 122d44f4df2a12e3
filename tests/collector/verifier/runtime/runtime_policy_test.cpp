// A policy's document, read strictly and written again, and what is looked up in it.

#include "collector/verifier/runtime/runtime_policy.hpp"

#include "base/encoding.hpp"
#include "collector/verifier/runtime/read_runtime_policy.hpp"
#include "evidence/limits.hpp"
#include "tests/support/files.hpp"
#include "tests/support/ima_bytes.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

const std::string zeros(64, '0');
const std::string ones(64, '1');
const std::string key = to_base64url(test::data("ima-signed/ec.pub.der"));

const std::string whole = R"([runtime_policy]
id = "edge"
version = 3
title = "Edge routers"
agents = ["/usr/sbin/assay-agent"]
excludes = ["/var/log/*", "/etc/motd"]

[files]
"/bin/a" = ["sha256:)" + zeros +
                          R"(", "verity:sha256:)" + zeros + R"("]
"/opt/\\xff \"b\"" = ["sha256:)" +
                          ones + R"("]

[buffers]
"kernel_version" = ["sha256:)" +
                          ones + R"("]

[[signers]]
name = "Vendor"
key_id = "7b2a987d"
key = ")" + key + R"("

[[ima_policies]]
name = "all that runs"
digests = ["sha256:)" + zeros +
                          R"("]
exempts = []
)";

std::string refusal(std::string text) {
    const auto policy = read_runtime_policy(text, "p.toml");
    REQUIRE_FALSE(policy.has_value());
    return policy.error().message();
}

// The whole document with something in it replaced.
std::string changed(std::string_view what, std::string_view with) {
    std::string out = whole;
    const std::size_t at = out.find(what);
    REQUIRE(at != std::string::npos);
    return out.replace(at, what.size(), with);
}

MeasuredDigest digest_of(const std::string& hex, bool verity = false) {
    return {verity, *Digest::of(HashAlg::sha256, *from_hex(hex))};
}

TEST_SUITE("runtime_policy") {
    TEST_CASE("a document is read, and its text made again is the same") {
        const auto document = parse_runtime_policy(whole, "p.toml");
        REQUIRE(document.has_value());
        CHECK(encode_runtime_policy(*document) == whole);
        const auto policy = read_runtime_policy(whole, "p.toml");
        REQUIRE(policy.has_value());
        CHECK(document->id == "edge");
        CHECK(document->version == 3);
        CHECK(policy->title() == "Edge routers");
        CHECK(policy->sha256() == sha256(whole));
    }

    TEST_CASE("files are looked up by path and digest together") {
        const auto policy = read_runtime_policy(whole, "p.toml");
        REQUIRE(policy.has_value());
        CHECK(policy->files().accepts(as_bytes("/bin/a"), digest_of(zeros)));
        CHECK(policy->files().accepts(as_bytes("/bin/a"), digest_of(zeros, true)));
        CHECK(policy->files().accepts(as_bytes("/opt/\xff \"b\""), digest_of(ones)));
        CHECK_FALSE(policy->files().accepts(as_bytes("/bin/a"), digest_of(ones)));
        CHECK_FALSE(policy->files().accepts(as_bytes("/opt/\xff \"b\""), digest_of(ones, true)));
        CHECK_FALSE(policy->files().accepts(as_bytes("kernel_version"), digest_of(ones)));
        CHECK(policy->buffers().accepts(as_bytes("kernel_version"), digest_of(ones)));
        CHECK(policy->files().knows(as_bytes("/bin/a")));
        CHECK_FALSE(policy->files().knows(as_bytes("/bin/")));
        CHECK(policy->is_agent(as_bytes("/usr/sbin/assay-agent")));
        CHECK_FALSE(policy->is_agent(as_bytes("/usr/sbin/assay")));
        CHECK(policy->ima_policy(digest_of(zeros))->name == "all that runs");
        CHECK(policy->ima_policy(digest_of(ones)) == nullptr);
    }

    TEST_CASE("many files whose digests begin alike are all found, and no other") {
        DigestsByName accepted;
        for (unsigned i = 0; i < 300; ++i) {
            Bytes value(32, 7);
            value[31] = static_cast<std::uint8_t>(i);
            accepted["/f" + std::to_string(i)] = {{false, *Digest::of(HashAlg::sha256, value)}};
        }
        const AcceptedDigests digests(accepted);
        for (const auto& [name, one] : accepted) {
            CHECK(digests.accepts(as_bytes(name), *one.begin()));
            CHECK_FALSE(digests.accepts(as_bytes(name + "x"), *one.begin()));
        }
        CHECK_FALSE(digests.accepts(as_bytes("/f0"), *accepted.at("/f1").begin()));
    }

    TEST_CASE("an empty policy accepts nothing") {
        const auto policy = read_runtime_policy("[runtime_policy]\nid=\"a\"\nversion=1\ntitle=\"t\"\n", "p.toml");
        REQUIRE(policy.has_value());
        CHECK_FALSE(policy->files().accepts(as_bytes("/bin/a"), digest_of(zeros)));
        CHECK_FALSE(policy->excludes(as_bytes("/bin/a")));
        CHECK_FALSE(policy->is_agent(as_bytes("/bin/a")));
    }

    TEST_CASE("a mistake is told with line, column and field") {
        CHECK(refusal(changed("version = 3", "version = 0")).starts_with("p.toml:3:1: runtime_policy.version: "));
        CHECK(refusal(changed("title", "titel")).starts_with("p.toml:1:2: runtime_policy.title: "));
        CHECK(refusal(changed("sha256:" + zeros, "sha256:" + zeros.substr(1))).starts_with("p.toml:9:1: files./bin/a: ")
        );
        CHECK(refusal(changed("sha256:" + zeros, "md5:" + zeros)).starts_with("p.toml:9:1: files./bin/a: "));
        CHECK(refusal(changed("sha256:" + zeros, zeros)).starts_with("p.toml:9:1: files./bin/a: "));
        CHECK(
            refusal(changed("sha256:" + zeros, "sha256:" + std::string(64, 'A'))).find("files./bin/a") !=
            std::string::npos
        );
        CHECK(refusal(changed("7b2a987d", "7b2a987")).find("signers[0].key_id") != std::string::npos);
        CHECK(refusal(changed("7b2a987d", "7B2A987D")).find("signers[0].key_id") != std::string::npos);
        CHECK(refusal(changed(key, key.substr(0, 40))).starts_with("p.toml:18:1: signers[0].key: "));
        CHECK(refusal(changed("exempts = []\n", "")).find("ima_policies[0].exempts: missing") != std::string::npos);
        CHECK(refusal("[runtime_policy\n").starts_with("p.toml:1:"));
    }

    TEST_CASE("what stands twice is refused: a path, a digest, a key, a name of the agent, rules of two policies") {
        CHECK(refusal(changed("[buffers]", "\"/bin/a\" = [\"sha256:" + ones + "\"]\n[buffers]")).starts_with("p.toml:")
        );
        CHECK(
            refusal(changed("verity:sha256:" + zeros, "sha256:" + zeros)).find("a digest stands twice") !=
            std::string::npos
        );
        const std::string signer = whole.substr(whole.find("[[signers]]"), whole.find("[[ima_p") - whole.find("[[sig"));
        CHECK(refusal(whole + signer).find("signers[1].key: stands twice") != std::string::npos);
        CHECK(
            refusal(whole + whole.substr(whole.find("[[ima_p"))).find("ima_policies[1].digests: stands in another") !=
            std::string::npos
        );
        CHECK(
            refusal(changed("\"/usr/sbin/assay-agent\"", "\"/a\", \"/a\"")).find("agents: a name stands twice") !=
            std::string::npos
        );
    }

    TEST_CASE("a name has one text: bytes that need no escape have none, and those that do have one") {
        CHECK(name_text(as_bytes("/a b\\\xc3\xa4\n")) == "/a b\\x5c\\xc3\\xa4\\x0a");
        CHECK(*parse_name_text("/a b\\x5c\\xc3\\xa4\\x0a", "n") == "/a b\\\xc3\xa4\n");
        for (const std::string text : {"\\", "\\x", "\\x4", "\\x61", "\\y00", "\\x5C", "\xc3\xa4", "a\\xg0"}) {
            CAPTURE(text);
            CHECK(parse_name_text(text, "n").error().code == Errc::bad_encoding);
        }
        CHECK(refusal(changed("/bin/a", "/bin/\\\\x61")).find("files./bin/\\x61") != std::string::npos);
        CHECK(refusal(changed("\"/bin/a\"", "\"\"")).find("a name has 1 to 4096 bytes") != std::string::npos);
    }

    TEST_CASE("an exclusion is a path or the beginning of paths, never everything") {
        const auto with = [](const std::string& pattern) {
            return read_runtime_policy(changed("/var/log/*", pattern), "p.toml").has_value();
        };
        for (const std::string pattern : {"/a", "/a*", "/a/*", "/a b"}) CHECK(with(pattern));
        for (const std::string pattern : {"/*", "*", "a", "a*", "/a*b", "/a**", "/*a"}) CHECK_FALSE(with(pattern));
    }

    TEST_CASE("lists at their limits are read, and one more is refused") {
        const auto numbered = [](std::size_t count, const std::string& begin, const std::string& end) {
            std::string out;
            for (std::size_t i = 0; i < count; ++i) out += begin + std::to_string(1000 + i) + end;
            return out;
        };
        const auto fits = [](const std::string& text) {
            const auto read = read_runtime_policy(text, "p.toml");
            if (!read) CHECK(read.error().code == Errc::limit_exceeded);
            return read.has_value();
        };
        const auto excludes = [&](std::size_t count) {
            return changed("\"/var/log/*\", ", numbered(count, "\"/", "\","));
        };
        CHECK(fits(excludes(limits::runtime_excludes - 1)));
        CHECK_FALSE(fits(excludes(limits::runtime_excludes)));
        const auto agents = [&](std::size_t count) {
            return changed("\"/usr/sbin/assay-agent\"", numbered(count, "\"/", "\","));
        };
        CHECK(fits(agents(limits::runtime_agents)));
        CHECK_FALSE(fits(agents(limits::runtime_agents + 1)));
        const auto digests = [&](std::size_t count) {
            return changed(
                "[\"sha256:" + zeros + "\", \"verity:sha256:" + zeros + "\"]",
                "[" + numbered(count, "\"sha256:" + zeros.substr(4), "\",") + "]"
            );
        };
        CHECK(fits(digests(limits::runtime_digests_per_name)));
        CHECK_FALSE(fits(digests(limits::runtime_digests_per_name + 1)));
        const auto policies = [&](std::size_t count) {
            return whole +
                   numbered(
                       count, "[[ima_policies]]\nname=\"n\"\nexempts=[]\ndigests=[\"sha256:" + zeros.substr(4), "\"]\n"
                   );
        };
        CHECK(fits(policies(limits::runtime_ima_policies - 1)));
        CHECK_FALSE(fits(policies(limits::runtime_ima_policies)));
        const std::string longest(limits::ima_path_bytes, 'p');
        CHECK(fits(changed("/bin/a", longest)));
        CHECK_FALSE(fits(changed("/bin/a", longest + "p")));
    }
}

}  // namespace
}  // namespace assay
