// Replay and comparison over logs made by hand, after the Platform Firmware Profile and TPM 2.0 Part 1.

#include "evidence/boot/replay.hpp"

#include "base/encoding.hpp"
#include "tests/support/event_log_bytes.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

using test::LogBytes;
constexpr auto both = {HashAlg::sha1, HashAlg::sha256};

Replay replayed(const LogBytes& log) {
    return replay(decode_event_log(log.bytes()).value()).value();
}

Digest start(HashAlg alg, std::uint8_t last = 0) {
    Bytes bytes(digest_size(alg));
    bytes.back() = last;
    return *Digest::of(alg, bytes);
}

Digest extended(const Digest& before, std::string_view measured) {
    return hash(before.alg(), {before.bytes(), hash(before.alg(), as_bytes(measured)).bytes()});
}

Digest value(const Replay& replayed, unsigned pcr, HashAlg alg = HashAlg::sha256) {
    return replayed.bank(alg)->value(*PcrIndex::from(pcr));
}

PcrValues values_of(const Replay& replayed) {
    PcrValues out;
    for (const ReplayedBank& bank : replayed.banks) {
        for (unsigned pcr = 0; pcr < 24; ++pcr) {
            out[bank.bank].emplace(*PcrIndex::from(pcr), bank.value(*PcrIndex::from(pcr)));
        }
    }
    return out;
}

LogBytes whole_boot() {
    LogBytes log(both);
    for (std::uint32_t pcr = 0; pcr < 8; ++pcr) log.event(pcr, EventType::efi_action, "before");
    return log.separators().event(8, EventType::ipl, "after");
}

TEST_SUITE("replay") {
    TEST_CASE("a PCR is extended with the event's digest of its own bank, in order, and others stay as they began") {
        LogBytes log(both);
        log.event(4, EventType::efi_action, "one").event(4, EventType::efi_action, "two");
        const Replay got = replayed(log);
        for (const HashAlg alg : both) {
            CHECK(value(got, 4, alg) == extended(extended(start(alg), "one"), "two"));
            CHECK(value(got, 0, alg) == start(alg));
            CHECK(got.bank(alg)->extended == 1U << 4U);
        }
    }

    TEST_CASE("a legacy log replays in its one bank, and needs no header") {
        LogBytes log({});
        log.event(0, EventType::s_crtm_version, "1.0").event(0, EventType::separator, Bytes(4));
        const Replay got = replayed(log);
        REQUIRE(got.banks.size() == 1);
        CHECK(
            value(got, 0, HashAlg::sha1) ==
            extended(extended(start(HashAlg::sha1), "1.0"), std::string_view("\0\0\0\0", 4))
        );
    }

    TEST_CASE("a legacy log's own Spec ID event is not extended") {
        LogBytes log({});
        Bytes spec = to_bytes(std::string_view("Spec ID Event02\0", 16));
        for (const std::uint8_t b : Bytes{0, 0, 0, 0, 2, 1, 2, 2, 0}) spec.push_back(b);
        log.header(0, spec).event(0, EventType::action, "x");
        const EventLog decoded = decode_event_log(log.bytes()).value();
        REQUIRE(decoded.spec_id());
        CHECK(decoded.spec_id()->form == 2);
        CHECK(decoded.format() == LogFormat::legacy);
        CHECK(value(replayed(log), 0, HashAlg::sha1) == extended(start(HashAlg::sha1), "x"));
    }

    TEST_CASE("startup locality 0, 3 and 4 seed PCR 0 and no other, another value seeds nothing") {
        for (const std::uint8_t locality : Bytes{0, 3, 4}) {
            CAPTURE(locality);
            const Replay got = replayed(LogBytes(both).locality(locality).event(0, EventType::action, "x"));
            CHECK(got.locality == locality);
            CHECK(value(got, 0) == extended(start(HashAlg::sha256, locality), "x"));
            CHECK(value(got, 1) == start(HashAlg::sha256));
        }
        CHECK(replayed(LogBytes(both).locality(5)).locality == 0);
        CHECK(replayed(LogBytes(both).locality(3).locality(4)).locality == 3);
    }

    TEST_CASE("an H-CRTM event begins PCR 0 with 4, whatever a StartupLocality says") {
        LogBytes log(both);
        log.event(0, EventType::efi_hcrtm_event, "HCRTM");
        CHECK(value(replayed(log), 0) == extended(start(HashAlg::sha256, 4), "HCRTM"));
        LogBytes contradicted(both);
        contradicted.locality(3).event(0, EventType::efi_hcrtm_event, "HCRTM");
        CHECK(value(replayed(contradicted), 0) == extended(start(HashAlg::sha256, 4), "HCRTM"));
    }

    TEST_CASE("EV_NO_ACTION is never extended, even with a digest that is not zero") {
        LogBytes log(both);
        log.event(3, EventType::no_action, "nothing").event(3, EventType::action, "x");
        CHECK(value(replayed(log), 3) == extended(start(HashAlg::sha256), "x"));
    }

    TEST_CASE("an event of type EV_NO_ACTION made another is extended, and the PCR differs") {
        LogBytes as_none(both);
        as_none.no_action(as_bytes("x"), 2);
        LogBytes as_some(both);
        as_some.event_with(2, EventType::action, {{0x0004, Bytes(20)}, {0x000b, Bytes(32)}}, as_bytes("x"));
        CHECK(value(replayed(as_none), 2) == start(HashAlg::sha256));
        CHECK_FALSE(value(replayed(as_some), 2) == start(HashAlg::sha256));
    }

    TEST_CASE("a PCR from 24 on is replayed nowhere") {
        for (const std::uint32_t pcr : {24U, 0x80000000U, 0xffffffffU}) {
            CHECK(replayed(LogBytes(both).event(pcr, EventType::action, "x")).bank(HashAlg::sha256)->extended == 0);
        }
        CHECK(replayed(LogBytes(both).event(23, EventType::action, "x")).bank(HashAlg::sha256)->extended == 1U << 23U);
    }

    TEST_CASE("a log with a fatal flaw is not replayed, and the error names the flaw") {
        LogBytes log(both);
        log.event(0, EventType::action, "x").raw(Bytes{1, 2, 3});
        const EventLog decoded = decode_event_log(log.bytes()).value();
        const auto got = replay(decoded);
        REQUIRE_FALSE(got);
        CHECK(got.error().what.find("broken, event 2: event 2.pcrIndex") != std::string::npos);
    }
}

