// assay inspect eventlog and efivar: a virtual machine's log and variables in full, PCRs as tpm2_eventlog prints them
// for every captured log, and what is said of files that are none.

#include "tests/collector/cli/fake_context.hpp"
#include "tests/support/captures.hpp"
#include "tests/support/event_log_bytes.hpp"
#include "tests/support/eventlog_oracle.hpp"

#include <filesystem>

namespace assay::cli::test {
namespace {

const std::string log_file = "tests/data/vm-measured-boot/tpm/binary_bios_measurements";
const std::string variables = "tests/data/vm-measured-boot/fw/efivars/";
const std::string global = "-8be4df61-93ca-11d2-aa0d-00e098032b8c";
const std::string image_security = "-d719b2cb-3d3a-4596-a3bc-dad00e67656f";

std::string file_text(const std::string& path) {
    return to_text(assay::test::read_file(path));
}

// The lines that the oracle's PCRs would be.
std::string expected_lines(const assay::test::EventLogOracle& oracle) {
    std::string out;
    for (const char* bank : {"sha1", "sha256", "sha384", "sha512"}) {
        const auto found = oracle.pcrs.find(bank);
        if (found == oracle.pcrs.end()) continue;
        for (const auto& [pcr, hex] : found->second)
            out += std::string(bank) + " " + std::to_string(pcr) + " " + hex + "\n";
    }
    return out;
}

}  // namespace

TEST_SUITE_BEGIN("cli: inspect eventlog");

TEST_CASE("inspect eventlog shows every event, what its digests cover, and the PCRs") {
    Fake fake;
    CHECK(fake.assay({"inspect", "eventlog", log_file}) == Exit::done);
    check_golden("inspect_eventlog.json", fake.out);
}

TEST_CASE("inspect eventlog --pcrs prints the replayed PCRs alone, and those are the TPM's") {
    Fake fake;
    CHECK(fake.assay({"inspect", "eventlog", log_file, "--pcrs"}) == Exit::done);
    CHECK(std::ranges::count(fake.out, '\n') == 33);  // 11 PCRs in three banks
    CHECK(fake.out.starts_with("sha1 0 "));
    CHECK(fake.out.find("\nsha256 14 ") != std::string::npos);
    CHECK(fake.out.find(" 10 ") == std::string::npos);
}

TEST_CASE("inspect eventlog --pcrs of captured logs is what tpm2_eventlog prints, where no EV_NO_ACTION comes in") {
    if (!assay::test::capture("event-logs/arch-linux.bin")) return;
    for (const auto& entry : std::filesystem::directory_iterator(assay::test::captures_root() + "/event-logs")) {
        auto yaml = entry.path();
        yaml.replace_extension(".yaml");
        if (entry.path().extension() != ".bin" || !std::filesystem::exists(yaml)) continue;
        const auto oracle = assay::test::read_oracle(file_text(yaml.string()));
        const bool departs = std::ranges::count(oracle.events, "EV_NO_ACTION", &assay::test::OracleEvent::type) > 1;
        if (departs) continue;
        CAPTURE(entry.path().filename().string());
        Fake fake;
        fake.files["log"] = file_text(entry.path().string());
        CHECK(fake.assay({"inspect", "eventlog", "log", "--pcrs"}) == Exit::done);
        CHECK(fake.out == expected_lines(oracle));
        CHECK(fake.assay({"inspect", "eventlog", "log"}) == Exit::done);
    }
}

TEST_CASE("inspect eventlog shows a log up to where it breaks off, and prints no PCRs of it") {
    Fake fake;
    fake.files["cut"] = file_text(std::string(ASSAY_SOURCE_DIR) + "/" + log_file).substr(0, 1000);
    CHECK(fake.assay({"inspect", "eventlog", "cut"}) == Exit::done);
    CHECK(fake.out.find("\"flaw\": \"broken\"") != std::string::npos);
    CHECK(fake.out.find("\"not_replayed\": \"cannot be replayed: broken, event ") != std::string::npos);
    CHECK(fake.out.find("\"pcrs\"") == std::string::npos);
    CHECK(fake.assay({"inspect", "eventlog", "cut", "--pcrs"}) == Exit::failed);
    CHECK(fake.out.empty());
    CHECK(fake.err.find("cut: event log: cannot be replayed: broken, event ") != std::string::npos);
}

TEST_CASE("inspect eventlog refuses what is no log, and names the file") {
    Fake fake;
    fake.files["text"] = "no log";
    CHECK(fake.assay({"inspect", "eventlog", "text"}) == Exit::failed);
    CHECK(fake.err.find("text: event 0.eventType: ") != std::string::npos);
    fake.files["empty"] = "";
    CHECK(fake.assay({"inspect", "eventlog", "empty"}) == Exit::failed);
}

TEST_CASE("what a hostile log says reaches no terminal raw") {
    assay::test::LogBytes log({HashAlg::sha256});
    log.event(8, EventType::ipl, "grub_cmd: a\u202e\u200bb").event(8, EventType{0x80009999}, "\x1b[2J");
    Fake fake;
    fake.files["log"] = to_text(log.bytes());
    CHECK(fake.assay({"inspect", "eventlog", "log"}) == Exit::done);
    CHECK(fake.out.find('\x1b') == std::string::npos);
    CHECK(fake.out.find("\u202e") == std::string::npos);
    CHECK(fake.out.find("1b5b324a") != std::string::npos);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("cli: inspect efivar");

TEST_CASE("inspect efivar shows signature lists with owners and certificates") {
    Fake fake;
    CHECK(fake.assay({"inspect", "efivar", variables + "KEK" + global}) == Exit::done);
    check_golden("inspect_efivar.json", fake.out);
    CHECK(fake.assay({"inspect", "efivar", variables + "dbx" + image_security}) == Exit::done);
    CHECK(fake.out.find("\"hash\": \"") != std::string::npos);
}

TEST_CASE("inspect efivar goes by the file's name, or by --name") {
    Fake fake;
    CHECK(fake.assay({"inspect", "efivar", variables + "SecureBoot" + global}) == Exit::done);
    CHECK(fake.out.find("\"enabled\": true") != std::string::npos);
    CHECK(fake.out.find("\"vendor\": \"8be4df61-93ca-11d2-aa0d-00e098032b8c\"") != std::string::npos);
    fake.files["x"] = std::string("\x07\0\0\0\x03\0\x01\0", 8);
    CHECK(fake.assay({"inspect", "efivar", "x"}) == Exit::done);
    CHECK(fake.out.find("\"hex\": \"03000100\"") != std::string::npos);
    CHECK(fake.assay({"inspect", "efivar", "x", "--name", "BootOrder" + global}) == Exit::done);
    CHECK(fake.out.find("\"0003\",") != std::string::npos);
    CHECK(fake.out.find("\"attribute_names\"") != std::string::npos);
}

TEST_CASE("inspect efivar shows a boot option of a captured machine with its path") {
    const auto bytes = assay::test::capture("vm-measured-boot/fw/efivars/Boot0001" + global);
    if (!bytes) return;
    Fake fake;
    fake.files["Boot0001" + global] = to_text(*bytes);
    CHECK(fake.assay({"inspect", "efivar", "Boot0001" + global}) == Exit::done);
    CHECK(fake.out.find("\"load_option\"") != std::string::npos);
    CHECK(fake.out.find("PciRoot(0x0)/Pci(") != std::string::npos);
}

TEST_CASE("inspect efivar says why data is not what its name asks for, and refuses a file without attributes") {
    Fake fake;
    fake.files["db" + image_security] = std::string("\x27\0\0\0garbage", 11);
    CHECK(fake.assay({"inspect", "efivar", "db" + image_security}) == Exit::done);
    CHECK(
        fake.out.find("\"malformed\": \"signature list at byte 0: ends within its header (truncated)\"") !=
        std::string::npos
    );
    fake.files["short"] = "abc";
    CHECK(fake.assay({"inspect", "efivar", "short"}) == Exit::failed);
    CHECK(fake.err.find("short: efi variable: ") != std::string::npos);
}

TEST_SUITE_END();
}  // namespace assay::cli::test
