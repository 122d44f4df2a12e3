// Every captured event log, those of machines that are not part of the tree among them: replayed, and compared event by
// event and PCR by PCR with what tpm2_eventlog printed; the one of the virtual machine against its TPM's own PCRs.

#include "base/encoding.hpp"
#include "evidence/boot/event_log.hpp"
#include "evidence/boot/replay.hpp"
#include "tests/support/captured_boot.hpp"
#include "tests/support/captures.hpp"
#include "tests/support/eventlog_oracle.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <set>

namespace assay {
namespace {

const std::string own_log = "vm-measured-boot/tpm/binary_bios_measurements";

EventLog decoded(Bytes bytes) {
    auto log = decode_event_log(std::move(bytes));
    REQUIRE_MESSAGE(log.has_value(), (log ? "" : log.error().message()));
    return *std::move(log);
}

// Where tpm2_eventlog 5.4 is known to depart from the profile: it begins PCR 0 with zeros whatever the StartupLocality,
// and extends the zeros of EV_NO_ACTION events behind the header.
std::set<unsigned> departures(const EventLog& log, const Replay& replayed) {
    std::set<unsigned> out;
    if (replayed.locality != 0) out.insert(0);
    for (std::size_t i = 1; i < log.events().size(); ++i) {
        if (!log.events()[i].extends()) out.insert(log.events()[i].pcr);
    }
    return out;
}

void check_events(const EventLog& log, const test::EventLogOracle& oracle) {
    REQUIRE(log.events().size() == oracle.events.size());
    for (std::size_t i = 0; i < oracle.events.size(); ++i) {
        CAPTURE(i);
        const LogEvent& event = log.events()[i];
        const test::OracleEvent& expected = oracle.events[i];
        CHECK(event.pcr == expected.pcr);
        // A number that the tool has no name for is told in its own way.
        if (expected.type.starts_with("EV_")) CHECK(name(event.type.shown()) == expected.type);
        CHECK(event.data.shown().size() == expected.size);
        std::map<std::string, std::string> digests;
        for (const LogDigest& one : log.digests(event)) digests[name(log.banks()[one.bank])] = to_hex(one.value);
        if (digests.empty()) digests[""] = to_hex(log.header_digest());
        CHECK(digests == expected.digests);
    }
}

void check_pcrs(const EventLog& log, const Replay& replayed, const test::EventLogOracle& oracle) {
    const std::set<unsigned> departs = departures(log, replayed);
    for (const ReplayedBank& bank : replayed.banks) {
        CAPTURE(name(bank.bank));
        std::map<unsigned, std::string> ours;
        for (unsigned pcr = 0; pcr < 24; ++pcr) {
            const PcrIndex index = *PcrIndex::from(pcr);
            if (bank.extends(index) && !departs.contains(pcr)) ours[pcr] = to_hex(bank.value(index).bytes());
        }
        std::map<unsigned, std::string> theirs;
        if (const auto found = oracle.pcrs.find(std::string(name(bank.bank))); found != oracle.pcrs.end()) {
            theirs = found->second;
        }
        for (const unsigned pcr : departs) theirs.erase(pcr);
        CHECK(ours == theirs);
    }
}

std::string replayed_pcr(const Replay& replayed, HashAlg bank, unsigned pcr) {
    return to_hex(replayed.bank(bank)->value(*PcrIndex::from(pcr)).bytes());
}

// As tpm2_eventlog replays a PCR: with its departures.
std::string replayed_by_tool(const EventLog& log, HashAlg bank, unsigned pcr) {
    Bytes value(digest_size(bank));
    for (const LogEvent& event : log.events().subspan(1)) {
        if (event.pcr != pcr) continue;
        for (const LogDigest& one : log.digests(event)) {
            if (log.banks()[one.bank].hash != bank) continue;
            value.insert(value.end(), one.value.begin(), one.value.end());
            const Digest extended = hash(bank, value);
            value.assign(extended.bytes().begin(), extended.bytes().end());
        }
    }
    return to_hex(value);
}

TEST_SUITE("event log captures") {
    TEST_CASE("a virtual machine's log replays to the PCRs of its TPM in all three banks") {
        const EventLog log = decoded(test::data(own_log));
        CHECK(log.events().size() == 49);
        CHECK(log.flaws().empty());
        const Replay replayed = replay(log).value();
        REQUIRE(replayed.banks.size() == 3);
        for (const ReplayedBank& bank : replayed.banks) {
            CAPTURE(name(bank.bank));
            const auto compared = compare(replayed, {bank.bank, 0xffffff}, test::captured_pcr_values()).value();
            CHECK(compared.firmware_holds());
            CHECK(compared.differs == 0);
            CHECK(compared.equal == 0x43ff);           // PCRs 0 to 9 and 14
            CHECK(compared.unexplained == 1U << 10U);  // IMA's
            CHECK(compared.untouched == 0xffb800);
        }
    }

    TEST_CASE("a captured log is encoded to the same bytes") {
        const Bytes bytes = test::data(own_log);
        CHECK(encode_event_log(decoded(bytes)) == bytes);
    }

    TEST_CASE("every captured log replays, and is what tpm2_eventlog prints, but where that departs from the profile") {
        if (!test::capture("event-logs/arch-linux.bin")) return;
        unsigned with_oracle = 0;
        for (const auto& entry : std::filesystem::directory_iterator(test::captures_root() + "/event-logs")) {
            if (entry.path().extension() != ".bin") continue;
            CAPTURE(entry.path().filename().string());
            const Bytes bytes = test::read_file(entry.path().string());
            const EventLog log = decoded(bytes);
            CHECK(log.fatal_flaw() == nullptr);
            CHECK(encode_event_log(log) == bytes);
            const Replay replayed = replay(log).value();
            auto beside = entry.path();
            beside.replace_extension(".yaml");
            if (!std::filesystem::exists(beside)) continue;
            ++with_oracle;
            const test::EventLogOracle oracle = test::read_oracle(to_text(test::read_file(beside.string())));
            check_events(log, oracle);
            check_pcrs(log, replayed, oracle);
        }
        CHECK(with_oracle > 0);
    }

    TEST_CASE("where tpm2_eventlog departs from the profile: each captured log and PCR, with both values") {
        struct Departure {
            const char* log;
            unsigned pcr;
            HashAlg bank;
            const char* theirs;  // tpm2_eventlog 5.4
            const char* ours;
            const char* why;
        };
        const Departure table[] = {
            {"lenovo-boot-guard", 0, HashAlg::sha1, "ab3e9fd3b9b9911a2496db14911214f7fd0a115c",
             "78f3e576d5da8873860e557535d181f4a37e2963", "StartupLocality 3"},
            {"lenovo-boot-guard", 0, HashAlg::sha256,
             "1877eacbf0290c67521de489ae1ca5d04de12150e522f472f3fb3daeb35e8e43",
             "0ee9a7feba8f4172f1a7451594aa5731665a4d353ac61814042ce107a00742f2", "StartupLocality 3"},
        };
        for (const Departure& one : table) {
            CAPTURE(one.log);
            CAPTURE(one.why);
            const auto bytes = test::capture("event-logs/" + std::string(one.log) + ".bin");
            if (!bytes) return;
            const EventLog log = decoded(*bytes);
            const Replay replayed = replay(log).value();
            CHECK(departures(log, replayed) == std::set<unsigned>{one.pcr});
            CHECK(replayed_pcr(replayed, one.bank, one.pcr) == std::string(one.ours));
            CHECK(replayed_by_tool(log, one.bank, one.pcr) == std::string(one.theirs));
        }
    }
}

}  // namespace
}  // namespace assay
