// What digests cover: in a virtual machine's log, in the habits of firmware and loaders, and under attack. The attacker
// of these tests owns the log's bytes but not the PCRs: whatever keeps every replayed PCR must keep every decision.

#include "evidence/boot/coverage.hpp"

#include "base/encoding.hpp"
#include "evidence/boot/replay.hpp"
#include "evidence/hardware/guid.hpp"
#include "tests/support/captures.hpp"
#include "tests/support/event_log_bytes.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>

namespace assay {
namespace {

using test::LogBytes;
constexpr auto sha256_only = {HashAlg::sha256};

EventLog decoded(const Bytes& bytes) {
    return decode_event_log(bytes).value();
}
EventLog own_log() {
    return decoded(test::data("vm-measured-boot/tpm/binary_bios_measurements"));
}

Bytes variable(std::string_view name, ByteView data) {
    Writer w;
    w.raw(from_hex("61dfe48bca93d211aa0d00e098032b8c").value()).u64le(name.size()).u64le(data.size());
    for (const char c : name) w.u16le(static_cast<std::uint8_t>(c));
    return w.raw(data).take();
}

std::string how(const EventLog& log, std::size_t event, std::uint16_t bank = 0) {
    const auto covered = covered_bytes(log, log.events()[event], bank);
    return covered ? std::string(name(covered->how)) : "nothing";
}

// How one event covers its data when `hashed` went into the PCR.
std::string how(ByteView data, ByteView hashed) {
    return how(decoded(LogBytes(sha256_only).event(8, EventType::ipl, data, hashed).bytes()), 1);
}

// The decision that these tests attack: is Secure Boot on? The one covered SecureBoot variable before PCR 7's separator
// says it; by values that a digest covers, and nothing else.
std::string secure_boot(const EventLog& log, std::uint16_t bank) {
    std::string out = "not told";
    for (const LogEvent& event : log.events()) {
        if (event.pcr != 7 || !event.extends()) continue;
        if (covered_separator(log, event, bank)) return out;
        const auto found = covered_variable(log, event, bank);
        if (!found || guid_text(found->value().vendor) != boot::efi_global_variable) continue;
        if (found->value().name_text() != "SecureBoot") continue;
        out = !found->value().data.empty() && found->value().data[0] == 1 ? "on" : "off";
    }
    return "no separator";
}

std::map<unsigned, std::string> pcrs(const EventLog& log) {
    std::map<unsigned, std::string> out;
    const auto replayed = replay(log);
    if (!replayed) return out;
    const ReplayedBank* const bank = replayed->bank(HashAlg::sha256);
    for (unsigned pcr = 0; pcr < 24; ++pcr) out[pcr] = to_hex(bank->value(*PcrIndex::from(pcr)).bytes());
    return out;
}

TEST_SUITE("event log coverage") {
    TEST_CASE("a virtual machine's log: what of each event is covered, alike in all three banks") {
        const EventLog log = own_log();
        std::map<std::string, unsigned> seen;
        for (std::size_t i = 0; i < log.events().size(); ++i) {
            CAPTURE(i);
            const std::string type = name(log.events()[i].type.shown());
            for (std::uint16_t bank = 1; bank < 3; ++bank) CHECK(how(log, i, bank) == how(log, i, 0));
            ++seen[type + " " + how(log, i, 0)];
        }
        const std::map<std::string, unsigned> expected{
            {"EV_NO_ACTION nothing", 1},
            {"EV_S_CRTM_VERSION data", 1},
            {"EV_EFI_PLATFORM_FIRMWARE_BLOB nothing", 2},
            {"EV_EFI_VARIABLE_DRIVER_CONFIG data", 5},
            {"EV_EFI_VARIABLE_BOOT variable_data", 4},
            {"EV_EFI_VARIABLE_AUTHORITY data", 3},
            {"EV_SEPARATOR data", 8},
            {"EV_EFI_ACTION data", 3},
            {"EV_EFI_GPT_EVENT data", 1},
            {"EV_EFI_BOOT_SERVICES_APPLICATION nothing", 4},
            {"EV_IPL text_behind_prefix", 11},
            {"EV_IPL nothing", 6},
        };
        CHECK(seen == expected);
    }

    TEST_CASE("captured habits: systemd-boot's missing byte, shim's byte too many") {
        struct Habit {
            const char* log;
            std::size_t event;
            const char* how;
        };
        for (const Habit& one : {
                 Habit{"arch-linux", 24, "data_and_a_zero_byte"},
                 Habit{"postcode", 40, "data_without_last_byte"},
                 Habit{"lenovo-boot-guard", 28, "variable_data"},
                 Habit{"lenovo-boot-guard", 118, "text_behind_prefix"},
                 Habit{"sd-boot-fedora37", 23, "data"},
                 Habit{"sd-boot-fedora37", 25, "nothing"},
             }) {
            const auto bytes = test::capture("event-logs/" + std::string(one.log) + ".bin");
            if (!bytes) return;
            CAPTURE(one.log);
            CHECK(how(decoded(*bytes), one.event) == one.how);
        }
        const EventLog postcode = decoded(*test::capture("event-logs/postcode.bin"));
        const auto shim = covered_variable(postcode, postcode.events()[40], 1);
        REQUIRE(shim);
        CHECK(shim->value().name_text() == "Shim");
        CHECK(shim->value().data.size() == 1080);
    }

    TEST_CASE("each part that may have been hashed, and one byte beside it") {
        const Bytes text = to_bytes(std::string_view("grub_cmd: boot\0", 15));
        CHECK(how(text, text) == "data");
        CHECK(how(text, as_bytes("boot")) == "text_behind_prefix");
        CHECK(how(text, as_bytes("boo")) == "nothing");
        CHECK(how(text, as_bytes("grub_cmd: boot")) == "data_without_last_byte");
        CHECK(how(as_bytes("grub_cmd: boot"), as_bytes("boot")) == "text_behind_prefix");
        CHECK(how(as_bytes("other_cmd: boot"), as_bytes("boot")) == "nothing");
        CHECK(how(as_bytes("kernel_cmdline: /vmlinuz"), as_bytes("/vmlinuz")) == "text_behind_prefix");
        CHECK(how(as_bytes("x"), as_bytes(std::string_view("x\0", 2))) == "data_and_a_zero_byte");
        CHECK(how(as_bytes("x"), as_bytes(std::string_view("x\0\0", 3))) == "nothing");
        const Bytes boot_order = variable("BootOrder", Bytes{1, 0});
        CHECK(how(boot_order, Bytes{1, 0}) == "variable_data");
        CHECK(how(boot_order, Bytes{1}) == "nothing");
        // What a variable holds may look like a variable, and then says nothing of which variable was measured.
        const Bytes inner = variable("SecureBoot", Bytes{1});
        const auto variable_of = [](ByteView data, ByteView hashed) {
            const EventLog log =
                decoded(LogBytes(sha256_only).event(1, EventType::efi_variable_boot, data, hashed).bytes());
            return covered_variable(log, log.events()[1], 0);
        };
        CHECK(variable_of(inner, inner));
        CHECK(how(variable("Anything", inner), inner) == "variable_data");
        CHECK_FALSE(variable_of(variable("Anything", inner), inner));
        const Bytes tag{0xec, 0x22, 0x3b, 0x8f, 2, 0, 0, 0, 'a', 'b'};
        CHECK(how(tag, as_bytes("ab")) == "tagged_data");
        CHECK(how(Bytes{}, Bytes{}) == "data");
        CHECK(how(Bytes{}, as_bytes("x")) == "nothing");
    }

    TEST_CASE("nothing is covered in EV_NO_ACTION, in a bank without a digest, or in one that we cannot hash") {
        const EventLog none = decoded(LogBytes(sha256_only).event(8, EventType::no_action, "x").bytes());
        CHECK(how(none, 1) == "nothing");
        LogBytes one_bank({HashAlg::sha1, HashAlg::sha256});
        const Digest digest = hash(HashAlg::sha1, as_bytes("x"));
        one_bank.event_with(8, EventType::ipl, {{0x0004, to_bytes(digest.bytes())}}, as_bytes("x"));
        const EventLog log = decoded(one_bank.bytes());
        CHECK(how(log, 1, 0) == "data");
        CHECK(how(log, 1, 1) == "nothing");
        CHECK(how(log, 1, 2) == "nothing");  // no such bank
    }

    TEST_CASE("a separator is known by its digest, with whatever beside it") {
        const auto kind = [](ByteView data, ByteView hashed, EventType type) {
            const EventLog log = decoded(LogBytes(sha256_only).event(7, type, data, hashed).bytes());
            const auto found = covered_separator(log, log.events()[1], 0);
            return found ? found->value() : SeparatorKind::none;
        };
        CHECK(kind(Bytes(4), Bytes(4), EventType::separator) == SeparatorKind::usual);
        CHECK(kind(Bytes(4), Bytes(4, 0xff), EventType::ipl) == SeparatorKind::usual);
        CHECK(kind(as_bytes("memory"), Bytes{1, 0, 0, 0}, EventType::separator) == SeparatorKind::error);
        CHECK(kind(Bytes(4), Bytes(3), EventType::separator) == SeparatorKind::none);
        CHECK(kind(Bytes(4), Bytes(4), EventType::no_action) == SeparatorKind::none);
    }
}

TEST_SUITE("event log under attack") {
    TEST_CASE("relabelled events (go-attestation's event-type disclosure): the PCRs stay, and what is decided") {
        const Bytes whole = test::data("vm-measured-boot/tpm/binary_bios_measurements");
        const EventLog log = own_log();
        const auto before = pcrs(log);
        REQUIRE(secure_boot(log, 1) == "on");
        for (std::size_t i = 1; i < log.events().size(); ++i) {
            for (const EventType type :
                 {EventType::separator, EventType::efi_variable_driver_config, EventType::efi_action, EventType::ipl,
                  EventType{0x8000abcd}}) {
                CAPTURE(i);
                Bytes attacked = whole;
                for (unsigned b = 0; b < 4; ++b) {
                    attacked[log.events()[i].offset + 4 + b] =
                        static_cast<std::uint8_t>(static_cast<std::uint32_t>(type) >> (8 * b));
                }
                const EventLog relabelled = decoded(attacked);
                CHECK(pcrs(relabelled) == before);
                CHECK(secure_boot(relabelled, 1) == "on");
                CHECK(how(relabelled, i, 1) == how(log, i, 1));
            }
        }
    }

    TEST_CASE("made EV_NO_ACTION, an event leaves its PCR, which shows") {
        const Bytes whole = test::data("vm-measured-boot/tpm/binary_bios_measurements");
        const EventLog log = own_log();
        const auto before = pcrs(log);
        for (std::size_t i = 1; i < log.events().size(); ++i) {
            Bytes attacked = whole;
            const std::size_t type = log.events()[i].offset + 4;
            attacked[type] = 3;
            attacked[type + 3] = 0;
            CHECK(pcrs(decoded(attacked))[log.events()[i].pcr] != before.at(log.events()[i].pcr));
        }
    }

    TEST_CASE("any flipped bit of the Secure Boot event's data uncovers it; nothing is decided by what is left") {
        const Bytes whole = test::data("vm-measured-boot/tpm/binary_bios_measurements");
        const EventLog log = own_log();
        const std::size_t index = 4;
        REQUIRE(covered_variable(log, log.events()[index], 1)->value().name_text() == "SecureBoot");
        const ByteView data = log.events()[index].data.shown();
        const auto begin = static_cast<std::size_t>(data.data() - log.bytes().data());
        for (std::size_t bit = 0; bit < 8 * data.size(); ++bit) {
            Bytes attacked = whole;
            attacked[begin + bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
            const EventLog flipped = decoded(attacked);
            CHECK(pcrs(flipped) == pcrs(log));
            CHECK_FALSE(covered_variable(flipped, flipped.events()[index], 1));
            CHECK(secure_boot(flipped, 1) == "not told");
        }
    }

    TEST_CASE("data swapped between events is covered in neither") {
        LogBytes honest(sha256_only);
        const Bytes off = variable("SecureBoot", Bytes{0});
        const Bytes on = variable("SecureBoot", Bytes{1});
        honest.event(7, EventType::efi_variable_driver_config, off).event(1, EventType::efi_variable_boot2, on);
        honest.separators();
        LogBytes swapped(sha256_only);
        swapped.event(7, EventType::efi_variable_driver_config, on, off)
            .event(1, EventType::efi_variable_boot2, off, on);
        swapped.separators();
        CHECK(pcrs(decoded(swapped.bytes())) == pcrs(decoded(honest.bytes())));
        CHECK(secure_boot(decoded(honest.bytes()), 0) == "off");
        CHECK(secure_boot(decoded(swapped.bytes()), 0) == "not told");
    }

    TEST_CASE("an event moved from another PCR is not decided by without the PCRs telling") {
        const Bytes on = variable("SecureBoot", Bytes{1});
        LogBytes honest(sha256_only);
        honest.event(8, EventType::ipl, on).separators();
        LogBytes moved(sha256_only);
        moved.event(7, EventType::efi_variable_driver_config, on).separators();
        CHECK(secure_boot(decoded(honest.bytes()), 0) == "not told");
        CHECK(secure_boot(decoded(moved.bytes()), 0) == "on");
        CHECK(pcrs(decoded(moved.bytes()))[7] != pcrs(decoded(honest.bytes()))[7]);
    }

    TEST_CASE("what comes after the separator is another's, whatever it says") {
        LogBytes log(sha256_only);
        log.event(7, EventType::efi_variable_driver_config, variable("SecureBoot", Bytes{0})).separators();
        log.event(7, EventType::efi_variable_driver_config, variable("SecureBoot", Bytes{1}));
        CHECK(secure_boot(decoded(log.bytes()), 0) == "off");
    }

    TEST_CASE("flipped bits where nothing is covered change nothing that is covered: an image's device path") {
        const Bytes whole = test::data("vm-measured-boot/tpm/binary_bios_measurements");
        const EventLog log = own_log();
        const std::size_t index = 24;
        REQUIRE(log.events()[index].type.shown() == EventType::efi_boot_services_application);
        const ByteView data = log.events()[index].data.shown();
        const auto begin = static_cast<std::size_t>(data.data() - log.bytes().data());
        for (std::size_t at = 0; at < data.size(); ++at) {
            Bytes attacked = whole;
            attacked[begin + at] ^= 0xff;
            const EventLog flipped = decoded(attacked);
            CHECK(how(flipped, index, 1) == "nothing");
            CHECK(pcrs(flipped) == pcrs(log));
            CHECK(secure_boot(flipped, 1) == "on");
        }
    }

    TEST_CASE("the same bytes wrapped otherwise are covered all the same, and are the same bytes") {
        const Bytes text = to_bytes(std::string_view("boot"));
        std::set<std::string> seen;
        for (const Bytes& data :
             {text, to_bytes(std::string_view("grub_cmd: boot")), variable("any", text),
              to_bytes(std::string_view("boot!"))}) {
            const EventLog log = decoded(LogBytes(sha256_only).event(8, EventType::ipl, data, text).bytes());
            const auto covered = covered_bytes(log, log.events()[1], 0);
            REQUIRE(covered);
            CHECK(as_text(covered->bytes.value()) == "boot");
            seen.insert(std::string(name(covered->how)));
        }
        CHECK(seen.size() == 4);
    }
}

}  // namespace
}  // namespace assay
