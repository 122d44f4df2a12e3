// Event logs made by hand, good and bad: how they are cut, and which flaws are named.

#include "evidence/boot/event_log.hpp"

#include "evidence/limits.hpp"
#include "tests/support/event_log_bytes.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace assay {
namespace {

using test::LogBytes;
constexpr auto both = {HashAlg::sha1, HashAlg::sha256};

EventLog decoded(const Bytes& bytes) {
    return decode_event_log(bytes).value();
}

// The names of the flaws, each once, in their order; separators that lack are left out where a test is not about them.
std::string flaws(const EventLog& log, bool with_separators = false) {
    std::string out;
    for (const LogFlaw& flaw : log.flaws()) {
        if (flaw.kind == FlawKind::no_separator && !with_separators) continue;
        const std::string one = std::string(name(flaw.kind)) + " ";
        if (!out.ends_with(one)) out += one;
    }
    return out;
}

const LogFlaw& only(const EventLog& log, FlawKind kind) {
    const auto found = std::ranges::find(log.flaws(), kind, &LogFlaw::kind);
    REQUIRE(found != log.flaws().end());
    return *found;
}

Bytes with_byte(Bytes bytes, std::size_t at, std::uint8_t value) {
    bytes.at(at) = value;
    return bytes;
}

TEST_SUITE("event log") {
    TEST_CASE("an agile log: banks as the header lists them, events with their digests by bank") {
        LogBytes bytes(both);
        bytes.event(5, EventType::efi_action, "hello");
        const EventLog log = decoded(bytes.bytes());
        CHECK(log.format() == LogFormat::agile);
        REQUIRE(log.banks().size() == 2);
        CHECK(log.banks()[1].hash == HashAlg::sha256);
        REQUIRE(log.events().size() == 2);
        const LogEvent& event = log.events()[1];
        CHECK(event.pcr == 5);
        CHECK(event.type.shown() == EventType::efi_action);
        CHECK(as_text(event.data.shown()) == "hello");
        CHECK(same_bytes(log.digest(event, 1), hash(HashAlg::sha256, as_bytes("hello")).bytes()));
        CHECK(log.bank_of(HashAlg::sha256) == 1);
        CHECK_FALSE(log.bank_of(HashAlg::sha512));
        CHECK(log.digests(log.events()[0]).empty());
    }

    TEST_CASE("a log moved elsewhere still looks at its own bytes") {
        EventLog first = decoded(LogBytes(both).event(5, EventType::efi_action, "hello").bytes());
        const EventLog second = std::move(first);
        CHECK(as_text(second.events()[1].data.shown()) == "hello");
        CHECK(second.events()[1].data.shown().data() > second.bytes().data());
    }

    TEST_CASE("cut anywhere but between two events, a log is refused or named broken, with event, field and offset") {
        const LogBytes whole = LogBytes(both).event(3, EventType::efi_action, "one").event(4, EventType::ipl, "two");
        const std::size_t header = LogBytes(both).bytes().size();
        const std::size_t one = LogBytes(both).event(3, EventType::efi_action, "one").bytes().size();
        for (std::size_t size = 0; size <= whole.bytes().size(); ++size) {
            CAPTURE(size);
            const Bytes cut(whole.bytes().begin(), whole.bytes().begin() + static_cast<std::ptrdiff_t>(size));
            const auto log = decode_event_log(cut);
            CHECK(log.has_value() == (size >= header));
            if (!log) {
                CHECK(log.error().code == Errc::truncated);
                const char* const field = size < 4    ? "event 0.pcrIndex"
                                          : size < 8  ? "event 0.eventType"
                                          : size < 28 ? "event 0.digest"
                                          : size < 32 ? "event 0.eventSize"
                                                      : "event 0.event";
                CHECK(log.error().where == std::string(field));
                continue;
            }
            const bool between = size == header || size == one || size == whole.bytes().size();
            CHECK((log->fatal_flaw() == nullptr) == between);
            if (between) continue;
            CHECK(log->fatal_flaw()->kind == FlawKind::broken);
            CHECK(log->fatal_flaw()->event == (size < one ? 1 : 2));
            CHECK(log->fatal_flaw()->detail.find(" at offset ") != std::string::npos);
        }
    }

    TEST_CASE("a captured log cut anywhere is never taken for whole but at the end of an event") {
        const Bytes whole = test::data("vm-measured-boot/tpm/binary_bios_measurements");
        const EventLog log = decoded(whole);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const auto cut = decode_event_log(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
            if (!cut || cut->fatal_flaw() != nullptr) continue;
            CAPTURE(size);
            CHECK(std::ranges::find(log.events(), size, &LogEvent::offset) != log.events().end());
        }
    }

    TEST_CASE("a field that breaks a log off is named") {
        const auto broken = [](const Bytes& bytes) { return only(decoded(bytes), FlawKind::broken).detail; };
        const LogBytes log = LogBytes(both).event(3, EventType::efi_action, "one");
        const std::size_t event = LogBytes(both).bytes().size();
        CHECK(broken(with_byte(log.bytes(), event + 8, 3)).find("event 1.digests.count: 3 digests") == 0);
        CHECK(broken(with_byte(log.bytes(), event + 12, 0x0c)).find("event 1.digests.algorithmId: 0x000c") == 0);
        const std::size_t size = event + 12 + 22 + 34;
        CHECK(broken(with_byte(log.bytes(), size, 4)).find("event 1.event: 4 bytes wanted") == 0);
        CHECK(broken(with_byte(log.bytes(), size + 3, 0xff)).find("event 1.eventSize: ") == 0);
    }

    TEST_CASE("a header that cannot size what follows is an error (go-attestation 490, 211, 143)") {
        const auto refused = [](const Bytes& spec) {
            const auto log = decode_event_log(LogBytes({}).header(0, spec).bytes());
            return log ? std::string("none") : std::string(word(log.error().code));
        };
        const Bytes spec = LogBytes(both).spec_id();  // signature 16, 8 bytes, count at 24, pairs at 28 and 32
        CHECK(refused(spec) == "none");
        CHECK(refused(with_byte(spec, 24, 0)) == "bad_value");
        CHECK(refused(with_byte(spec, 24, 9)) == "limit_exceeded");
        CHECK(refused(with_byte(spec, 24, 3)) == "truncated");
        CHECK(refused(with_byte(spec, 30, 0)) == "bad_value");
        CHECK(refused(with_byte(spec, 30, 65)) == "bad_value");
        CHECK(refused(with_byte(spec, 32, 0x04)) == "bad_value");  // SHA-1 twice
        for (std::size_t length = 16; length < spec.size(); ++length) {
            CHECK(refused(Bytes(spec.begin(), spec.begin() + static_cast<std::ptrdiff_t>(length))) == "truncated");
        }
    }

    TEST_CASE("the limits: a log, its events and its data may be so large and no larger (go-attestation 486, 500, 513)"
    ) {
        Bytes bytes = LogBytes(both).bytes();
        bytes.resize(limits::event_log_bytes);
        CHECK(decode_event_log(bytes).has_value());
        bytes.push_back(0);
        CHECK(decode_event_log(bytes).error().code == Errc::limit_exceeded);

        LogBytes data(both);
        data.event(4, EventType::action, Bytes(limits::event_data_bytes));
        CHECK(decoded(data.bytes()).fatal_flaw() == nullptr);
        LogBytes more(both);
        more.event(4, EventType::action, Bytes(limits::event_data_bytes + 1));
        CHECK(decoded(more.bytes()).fatal_flaw()->detail.find("event 1.eventSize: 262145 bytes") == 0);

        LogBytes many({HashAlg::sha1});
        for (std::size_t i = 1; i < limits::log_events; ++i) many.event(4, EventType::action, "x");
        CHECK(decoded(many.bytes()).fatal_flaw() == nullptr);
        many.event(4, EventType::action, "x");
        CHECK(decoded(many.bytes()).events().size() == limits::log_events);
        CHECK(decoded(many.bytes()).fatal_flaw()->detail == "more than 8192 events");
    }

    TEST_CASE("bytes 00 or ff behind the last event are padding, others are not") {
        for (const std::uint8_t filler : Bytes{0x00, 0xff}) {
            const LogBytes log = LogBytes(both).event(4, EventType::action, "x").raw(Bytes(8, filler));
            CHECK(flaws(decoded(log.bytes())) == "padding ");
            CHECK(encode_event_log(decoded(log.bytes())) == log.bytes());
        }
        CHECK(flaws(decoded(LogBytes(both).event(4, EventType::action, "x").raw(Bytes(8, 7)).bytes())) == "broken ");
        CHECK(flaws(decoded(LogBytes(both).event(4, EventType::action, "x").raw(Bytes(7)).bytes())) == "broken ");
        Bytes late(64);
        late.back() = 1;
        CHECK(flaws(decoded(LogBytes(both).event(4, EventType::action, "x").raw(late).bytes())).starts_with("broken "));
    }
}

TEST_SUITE("event log flaws") {
    TEST_CASE("a log of a boot that went well has none") {
        LogBytes log(both);
        log.event(0, EventType::s_crtm_version, "1").separators().event(4, EventType::efi_action, "x");
        CHECK(flaws(decoded(log.bytes()), true).empty());
    }

    TEST_CASE("a second header is fatal, the same bytes in an event that is extended are only data") {
        const Bytes spec = LogBytes(both).spec_id();
        const EventLog twice = decoded(LogBytes(both).no_action(spec).event(4, EventType::action, "x").bytes());
        CHECK(flaws(twice) == "second_spec_id ");
        CHECK(twice.fatal_flaw()->event == 1);
        CHECK(flaws(decoded(LogBytes(both).event(4, EventType::action, spec).bytes())).empty());
    }

    TEST_CASE("digests of a size that is not their algorithm's are fatal, an unknown algorithm is sized by the header"
    ) {
        Bytes lying = LogBytes(both).spec_id();
        lying[34] = 20;  // SHA-256
        LogBytes log({});
        log.header(0, lying).event_with(
            4, EventType::action, {{0x0004, Bytes(20, 1)}, {0x000b, Bytes(20, 1)}}, as_bytes("x")
        );
        CHECK(decoded(log.bytes()).fatal_flaw()->kind == FlawKind::wrong_digest_size);

        Bytes foreign = LogBytes(both).spec_id();
        foreign[28] = 0x12;  // SM3 in the place of SHA-1
        foreign[30] = 32;
        LogBytes other({});
        other.header(0, foreign)
            .event_with(4, EventType::action, {{0x0012, Bytes(32, 1)}, {0x000b, Bytes(32, 1)}}, as_bytes("x"));
        const EventLog with_foreign = decoded(other.bytes());
        CHECK(flaws(with_foreign) == "unknown_algorithm ");
        CHECK(only(with_foreign, FlawKind::unknown_algorithm).detail == "0x0012 of 32 bytes");
        CHECK(encode_event_log(with_foreign) == other.bytes());
    }

    TEST_CASE("two digests of one bank in an event are fatal") {
        LogBytes log(both);
        log.event_with(4, EventType::action, {{0x000b, Bytes(32, 1)}, {0x000b, Bytes(32, 2)}}, as_bytes("x"));
        CHECK(decoded(log.bytes()).fatal_flaw()->kind == FlawKind::repeated_digest);
    }

    TEST_CASE("a bank that nothing extends, or only zeros do, is empty; one that an event skips says which") {
        LogBytes none(both);
        none.event_with(4, EventType::action, {{0x0004, Bytes(20, 1)}}, as_bytes("x"));
        CHECK(flaws(decoded(none.bytes())) == "empty_bank ");
        CHECK(only(decoded(none.bytes()), FlawKind::empty_bank).detail == "sha256");
        LogBytes zeros(both);
        zeros.event_with(4, EventType::action, {{0x0004, Bytes(20, 1)}, {0x000b, Bytes(32)}}, as_bytes("x"));
        CHECK(flaws(decoded(zeros.bytes())) == "empty_bank ");
        LogBytes skipped(both);
        skipped.event(4, EventType::action, "x")
            .event_with(4, EventType::action, {{0x0004, Bytes(20, 1)}}, as_bytes("x"));
        const EventLog log = decoded(skipped.bytes());
        CHECK(flaws(log) == "missing_digest ");
        CHECK(only(log, FlawKind::missing_digest).event == 2);
        CHECK(only(log, FlawKind::missing_digest).detail == "sha256, of 1 events");
    }

    TEST_CASE("separators are known by their digest: missing, doubled, after an error, and whatever they are called") {
        const auto without = [](std::uint32_t missing) {
            LogBytes log(both);
            for (std::uint32_t pcr = 0; pcr < 8; ++pcr) {
                if (pcr != missing) log.event(pcr, EventType::separator, Bytes(4, pcr % 2 == 0 ? 0 : 0xff));
            }
            return log;
        };
        CHECK(flaws(decoded(without(8).bytes()), true).empty());
        for (std::uint32_t pcr = 0; pcr < 8; ++pcr) {
            const EventLog log = decoded(without(pcr).bytes());
            CHECK(flaws(log, true) == "no_separator ");
            CHECK(only(log, FlawKind::no_separator).pcr == pcr);
        }
        // Another type or other data beside the digest changes nothing; the type without the digest is none.
        CHECK(flaws(decoded(without(3).event(3, EventType::ipl, as_bytes("y"), Bytes(4)).bytes()), true).empty());
        CHECK(flaws(decoded(without(3).event(3, EventType::separator, Bytes(5)).bytes()), true) == "no_separator ");
        CHECK(flaws(decoded(without(8).event(3, EventType::separator, Bytes(4)).bytes()), true) == "second_separator ");
        const Bytes error{1, 0, 0, 0};
        CHECK(
            flaws(decoded(without(3).event(3, EventType::separator, as_bytes("why"), error).bytes()), true) ==
            "error_separator "
        );
    }

    TEST_CASE("what firmware measures before the separator is named when it stands after it") {
        const auto after = [](std::uint32_t pcr, EventType type) {
            return flaws(decoded(LogBytes(both).separators().event(pcr, type, "late").bytes()), true);
        };
        CHECK(after(7, EventType::efi_variable_driver_config) == "after_separator ");
        CHECK(after(0, EventType::s_crtm_version) == "after_separator ");
        CHECK(after(7, EventType::efi_variable_authority).empty());
        CHECK(after(5, EventType::efi_action).empty());
        CHECK(after(8, EventType::s_crtm_version).empty());
    }

    TEST_CASE("localities that no TPM has, come twice, late, or against an H-CRTM event are named") {
        const auto found = [](const LogBytes& log) { return flaws(decoded(log.bytes())); };
        const auto begin = [] { return LogBytes(both); };
        CHECK(found(begin().locality(3).event(0, EventType::action, "x")).empty());
        CHECK(found(begin().locality(1).event(0, EventType::action, "x")) == "unknown_locality ");
        CHECK(found(begin().locality(3).locality(3).event(0, EventType::action, "x")) == "second_locality ");
        CHECK(found(begin().event(0, EventType::action, "x").locality(3)) == "late_locality ");
        CHECK(found(begin().locality(3).event(0, EventType::efi_hcrtm_event, "HCRTM")) == "contradicted_locality ");
        CHECK(found(begin().locality(4).event(0, EventType::efi_hcrtm_event, "HCRTM")).empty());
    }

    TEST_CASE("the rest by name: no header, a header that is not zero, a PCR that no TPM has, a digest without action"
    ) {
        CHECK(flaws(decoded(LogBytes({}).event(0, EventType::action, "x").bytes())) == "no_spec_id ");
        const Bytes spec = LogBytes(both).spec_id();
        const auto with_header = [&spec](std::uint32_t pcr, std::uint8_t digest) {
            LogBytes log({});
            log.header(pcr, spec, digest)
                .event_with(4, EventType::action, {{0x0004, Bytes(20, 1)}, {0x000b, Bytes(32, 1)}}, as_bytes("x"));
            return flaws(decoded(log.bytes()));
        };
        CHECK(with_header(0, 0).empty());
        CHECK(with_header(1, 0) == "spec_id_not_zero ");
        CHECK(with_header(0, 1) == "spec_id_not_zero ");
        CHECK(
            flaws(decoded(LogBytes(both).event(4, EventType::action, "x").event(24, EventType::action, "x").bytes())) ==
            "pcr_out_of_range "
        );
        LogBytes digest(both);
        digest.event(4, EventType::action, "x").event(4, EventType::no_action, "y");
        CHECK(flaws(decoded(digest.bytes())) == "no_action_with_digest ");
    }

    TEST_CASE("a variable whose configuration a PCR has twice is named; other PCRs, other names and authorities are not"
    ) {
        const auto variable = [](std::uint8_t vendor, char name) {
            Writer w;
            return w.raw(Bytes(16, vendor)).u64le(1).u64le(1).u16le(static_cast<std::uint8_t>(name)).u8(1).take();
        };
        const EventType config = EventType::efi_variable_driver_config;
        LogBytes once(both);
        once.event(7, config, variable(1, 'a')).event(7, config, variable(1, 'b')).event(7, config, variable(2, 'a'));
        once.event(1, config, variable(1, 'a')).event(7, EventType::efi_variable_authority, variable(1, 'a'));
        CHECK(flaws(decoded(once.bytes())).empty());
        once.event(7, config, variable(1, 'a'));
        CHECK(flaws(decoded(once.bytes())) == "repeated_variable ");
        CHECK(only(decoded(once.bytes()), FlawKind::repeated_variable).event == 6);
        CHECK(only(decoded(once.bytes()), FlawKind::repeated_variable).detail == "a");
    }

    TEST_CASE("events without data, short EV_NO_ACTION and logs without Exit Boot Services are as good as others") {
        LogBytes log(both);
        log.no_action(Bytes{}).no_action(as_bytes("StartupLocality")).no_action(Bytes(15)).separators();
        log.event(4, EventType::efi_action, "").event(8, EventType::ipl, "").event(9, EventType::event_tag, "");
        CHECK(flaws(decoded(log.bytes()), true).empty());
        CHECK(encode_event_log(decoded(log.bytes())) == log.bytes());
    }

    TEST_CASE("flaws are bounded, and a fatal one is always told") {
        LogBytes log(both);
        log.event(4, EventType::action, "x");
        for (std::size_t i = 0; i < limits::log_flaws + 10; ++i) log.event(24, EventType::action, "x");
        log.no_action(LogBytes(both).spec_id());
        const EventLog found = decoded(log.bytes());
        CHECK(found.flaws().size() == limits::log_flaws + 1);
        CHECK(found.fatal_flaw()->kind == FlawKind::second_spec_id);
    }
}

}  // namespace
}  // namespace assay