TEST_SUITE("pcr comparison") {
    const PcrBankSelection all{HashAlg::sha256, 0xffffff};

    TEST_CASE("the values that a boot ends with are equal, and hold") {
        const Replay got = replayed(whole_boot());
        const PcrComparison compared = compare(got, all, values_of(got)).value();
        CHECK(compared.firmware_holds());
        CHECK(compared.equal == 0x1ff);
        CHECK(compared.untouched == 0xfffe00);
        CHECK(compared.not_in_log() == 0xfffe00);
    }

    TEST_CASE("any flipped bit of a value differs: the whole length is compared") {
        const Replay got = replayed(whole_boot());
        for (std::size_t bit = 0; bit < 256; ++bit) {
            PcrValues values = values_of(got);
            Digest& one = values[HashAlg::sha256].at(*PcrIndex::from(3));
            Bytes bytes = to_bytes(one.bytes());
            bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            one = *Digest::of(HashAlg::sha256, bytes);
            const PcrComparison compared = compare(got, all, values).value();
            CHECK(compared.differs == 1U << 3U);
            CHECK_FALSE(compared.firmware_holds());
        }
    }

    TEST_CASE("an event moved to another PCR, left out, doubled or put elsewhere in order differs") {
        const PcrValues values = values_of(
            replayed(LogBytes(both).separators().event(4, EventType::action, "a").event(4, EventType::action, "b"))
        );
        const auto differs = [&values](const LogBytes& log) {
            return compare(replayed(log), all, values).value().differs;
        };
        const auto begin = [] { return LogBytes(both).separators(); };
        const EventType type = EventType::action;
        CHECK(differs(begin().event(4, type, "a").event(4, type, "b")) == 0);
        CHECK(differs(begin().event(5, type, "a").event(4, type, "b")) == (1U << 4U | 1U << 5U));
        CHECK(differs(begin().event(4, type, "b")) == 1U << 4U);
        CHECK(differs(begin().event(4, type, "b").event(4, type, "a")) == 1U << 4U);
        CHECK(differs(begin().event(4, type, "a").event(4, type, "a").event(4, type, "b")) == 1U << 4U);
    }

    TEST_CASE("a PCR of 0 to 7 that still holds what it began with is refused (TPM Carte Blanche, EVE 6162)") {
        for (unsigned pcr = 0; pcr < 8; ++pcr) {
            CAPTURE(pcr);
            const Replay got = replayed(whole_boot());
            PcrValues values = values_of(got);
            values[HashAlg::sha256].at(*PcrIndex::from(pcr)) = start(HashAlg::sha256);
            const PcrComparison compared = compare(got, all, values).value();
            CHECK(compared.differs == 1U << pcr);
            CHECK_FALSE(compared.firmware_holds());
        }
        // Nothing in the log, zeros in the TPM: everything "agrees".
        const Replay nothing = replayed(LogBytes(both).locality(3));
        PcrValues values = values_of(nothing);
        CHECK(value(nothing, 0) == start(HashAlg::sha256, 3));
        const PcrComparison compared = compare(nothing, all, values).value();
        CHECK((compared.untouched & firmware_pcrs) == 0xff);
        CHECK_FALSE(compared.firmware_holds());
    }

    TEST_CASE("a PCR of 0 to 7 that the log says nothing of does not hold, one from 8 on may be another's") {
        const PcrValues values = values_of(replayed(whole_boot()));
        LogBytes without_seven(both);
        for (std::uint32_t pcr = 0; pcr < 7; ++pcr) {
            without_seven.event(pcr, EventType::efi_action, "before").event(pcr, EventType::separator, Bytes(4));
        }
        const PcrComparison compared = compare(replayed(without_seven), all, values).value();
        CHECK(compared.differs == 0);
        CHECK(compared.unexplained == (1U << 7U | 1U << 8U));
        CHECK_FALSE(compared.firmware_holds());
        LogBytes without_eight(both);
        for (std::uint32_t pcr = 0; pcr < 8; ++pcr) without_eight.event(pcr, EventType::efi_action, "before");
        without_eight.separators();
        CHECK(compare(replayed(without_eight), all, values).value().firmware_holds());
        // What extends it further after the log's end (systemd in 9 and 11) makes the log no other boot's.
        LogBytes shorter = whole_boot();
        shorter.event(9, EventType::ipl, "before the end");
        CHECK(compare(replayed(shorter), all, values).value().differs == 1U << 9U);
        CHECK(compare(replayed(shorter), all, values).value().firmware_holds());
        CHECK_FALSE(compare(replayed(without_eight), {HashAlg::sha256, 1U << 10U}, values).value().firmware_holds());
    }

    TEST_CASE("only what is selected is compared, in the bank that is selected") {
        const Replay got = replayed(whole_boot());
        PcrValues values = values_of(got);
        values[HashAlg::sha1].at(*PcrIndex::from(2)) = start(HashAlg::sha1, 9);
        CHECK(compare(got, all, values).value().firmware_holds());
        CHECK(compare(got, {HashAlg::sha1, 0x4}, values).value().differs == 4);
        CHECK(compare(got, {HashAlg::sha1, 0xfb}, values).value().firmware_holds());
    }

    TEST_CASE("a bank that the log lacks, an empty selection and a missing value are errors that say which") {
        const Replay got = replayed(whole_boot());
        PcrValues values = values_of(got);
        CHECK(compare(got, {HashAlg::sha384, 1}, values).error().code == Errc::mismatch);
        CHECK(compare(got, {HashAlg::sha256, 0}, values).error().code == Errc::bad_value);
        values[HashAlg::sha256].erase(*PcrIndex::from(5));
        const auto missing = compare(got, all, values);
        CHECK(missing.error().code == Errc::not_found);
        CHECK(missing.error().where == "pcr_values.sha256.5");
        values[HashAlg::sha256].emplace(*PcrIndex::from(5), start(HashAlg::sha1));
        CHECK(compare(got, all, values).error().code == Errc::bad_value);
    }
}

}  // namespace
}  // namespace assay
