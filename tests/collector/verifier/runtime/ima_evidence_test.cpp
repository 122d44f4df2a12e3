#include "collector/verifier/runtime/ima_evidence.hpp"

#include "tests/collector/verifier/measured_scene.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::test;

namespace {

// A device that has run three programs.
struct ImaScene : MeasuredScene {
    ImaScene() {
        for (const char* path : {"/sbin/init", "/bin/sh", "/usr/sbin/assay-agent"})
            entries.push_back(ima_file(path, path));
        list();
    }
    ImaEvidence match(std::uint64_t first, std::size_t count, const std::optional<KnownImaList>& known = {}) {
        const Facts report = facts(first, count);  // makes the segment
        return match_ima_list(report, known, 1, segment);
    }
    KnownImaList known(std::size_t count) const {
        return {1, scene.attest.clock.reset_count, "boot", {count, list_value(count), ImaExtension::own_hash}, true};
    }
};

std::vector<std::string> paths(const ImaEvidence& evidence) {
    std::vector<std::string> out;
    for (const ImaEntry& one : evidence.entries()) out.emplace_back(as_text(one.path()));
    return out;
}

}  // namespace

TEST_SUITE("ima_evidence") {
    TEST_CASE("a list that the quote covers is proven, and known from then on") {
        ImaScene scene;
        const ImaEvidence out = scene.match(0, 4);
        CHECK(out.proven());
        CHECK(out.check().detail == "4 entries");
        CHECK(out.entries().size() == 4);
        CHECK(out.known() == scene.known(4));
        CHECK(out.segment_entries() == 4);
        CHECK(out.entries_of_segment() == 4);
    }

    TEST_CASE("only growth is looked at, and what has not grown changes nothing") {
        ImaScene scene;
        const ImaEvidence grown = scene.match(2, 2, scene.known(2));
        CHECK(grown.proven());
        CHECK(paths(grown) == std::vector<std::string>{"/bin/sh", "/usr/sbin/assay-agent"});
        CHECK(grown.first_entry() == 2);
        CHECK(grown.known() == scene.known(4));
        const ImaEvidence still = scene.match(4, 0, scene.known(4));
        CHECK(still.proven());
        CHECK(still.entries().empty());
        CHECK_FALSE(still.known());
    }

    TEST_CASE("what was measured after the segment is proven by its tail, and comes again") {
        ImaScene scene;
        const ImaEvidence out = scene.match(0, 2);
        CHECK(out.proven());
        CHECK(out.entries().size() == 4);
        CHECK(out.entries_of_segment() == 2);
        CHECK(out.known() == scene.known(2));
        CHECK(out.replay().value == scene.list_value(4));
    }

    TEST_CASE("entries of the tail that the quote does not cover are nobody's word") {
        ImaScene scene;
        scene.put(10, scene.list_value(3));
        const ImaEvidence out = scene.match(0, 2);
        CHECK(out.proven());
        CHECK(out.entries().size() == 3);
    }

    TEST_CASE("a list that is changed, cut, or another boot's does not replay, and the first reason is named") {
        {
            ImaScene scene;
            scene.entries[2] = ima_file("/bin/sh", "another shell");
            const ImaEvidence out = scene.match(0, 4);
            CHECK(out.check().reason == "ima_mismatch");
            CHECK(out.check().outcome == "failed");
            CHECK_FALSE(out.known());
        }
        {
            ImaScene scene;
            scene.entries.erase(scene.entries.begin() + 1);
            CHECK(scene.match(0, 3).check().reason == "ima_mismatch");
        }
        {
            ImaScene scene;  // what was known before is not proven again
            CHECK(scene.match(4, 0, scene.known(3)).check().reason == "ima_mismatch");
        }
        {
            ImaScene scene;
            scene.entries[2] = {
                10, hash(HashAlg::sha1, as_bytes("x")), "ima-ng", to_bytes(scene.entries[2].data()), std::endian::little
            };
            const ImaEvidence out = scene.match(0, 4);
            CHECK(out.check().detail == "changed_entry: entry 2 /bin/sh");
        }
    }

    TEST_CASE("what is no list, and a segment of another length than the statement says, is malformed") {
        ImaScene scene;
        scene.tail = to_bytes("no list");
        CHECK(scene.match(0, 4).check().reason == "ima_malformed");
        ImaScene other;
        const Facts facts = other.facts(0, 4);
        CHECK(
            match_ima_list(facts, {}, 1, ByteView(other.segment).first(other.segment.size() - 1)).check().reason ==
            "ima_malformed"
        );
        CHECK(match_ima_list(facts, {}, 1, ima_bytes(other.entries[0])).check().reason == "ima_malformed");
    }

    TEST_CASE("without a list, without PCR 10 and from a tree nothing is appraised") {
        ImaScene scene;
        Facts facts = scene.facts(0, 4);
        const auto reason = [](const Facts& of) { return match_ima_list(of, {}, 1, {}).check().reason; };
        ReportScene plain;
        CHECK(reason(plain.facts().value()) == "ima_not_sent");
        plain.statement.ima = ImaSpan{"boot", 0, 0, false};
        CHECK(reason(plain.facts().value()) == "ima_not_quoted");
        scene.scene.inventory.replayed = true;
        scene.scene.statement.root = "/srv/tree";
        CHECK(reason(scene.facts(0, 4)) == "replayed");
        ImaScene nothing;
        nothing.entries.clear();
        nothing.list();
        CHECK(nothing.match(0, 0).check().reason == "ima_not_sent");
    }

    TEST_CASE("after a reboot, or under another key, the list begins anew") {
        ImaScene scene;
        KnownImaList before = scene.known(2);
        before.reset_count -= 1;
        CHECK(scene.match(0, 4, before).proven());
        CHECK(scene.match(0, 4, before).begins_anew());
        before = scene.known(2);
        before.generation = 2;
        CHECK(scene.match(0, 4, before).known() == scene.known(4));
        CHECK(scene.match(0, 4, before).begins_anew());
        before = scene.known(2);
        before.replay = {
            2, hash(HashAlg::sha384, as_bytes("x")), ImaExtension::own_hash
        };  // another bank was asked for
        CHECK(scene.match(0, 4, before).proven());
        CHECK(scene.match(0, 4, before).begins_anew());
        CHECK(scene.match(0, 4).begins_anew());
        CHECK_FALSE(scene.match(2, 2, scene.known(2)).begins_anew());
    }

    TEST_CASE("a list longer than a report holds comes in parts, and its end proves all of them") {
        ImaScene scene;
        scene.more = true;
        scene.tail = Bytes();
        const Facts first = scene.facts(0, 2);
        const ImaEvidence part = match_ima_list(first, {}, 1, scene.segment);
        CHECK(part.check().reason == "ima_incomplete");
        REQUIRE(part.known());
        CHECK(part.known()->replay.count == 2);
        CHECK_FALSE(part.known()->proven);
        scene.more = false;
        const ImaEvidence end = scene.match(2, 2, part.known());
        CHECK(end.proven());
        CHECK(end.known() == scene.known(4));
        // A part that was somebody's is found at the end.
        ImaScene lied;
        KnownImaList wrong = *part.known();
        wrong.replay.value = hash(HashAlg::sha256, as_bytes("x"));
        CHECK(lied.match(2, 2, wrong).check().reason == "ima_mismatch");
    }

    TEST_CASE("a list in parts is proven in whichever way the kernel extends, and what runs after it is held to that") {
        using enum ImaExtension;
        for (const ImaExtension how : {own_hash, padded_sha1, padded_sha1_only}) {
            CAPTURE(name(how));
            ImaScene scene;
            scene.entries.insert(scene.entries.begin() + 2, ima_violation("/var/log/wtmp"));
            const auto value = [&scene, how](std::size_t count) {
                ImaReplay out = start_replay(HashAlg::sha256);
                extend(out, std::span(scene.entries).first(count), how);
                return out.value;
            };
            scene.put(10, value(5));
            std::optional<KnownImaList> known;
            scene.more = true;
            for (const std::uint64_t first : {0U, 2U}) {  // with the violation in the second part
                known = scene.match(first, 2, known).known();
                REQUIRE(known);
            }
            scene.more = false;
            const ImaEvidence end = scene.match(4, 1, known);
            CHECK(end.proven());
            REQUIRE(end.known());
            CHECK(end.known()->replay == ImaReplay{5, value(5), how});
            CHECK(end.known()->otherwise.empty());
            const ImaEvidence with_tail = scene.match(4, 0, known);
            REQUIRE(with_tail.known());
            CHECK(with_tail.known()->replay == ImaReplay{4, value(4), how});
        }
    }

    TEST_CASE("a part that brings nothing new changes nothing of what is known") {
        ImaScene scene;
        scene.more = true;
        for (const std::size_t count : {2U, 3U}) {
            const ImaEvidence again = scene.match(0, count, scene.known(3));
            CHECK(again.check().reason == "ima_incomplete");
            CHECK(again.check().detail == "3 entries so far");
            CHECK_FALSE(again.known());
            CHECK_FALSE(again.growth());
        }
    }

    TEST_CASE("of a list that is sent again what is new is told, with its bytes in the segment") {
        ImaScene scene;
        const auto size = [&scene](std::size_t count) {
            return ima_bytes(
                       std::vector(scene.entries.begin(), scene.entries.begin() + static_cast<std::ptrdiff_t>(count))
            )
                .size();
        };
        const ImaEvidence whole = scene.match(0, 4);
        CHECK(whole.begins_anew());
        CHECK(whole.growth() == ImaGrowth{0, 4, 0, size(4)});
        const ImaEvidence again = scene.match(0, 4, scene.known(1));
        CHECK_FALSE(again.begins_anew());
        CHECK(again.growth() == ImaGrowth{1, 3, size(1), size(4) - size(1)});
        CHECK(scene.match(0, 3, scene.known(1)).growth() == ImaGrowth{1, 2, size(1), size(3) - size(1)});
        CHECK_FALSE(scene.match(0, 4, scene.known(4)).growth());
        scene.more = true;
        CHECK(scene.match(0, 3, scene.known(1)).growth() == ImaGrowth{1, 2, size(1), size(3) - size(1)});
    }

    TEST_CASE("what is known in another bank than the quoted one is not known: the list begins anew") {
        ImaScene scene;
        KnownImaList other = scene.known(2);
        other.replay = {2, Digest::zero(HashAlg::sha1), ImaExtension::own_hash};
        const ImaEvidence out = scene.match(0, 4, other);
        CHECK(out.proven());
        CHECK(out.begins_anew());
        CHECK(out.known() == scene.known(4));
    }

    TEST_CASE("a kexec begins the list anew while PCR 10 goes on") {
        ImaScene scene;
        const KnownImaList before = scene.known(4);
        ImaReplay on = before.replay;
        scene.entries = {scene.aggregate(), ima_file("/sbin/init", "/sbin/init")};
        extend(on, scene.entries, ImaExtension::own_hash);
        scene.put(10, on.value);
        const ImaEvidence out = scene.match(0, 2, before);
        CHECK(out.proven());
        CHECK(out.after_kexec());
        CHECK(out.known()->replay.count == 2);
        CHECK(out.known()->replay.value == on.value);
    }

    TEST_CASE("a value of PCR 10 that the device could not read is found along its list, and no other value is") {
        ImaScene scene;
        scene.scene.name_documents();
        const auto sent = [&scene](unsigned without) {
            Report report = scene.scene.report();
            (*report.pcr_values)[HashAlg::sha256].erase(*PcrIndex::from(without));
            return scene.scene.check(report).value();
        };
        const std::span<const ImaEntry> entries(scene.entries);
        AuthenticReport report = sent(10);
        REQUIRE(report.lacks_ima_value());
        CHECK(find_ima_value(report, {}, 1, 0, entries) == scene.list_value(4));
        CHECK(find_ima_value(report, scene.known(2), 1, 2, entries.subspan(2)) == scene.list_value(4));
        CHECK(find_ima_value(report, scene.known(2), 1, 0, entries) == scene.list_value(4));
        KnownImaList in_parts = scene.known(2);  // the first way is another than the kernel's
        in_parts.replay.value = hash(HashAlg::sha256, as_bytes("x"));
        in_parts.proven = false;
        CHECK_FALSE(find_ima_value(report, in_parts, 1, 2, entries.subspan(2)));
        in_parts.otherwise = {scene.known(2).replay};
        CHECK(find_ima_value(report, in_parts, 1, 2, entries.subspan(2)) == scene.list_value(4));
        std::vector elsewhere = scene.entries;  // the entry says it is of another PCR: nothing behind it is proven
        elsewhere[2] = {11, entries[2].stored_digest(), "ima-ng", to_bytes(entries[2].data()), std::endian::little};
        CHECK_FALSE(find_ima_value(report, {}, 1, 0, elsewhere));
        CHECK_FALSE(find_ima_value(report, {}, 1, 0, entries.first(3)));
        CHECK_FALSE(find_ima_value(report, {}, 1, 2, entries.subspan(2)));
        CHECK_FALSE(find_ima_value(report, scene.known(2), 2, 2, entries.subspan(2)));
        const auto verified = verify_quote(std::move(report).with_ima_value(scene.list_value(4)), nullptr);
        CHECK(std::holds_alternative<VerifiedQuote>(verified));
        const auto wrong = verify_quote(sent(10).with_ima_value(scene.list_value(3)), nullptr);
        CHECK(std::get<DeviceFailure>(wrong).reason == Reason::pcr_digest_mismatch);
        const auto without = verify_quote(sent(10), nullptr);
        CHECK(std::get<DeviceFailure>(without).reason == Reason::pcr_values_incomplete);
        CHECK_FALSE(sent(4).lacks_ima_value());
        CHECK_FALSE(scene.scene.check(scene.scene.report()).value().lacks_ima_value());
    }

    TEST_CASE("a segment has to begin where what is known ends, or at the beginning") {
        Statement statement;
        const auto needed = [&statement](std::uint64_t first, const std::optional<KnownImaList>& known) {
            statement.ima = ImaSpan{"boot", first, 0, false};
            return ima_first_needed(statement, known, 1, 7, HashAlg::sha256);
        };
        CHECK_FALSE(ima_first_needed(statement, {}, 1, 7, HashAlg::sha256));
        const KnownImaList known{1, 7, "boot", {4, Digest::zero(HashAlg::sha256), {}}, true};
        CHECK_FALSE(needed(0, {}));
        CHECK_FALSE(needed(0, known));
        CHECK_FALSE(needed(4, known));
        CHECK(needed(3, known) == 4);
        CHECK(needed(5, known) == 4);
        CHECK(needed(4, {}) == 0);
        KnownImaList other = known;
        other.reset_count = 6;
        CHECK(needed(4, other) == 0);
        other = known;
        other.generation = 2;
        CHECK(needed(4, other) == 0);
        CHECK(ima_first_needed(statement, known, 1, 7, HashAlg::sha384) == 0);
    }
}
