// assay inspect eventlog and efivar: a virtual machine's log and variables in full, PCRs as tpm2_eventlog prints them
// for every captured log, and what is said of files that are none.

#include "base/encoding.hpp"
#include "collector/cli/inspect/efi_content.hpp"
#include "collector/cli/inspect/event_data_json.hpp"
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

TEST_CASE("what an event says is shown under the name of what it is, malformed data as hex with the reason") {
    const auto shown = [](EventType type, const std::string& seed) {
        const Bytes bytes =
            assay::test::read_file(std::string(ASSAY_SOURCE_DIR) + "/tests/fuzz/corpus/event_data/" + seed);
        return json::compact(event_data_value(type, bytes));
    };
    using enum EventType;
    CHECK(shown(no_action, "startup-locality") == R"({"startup_locality":3})");
    CHECK(
        shown(no_action, "hcrtm-component") ==
        R"({"hcrtm_component":{"description":"ACM1","format":0,"measurement":"616263"}})"
    );
    const std::string manifest = shown(no_action, "manifest3");
    CHECK(manifest.find(R"("rim_locator":{"type":1,"uri":"https://"})") != std::string::npos);
    CHECK(manifest.find(R"("platform_certificate_locator":{"type":0,"hex":"6162"})") != std::string::npos);
    CHECK(shown(no_action, "nv-dynamic").find(R"("uid":"0x7","description":"SPDM CHALLENGE")") != std::string::npos);
    CHECK(shown(no_action, "vendor-note") == R"({"vendor_note":{"signature":"BIOS Integrity","hex":"78797a"}})");
    CHECK(
        shown(efi_platform_firmware_blob2, "firmware-blob2") ==
        R"({"firmware_blob":{"base":"0x820000","length":"0xe0000","description":"abc"}})"
    );
    CHECK(shown(efi_handoff_tables2, "handoff-tables2").find(R"("pointer":"0x8fcb0000")") != std::string::npos);
    CHECK(shown(efi_gpt_event, "gpt").find(R"("name":"EFI system")") != std::string::npos);
    CHECK(shown(event_tag, "tag") == R"({"tagged":{"id":"8f3b22ec","text":"Linux initrd"}})");
    CHECK(shown(separator, "separator-error") == R"({"separator":"00000001"})");
    const std::string spdm = shown(efi_spdm_firmware_blob, "spdm2");
    CHECK(spdm.find(R"("auth_state":"success")") != std::string::npos);
    CHECK(spdm.find(R"x("device_path":{"text":"PciRoot(0x0)"})x") != std::string::npos);
    CHECK(
        spdm.find(R"("pci":{"id":"8086:1533","subsystem":"8086:0001","revision":"03","class":"020000"})") !=
        std::string::npos
    );
    const std::string cut = shown(efi_gpt_event, "startup-locality");
    CHECK(cut.starts_with(R"({"hex":"53746172)"));
    CHECK(cut.find("UEFI_GPT_DATA.Signature: is not EFI PART") != std::string::npos);
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("cli: inspect efivar");

TEST_CASE("the content of a variable goes by its name") {
    const auto shown = [](std::string_view name, std::string_view hex) {
        return json::compact(efi_content(name, from_hex(hex).value()));
    };
    CHECK(shown("SetupMode", "00") == R"({"enabled":false})");
    CHECK(shown("SetupMode", "02").find("malformed") != std::string::npos);
    CHECK(shown("BootOrder", "01000a00") == R"({"order":["0001","000A"]})");
    CHECK(shown("BootOrder", "01000a").find("malformed") != std::string::npos);
    CHECK(shown("Timeout", "0500") == R"({"number":5})");
    CHECK(shown("ConOut", "02010c00d041030a000000007fff0400") == R"x({"device_path":{"text":"PciRoot(0x0)"}})x");
    CHECK(shown("PlatformLang", "656e00") == R"({"text":"en"})");
    CHECK(shown("Anything", "") == R"({"size":0})");
    CHECK(shown("BootABCG", "01020304").find("load_option") == std::string::npos);
    CHECK(shown("dbx", "").find("signature_lists") == std::string::npos);
}

TEST_CASE("of an authority the one entry is shown, as owner and hash or certificate") {
    const std::string owner = "61dfe48bca93d211aa0d00e098032b8c";
    const Bytes hash_entry = from_hex(owner + std::string(64, 'a')).value();
    CHECK(
        json::compact(authority_content("db", hash_entry)) ==
        R"({"owner":"8be4df61-93ca-11d2-aa0d-00e098032b8c","hash":")" + std::string(64, 'a') + "\"}"
    );
    CHECK(json::compact(authority_content("SbatLevel", as_bytes("sbat,1"))) == R"({"text":"sbat,1"})");
    CHECK(certificate_value(hash_entry).contains("malformed"));
    CHECK(device_path_value(from_hex("0101").value()).contains("malformed"));
}

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
