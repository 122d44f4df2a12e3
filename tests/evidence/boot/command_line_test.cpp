#include "evidence/boot/command_line.hpp"

#include "tests/support/event_log_bytes.hpp"

#include <doctest/doctest.h>

using namespace assay;
using test::LogBytes;

namespace {

constexpr std::string_view line = "/vmlinuz ima_policy=tcb";
constexpr std::string_view logged("kernel_cmdline: /vmlinuz ima_policy=tcb\0", 40);

std::optional<std::string> found(const LogBytes& log, HashAlg bank = HashAlg::sha256) {
    return measured_command_line(decode_event_log(log.bytes()).value(), bank);
}

LogBytes grub(std::uint32_t pcr = 8, std::string_view hashed = line) {
    LogBytes out{std::vector{HashAlg::sha256}};
    out.event(
        8, EventType::ipl, as_bytes(std::string_view("grub_cmd: linux /vmlinuz\0", 25)),
        as_bytes(std::string_view("linux /vmlinuz"))
    );
    out.event(pcr, EventType::ipl, as_bytes(logged), as_bytes(hashed));
    return out;
}

}  // namespace

TEST_SUITE("command_line") {
    TEST_CASE("what GRUB measured for the kernel is found, without its prefix, whatever the event calls itself") {
        CHECK(found(grub()) == line);
        LogBytes relabelled{std::vector{HashAlg::sha256}};
        relabelled.event(8, EventType::action, as_bytes(logged), as_bytes(line));
        CHECK(found(relabelled) == line);
    }

    TEST_CASE("a text that its digest does not cover, in another PCR or twice is none") {
        CHECK_FALSE(found(grub(8, "/vmlinuz")));
        CHECK_FALSE(found(grub(9)));
        LogBytes twice = grub();
        twice.event(8, EventType::ipl, as_bytes(logged), as_bytes(line));
        CHECK_FALSE(found(twice));
        CHECK_FALSE(found(grub(), HashAlg::sha384));
        CHECK_FALSE(found(LogBytes{std::vector{HashAlg::sha256}}.separators()));
    }
}
