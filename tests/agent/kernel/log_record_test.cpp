#include "agent/kernel/log_record.hpp"

#include "agent/kernel/kernel_log.hpp"
#include "base/encoding.hpp"
#include "evidence/limits.hpp"

#include <doctest/doctest.h>

#include <deque>

namespace assay::agent {
namespace {

const std::string hash(64, 'a');

std::string record(std::uint64_t sequence, const std::string& text, unsigned priority = 6) {
    return std::to_string(priority) + "," + std::to_string(sequence) + ",5140900,-;" + text +
           "\n SUBSYSTEM=pci\n DEVICE=+pci:0000:02:00.0\n";
}

std::string direct(const std::string& file) {
    return "r8169 0000:02:00.0: firmware: direct-loading firmware " + file;
}

std::optional<FirmwareLine> line_in(const std::string& bytes) {
    return decode_log_record(bytes).value().firmware;
}

// Gives these one after the other; "gap" stands for records that were lost.
Result<FirmwareLog> gathered(std::deque<std::string> records) {
    std::string held;
    return gather_firmware_lines([&records, &held]() -> Result<std::string_view> {
        if (records.empty()) return fail(Errc::not_found, "log", "at its end");
        held = std::move(records.front());
        records.pop_front();
        if (held == "gap") return fail(Errc::gone, "log", "lost records");
        return held;
    });
}

TEST_SUITE("log_record") {
    TEST_CASE("the loader's lines tell what was loaded and what lacked") {
        const FirmwareLine loaded{"rtl_nic/rtl8168h-2.fw", true, std::nullopt};
        const FirmwareLine failed{"iwlwifi-so-a0-gf-a0-72.ucode", false, std::nullopt};
        CHECK(firmware_line(direct("rtl_nic/rtl8168h-2.fw")) == loaded);
        CHECK(
            firmware_line("iwlwifi 0000:00:14.3: firmware: failed to load iwlwifi-so-a0-gf-a0-72.ucode (-2)") == failed
        );
        CHECK(
            firmware_line(
                "iwlwifi 0000:00:14.3: Direct firmware load for iwlwifi-so-a0-gf-a0-72.ucode failed with error -2"
            ) == failed
        );
        const auto hashed = firmware_line("bluetooth hci0: Loaded FW: intel/ibt-20-1-3.sfi, sha256: " + hash);
        REQUIRE(hashed.has_value());
        CHECK(hashed->file == "intel/ibt-20-1-3.sfi");
        CHECK(hashed->loaded);
        CHECK(to_hex(hashed->sha256.value()) == hash);
        // Names with blanks are there, of boards whose maker put one in.
        const auto blank = firmware_line(direct("brcm/brcmfmac43455-sdio.MINIX-NEO Z83-4.txt"));
        CHECK(blank.value().file == "brcm/brcmfmac43455-sdio.MINIX-NEO Z83-4.txt");
    }

    TEST_CASE("a device that calls itself like the loader's line is not believed") {
        CHECK_FALSE(firmware_line("usb 1-1: Product: firmware: direct-loading firmware evil.bin"));
        CHECK_FALSE(firmware_line("usb 1-1: SerialNumber: x Direct firmware load for a failed with error -2"));
        CHECK_FALSE(firmware_line("firmware: direct-loading firmware evil.bin"));
        CHECK_FALSE(firmware_line("usb 1-1 firmware: direct-loading firmware evil.bin"));
        CHECK_FALSE(firmware_line("eth0: Loaded FW: a.bin, sha256: " + hash.substr(1)));
        CHECK_FALSE(firmware_line("eth0: Loaded FW: a.bin"));
        CHECK_FALSE(firmware_line(direct("")));
        CHECK_FALSE(firmware_line(direct(std::string(limits::text_bytes + 1, 'a'))));
        CHECK(firmware_line(direct(std::string(limits::text_bytes, 'a'))));
    }

    TEST_CASE("only what the kernel itself said of a device counts") {
        CHECK(line_in(record(5, direct("a.fw"))).has_value());
        CHECK_FALSE(line_in(record(5, direct("a.fw"), 14)).has_value());  // LOG_USER: a program wrote to /dev/kmsg
        CHECK_FALSE(line_in("6,5,1,-;" + direct("a.fw") + "\n").has_value());
        CHECK_FALSE(line_in("6,5,1,-;" + direct("a.fw") + "\n SUBSYSTEM=pci\n").has_value());
        CHECK(line_in("6,5,1,-,caller=T1;" + direct("a.fw") + "\n DEVICE=c4:64\n").has_value());
    }

    TEST_CASE("a record that is none is refused, whatever it lacks") {
        const std::string head = "6,77,5,-;";
        CHECK(decode_log_record(head).value().sequence == 77);
        for (std::size_t size = 0; size < head.size(); ++size) CHECK_FALSE(decode_log_record(head.substr(0, size)));
        for (const char* bad : {"x,1,1,-;", "6,x,1,-;", "-6,1,1,-;", "6;", "6,99999999999999999999,1,-;"})
            CHECK_FALSE(decode_log_record(bad));
    }
}

TEST_SUITE("kernel_log") {
    TEST_CASE("lines are gathered by file, and what was loaded once is loaded") {
        const auto log = gathered(
            {record(0, "eth0: link up"), record(1, "x 0: Direct firmware load for b.fw failed with error -2"),
             record(2, direct("b.fw")), record(3, "x 0: Direct firmware load for b.fw failed with error -2"),
             record(4, direct("a.fw"))}
        );
        REQUIRE(log.has_value());
        CHECK(*log == FirmwareLog{0, 5, false, {{"a.fw", true, {}}, {"b.fw", true, {}}}});
    }

    TEST_CASE("a ring that lost its beginning, or records while it was read, says so") {
        CHECK(gathered({record(7, "x"), record(8, "x")}).value() == FirmwareLog{7, 9, false, {}});
        CHECK(gathered({record(0, "x"), "gap", record(9, "x")}).value() == FirmwareLog{0, 10, true, {}});
        CHECK(gathered({}).value().gap);
    }

    TEST_CASE("no more files are kept than a log may name, and that some were left out is said") {
        std::deque<std::string> records;
        for (std::size_t i = 0; i < max_firmware_lines; ++i) records.push_back(record(i, direct(std::to_string(i))));
        CHECK_FALSE(gathered(records).value().gap);
        records.push_back(record(max_firmware_lines, direct("one more")));
        CHECK(gathered(records).value().gap);
        CHECK(gathered(records).value().lines.size() == max_firmware_lines);
    }

    TEST_CASE("this machine's log is read, or it is said why not") {
        const auto log = read_kernel_log();
        if (log)
            CHECK(log->next >= log->first);
        else
            CHECK_FALSE(log.error().what.empty());
    }
}

}  // namespace
}  // namespace assay::agent
