// Replaying IMA's list: the recorded one into the PCRs of its boot in three banks, and every way in which a list may
// not be what a quote covers.

#include "evidence/runtime/ima_replay.hpp"

#include "tests/support/captured_boot.hpp"
#include "tests/support/ima_bytes.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

using test::ima_file;
using test::ima_violation;

using test::captured_ima_list;
using test::captured_pcr;
using test::captured_pcr_values;

// The value of PCR 10 after these entries.
Digest value_after(
    std::span<const ImaEntry> entries, HashAlg bank = HashAlg::sha256, ImaExtension how = ImaExtension::own_hash
) {
    ImaReplay replay = start_replay(bank);
    extend(replay, entries, how);
    return replay.value;
}

ImaMatch match_from_start(std::span<const ImaEntry> entries, const Digest& quoted, const PcrValues& values = {}) {
    return match_quote(start_replay(quoted.alg()), {0, entries}, quoted, values);
}

std::vector<ImaEntry> small_list() {
    return {
        ima_file("boot_aggregate", "pcrs"), ima_file("/sbin/init", "init"), ima_violation("/var/log/wtmp"),
        test::ima_buffer("kernel_version", to_bytes("6.1")), ima_file("/usr/sbin/assay-agent", "agent")
    };
}

std::vector<ImaEntry> without_violation() {
    auto out = small_list();
    out.erase(out.begin() + 2);
    return out;
}

// As `one`, but PCR, stored digest, template name or data of another.
ImaEntry with_pcr(const ImaEntry& one, std::uint32_t pcr) {
    return {pcr, one.stored_digest(), one.template_name(), to_bytes(one.data()), std::endian::little};
}
ImaEntry with_data(const ImaEntry& one, Bytes data) {
    return {one.pcr(), one.stored_digest(), one.template_name(), std::move(data), std::endian::little};
}
ImaEntry with_stored(const ImaEntry& one, const Digest& stored) {
    return {one.pcr(), stored, one.template_name(), to_bytes(one.data()), std::endian::little};
}

