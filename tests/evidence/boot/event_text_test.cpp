#include "evidence/boot/event_text.hpp"

#include "evidence/limits.hpp"
#include "tests/support/captured_boot.hpp"
#include "tests/support/event_log_bytes.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace assay;
using test::LogBytes;

namespace {

std::string of(EventType type, std::string_view data) {
    LogBytes log{std::vector{HashAlg::sha256}};
    log.event(4, type, data);
    const auto decoded = decode_event_log(log.bytes());
    return event_text(decoded->events().back());
}

}  // namespace

TEST_SUITE("event_text") {
    TEST_CASE("an event is told by its type and, where it has some, its words") {
        CHECK(
            of(EventType::efi_action, "Calling EFI Application from Boot Option") ==
            "EV_EFI_ACTION Calling EFI Application from Boot Option"
        );
        CHECK(of(EventType::ipl, std::string_view("grub_cmd: linux /vmlinuz\0", 25)) == "EV_IPL linux /vmlinuz");
        CHECK(of(EventType::separator, std::string_view("\0\0\0\0", 4)) == "EV_SEPARATOR");
        CHECK(of(EventType::separator, std::string_view("\1\0\0\0", 4)) == "EV_SEPARATOR of an error");
        CHECK(of(EventType{0x8000abcd}, std::string_view("\xff\x01", 2)) == "0x8000abcd");
    }

    TEST_CASE("hostile words stay one clean line of bounded length") {
        const std::string text = of(EventType::efi_action, "a\x1b[2J\nb" + std::string(2'000, 'c'));
        CHECK(text.size() <= limits::text_bytes);
        CHECK(std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }));
    }

    TEST_CASE("a real boot names its loaders and Secure Boot's state") {
        const auto log = decode_event_log(test::data("vm-measured-boot/tpm/binary_bios_measurements"));
        REQUIRE(log);
        std::vector<std::string> texts;
        for (const LogEvent& event : log->events()) texts.push_back(event_text(event));
        const auto any = [&texts](std::string_view beginning, std::string_view part) {
            return std::ranges::any_of(texts, [&](const std::string& one) {
                return one.starts_with(beginning) && one.find(part) != std::string::npos;
            });
        };
        CHECK(any("EV_EFI_BOOT_SERVICES_APPLICATION", ".efi"));
        CHECK(any("EV_EFI_VARIABLE_DRIVER_CONFIG", "SecureBoot = "));
    }
}