TEST_SUITE("ima_replay") {
    TEST_CASE("the recorded list replays to PCR 10 of its boot with SHA-1 and SHA-256") {
        const auto entries = captured_ima_list();
        for (const HashAlg bank : {HashAlg::sha1, HashAlg::sha256}) {
            CAPTURE(name(bank));
            const ImaMatch match = match_from_start(entries, captured_pcr(bank, ima_pcr), captured_pcr_values());
            CHECK(match.outcome == ImaOutcome::covered);
            CHECK(match.covered == 216);
            CHECK(match.after.count == 216);
            CHECK(match.after.value == captured_pcr(bank, ima_pcr));
            CHECK(match.after.extension == ImaExtension::own_hash);
        }
    }

    TEST_CASE("TRAP 1: a bank whose hash the kernel had as a module holds padded SHA-1, and the match says so") {
        const auto entries = captured_ima_list();
        const Digest quoted = captured_pcr(HashAlg::sha384, ima_pcr);
        const ImaMatch match = match_from_start(entries, quoted);
        CHECK(match.outcome == ImaOutcome::covered);
        CHECK(match.covered == 216);
        CHECK(match.after.extension == ImaExtension::padded_sha1);
        CHECK(value_after(entries, HashAlg::sha384) != quoted);
    }

    TEST_CASE("TRAP 2: the list has grown after the quote, and its shortest beginning is what the quote covers") {
        const auto entries = captured_ima_list();
        for (const std::size_t covered : {1U, 2U, 100U, 215U}) {
            const Digest quoted = value_after(std::span(entries).first(covered));
            const ImaMatch match = match_from_start(entries, quoted);
            CHECK(match.outcome == ImaOutcome::covered);
            CHECK(match.covered == covered);
            CHECK(match.after.count == covered);
        }
    }

    TEST_CASE("TRAP 3: a violation is zeros in the list and ones in the PCR, in each way of extending") {
        const std::vector list = {ima_file("boot_aggregate", "x"), ima_violation("/log")};
        const Digest first = hash(HashAlg::sha256, {Bytes(32), hash(HashAlg::sha256, list[0].data()).bytes()});
        CHECK(value_after(list) == hash(HashAlg::sha256, {first.bytes(), Bytes(32, 0xff)}));
        const Digest sha1 = hash(HashAlg::sha1, list[0].data());
        const Digest padded = hash(HashAlg::sha256, {Bytes(32), sha1.bytes(), Bytes(12)});
        CHECK(
            value_after(list, HashAlg::sha256, ImaExtension::padded_sha1) ==
            hash(HashAlg::sha256, {padded.bytes(), Bytes(32, 0xff)})
        );
        CHECK(
            value_after(list, HashAlg::sha256, ImaExtension::padded_sha1_only) ==
            hash(HashAlg::sha256, {padded.bytes(), Bytes(20, 0xff), Bytes(12)})
        );
    }

    TEST_CASE("each way of extending is found by itself, in every bank, and kept to from then on") {
        const auto list = small_list();
        using enum ImaExtension;
        for (const HashAlg bank : {HashAlg::sha256, HashAlg::sha384, HashAlg::sha512}) {
            for (const ImaExtension how : {own_hash, padded_sha1, padded_sha1_only}) {
                CAPTURE(name(how));
                const ImaMatch match = match_from_start(list, value_after(list, bank, how));
                CHECK(match.outcome == ImaOutcome::covered);
                CHECK(match.after.extension == how);
            }
        }
        // A kernel that was seen to have the hash does not come to lack it.
        const auto first = std::span(list).first(2);
        const ImaMatch own = match_from_start(first, value_after(first));
        ImaReplay other = own.after;
        extend(other, std::span(list).subspan(2), padded_sha1);
        CHECK(match_quote(own.after, {0, list}, other.value, {}).outcome == ImaOutcome::not_reached);
    }

    TEST_CASE("which violations a padding kernel extends shows with the first violation, not before") {
        const auto list = small_list();
        const auto first = std::span(list).first(2);
        const ImaReplay before =
            match_from_start(first, value_after(first, HashAlg::sha256, ImaExtension::padded_sha1)).after;
        CHECK(before.extension == ImaExtension::padded_sha1);
        const Digest old_kernel = value_after(list, HashAlg::sha256, ImaExtension::padded_sha1_only);
        const ImaMatch match = match_quote(before, {0, list}, old_kernel, {});
        CHECK(match.outcome == ImaOutcome::covered);
        CHECK(match.after.extension == ImaExtension::padded_sha1_only);
    }

    TEST_CASE("a wanted value is reached by the shortest beginning, and an entry of another PCR ends the search") {
        auto list = small_list();
        const ImaReplay start = start_replay(HashAlg::sha256);
        const auto reached = [&](const Digest& wanted) {
            return reach(start, list, [&wanted](const Digest& value) { return value == wanted; });
        };
        using enum ImaExtension;
        for (const ImaExtension how : {own_hash, padded_sha1, padded_sha1_only}) {
            const Digest wanted = value_after(std::span(list).first(4), HashAlg::sha256, how);
            const auto found = reached(wanted);
            REQUIRE(found);
            CHECK(found->entries == 4);
            CHECK(found->value == wanted);
            CHECK(found->extension == how);
        }
        CHECK(reached(start.value)->entries == 0);
        CHECK_FALSE(reached(value_after(without_violation())));
        const Digest wanted = value_after(list);
        list[3] = with_pcr(list[3], 11);
        CHECK_FALSE(reached(wanted));
    }

    TEST_CASE("what is known of a replay says in which ways it may go on") {
        using enum ImaExtension;
        ImaReplay replay = start_replay(HashAlg::sha256);
        CHECK(possible_extensions(replay) == std::vector{own_hash, padded_sha1, padded_sha1_only});
        replay.extension = padded_sha1;
        CHECK(possible_extensions(replay) == std::vector{padded_sha1, padded_sha1_only});
        replay.extension = padded_sha1_only;
        CHECK(possible_extensions(replay) == std::vector{padded_sha1_only});
        CHECK(possible_extensions(start_replay(HashAlg::sha1)) == std::vector{own_hash});
    }

    TEST_CASE("a replay goes on from where the last one ended, with the rest of the list alone or with all of it") {
        const auto list = small_list();
        const ImaReplay half = match_from_start(list, value_after(std::span(list).first(2))).after;
        CHECK(half.count == 2);
        for (const std::uint64_t from : {0U, 1U, 2U}) {
            const ImaSegment segment{from, std::span(list).subspan(from)};
            const ImaMatch match = match_quote(half, segment, value_after(list), {});
            CHECK(match.outcome == ImaOutcome::covered);
            CHECK(match.first == 2 - from);
            CHECK(match.covered == 3);
            CHECK(match.after.count == 5);
        }
        const ImaMatch nothing_new = match_quote(half, {2, {}}, half.value, {});
        CHECK(nothing_new.outcome == ImaOutcome::covered);
        CHECK(nothing_new.covered == 0);
        CHECK(nothing_new.after == half);
    }

    TEST_CASE("no list at all: nothing measured when PCR 10 is zero, and a list kept back when it is not") {
        CHECK(match_from_start({}, Digest::zero(HashAlg::sha256)).outcome == ImaOutcome::not_measured);
        CHECK(match_from_start({}, value_after(small_list())).outcome == ImaOutcome::list_empty);
    }

    TEST_CASE("a list before a PCR 10 that is zero is no proof: a bank that is never extended replays to nothing") {
        const ImaMatch match = match_from_start(small_list(), Digest::zero(HashAlg::sha256));
        CHECK(match.outcome == ImaOutcome::not_extended);
        CHECK_FALSE(match.proven());
        CHECK(match.covered == 0);
        CHECK(match.after == start_replay(HashAlg::sha256));
    }

    TEST_CASE("a list that begins behind what was replayed leaves a gap") {
        const auto list = small_list();
        const ImaMatch match = match_quote(start_replay(HashAlg::sha256), {1, list}, value_after(list), {});
        CHECK(match.outcome == ImaOutcome::gap);
        CHECK(match.after == start_replay(HashAlg::sha256));
    }

    TEST_CASE("a list shorter than what was replayed went back") {
        const auto list = small_list();
        const ImaReplay all = match_from_start(list, value_after(list)).after;
        const auto shorter = std::span(list).first(3);
        const ImaMatch match = match_quote(all, {0, shorter}, value_after(shorter), {});
        CHECK(match.outcome == ImaOutcome::went_back);
        CHECK(match.after == all);
        CHECK(match_quote(all, {0, {}}, value_after(shorter), {}).outcome == ImaOutcome::went_back);
    }

    TEST_CASE("the list of another boot is told by its boot_aggregate, given the PCRs") {
        auto list = captured_ima_list();
        const Digest other_quote = value_after(small_list());
        CHECK(match_from_start(list, other_quote).outcome == ImaOutcome::not_reached);
        PcrValues values = captured_pcr_values();
        CHECK(match_from_start(list, other_quote, values).outcome == ImaOutcome::not_reached);
        values[HashAlg::sha256].insert_or_assign(*PcrIndex::from(4), Digest::zero(HashAlg::sha256));
        CHECK(match_from_start(list, other_quote, values).outcome == ImaOutcome::other_boot);
    }

    TEST_CASE("kexec: PCR 10 goes on while the list begins anew with another boot_aggregate") {
        const auto before = small_list();
        const ImaReplay known = match_from_start(before, value_after(before)).after;
        const std::vector fresh = {ima_file("boot_aggregate", "other pcrs"), ima_file("/sbin/init", "new")};
        ImaReplay on = known;
        extend(on, fresh, ImaExtension::own_hash);
        const ImaMatch match = match_quote(known, {0, fresh}, on.value, {});
        CHECK(match.outcome == ImaOutcome::kexec);
        CHECK(match.covered == 2);
        CHECK(match.after.count == 2);
        CHECK(match.after.value == on.value);
        // From there on it is a list as any other.
        auto longer = fresh;
        longer.push_back(ima_file("/bin/x", "x"));
        extend(on, std::span(longer).subspan(2), ImaExtension::own_hash);
        CHECK(match_quote(match.after, {0, longer}, on.value, {}).covered == 1);
        // A list that does not begin with a boot_aggregate is no new kernel's.
        const std::vector headless = {ima_file("/sbin/init", "new")};
        ImaReplay without = known;
        extend(without, headless, ImaExtension::own_hash);
        CHECK(match_quote(known, {0, headless}, without.value, {}).outcome == ImaOutcome::went_back);
        // What ran between the last report and the kexec is in PCR 10 and in no list any more.
        ImaReplay lost = known;
        extend(lost, std::vector{ima_file("/bin/lost", "lost")}, ImaExtension::own_hash);
        extend(lost, fresh, ImaExtension::own_hash);
        CHECK_FALSE(match_quote(known, {0, fresh}, lost.value, {}).proven());
    }

    TEST_CASE("kexec with the list carried over: it goes on, with a second boot_aggregate in it") {
        auto list = small_list();
        list.push_back(ima_file("boot_aggregate", "other pcrs"));
        const ImaMatch match = match_from_start(list, value_after(list));
        CHECK(match.outcome == ImaOutcome::covered);
        CHECK(match.covered == list.size());
    }

    TEST_CASE("every bit of template data and stored digest counts: one flipped is named by its entry") {
        const auto list = small_list();
        const Digest quoted = value_after(list);
        for (std::size_t i = 0; i < list.size(); ++i) {
            CAPTURE(i);
            for (std::size_t bit = 0; bit < 8 * list[i].data().size(); ++bit) {
                auto changed = list;
                Bytes data = to_bytes(list[i].data());
                data[bit / 8] = static_cast<std::uint8_t>(data[bit / 8] ^ (1U << (bit % 8)));
                changed[i] = with_data(list[i], data);
                const ImaMatch match = match_from_start(changed, quoted);
                if (list[i].violation()) {
                    REQUIRE(match.outcome == ImaOutcome::covered);  // a violation's data is in no hash
                    continue;
                }
                REQUIRE(match.outcome == ImaOutcome::changed_entry);
                REQUIRE(match.at == i);
                REQUIRE(match.covered == 0);
            }
            for (std::size_t bit = 0; bit < 160; ++bit) {
                auto changed = list;
                Bytes stored = to_bytes(list[i].stored_digest().bytes());
                stored[bit / 8] = static_cast<std::uint8_t>(stored[bit / 8] ^ (1U << (bit % 8)));
                changed[i] = with_stored(list[i], *Digest::of(HashAlg::sha1, stored));
                const ImaMatch match = match_from_start(changed, quoted);
                REQUIRE(match.outcome == ImaOutcome::changed_entry);
                REQUIRE(match.at == i);
            }
        }
    }

    TEST_CASE("swapped data, with its digest set right: the quote is not reached, though no entry contradicts itself") {
        auto list = without_violation();
        const Digest quoted = value_after(list);
        list[1] = ima_file("/sbin/init", "another init");
        CHECK(match_from_start(list, quoted).outcome == ImaOutcome::not_reached);
        list = without_violation();
        std::swap(list[1], list[2]);
        CHECK(match_from_start(list, quoted).outcome == ImaOutcome::not_reached);
        list = without_violation();
        list.erase(list.begin() + 1);
        CHECK(match_from_start(list, quoted).outcome == ImaOutcome::not_reached);
    }

    TEST_CASE("a violation hidden as a measurement, and a measurement passed off as a violation, do not match") {
        auto list = small_list();
        const Digest quoted = value_after(list);
        list[2] = ima_file("/var/log/wtmp", "harmless");
        CHECK(match_from_start(list, quoted).outcome == ImaOutcome::not_reached);
        list = small_list();
        list[1] = ima_violation("/sbin/init");
        CHECK_FALSE(match_from_start(list, quoted).proven());
    }

    TEST_CASE("the PCR of an entry is not hashed: one moved to another PCR is named, and proves nothing") {
        auto list = small_list();
        const Digest quoted = value_after(list);
        list[3] = with_pcr(list[3], 11);
        const ImaMatch match = match_from_start(list, quoted);
        CHECK(match.outcome == ImaOutcome::other_pcr);
        CHECK(match.at == 3);
        // Nor does one slipped in that PCR 10 never saw.
        list = small_list();
        list.insert(list.begin() + 2, with_pcr(ima_file("/usr/sbin/assay-agent", "made up"), 12));
        CHECK(match_from_start(list, quoted).outcome == ImaOutcome::other_pcr);
    }

    TEST_CASE("the template ima is hashed with its name padded to 256 bytes") {
        const Bytes data = legacy_ima_data(Bytes(20, 0xaa), as_bytes("/init"));
        const std::vector list = {test::ima_entry("ima", data)};
        const Digest of_data = hash(HashAlg::sha1, {Bytes(20, 0xaa), as_bytes("/init"), Bytes(251)});
        CHECK(value_after(list, HashAlg::sha1) == hash(HashAlg::sha1, {Bytes(20), of_data.bytes()}));
        CHECK(match_from_start(list, value_after(list, HashAlg::sha1)).outcome == ImaOutcome::covered);
    }

    TEST_CASE("a template that is not known replays by its data") {
        const std::vector list = {test::ima_entry("ima-future", {1, 2, 3})};
        CHECK(match_from_start(list, value_after(list)).outcome == ImaOutcome::covered);
    }
}

}  // namespace
}  // namespace assay
