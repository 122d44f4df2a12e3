#include "base/encoding.hpp"
#include "collector/cli/inspect/kinds.hpp"
#include "evidence/reason.hpp"
#include "tests/collector/cli/fake_context.hpp"
#include "tests/support/module_pages.hpp"

namespace assay::cli::test {
TEST_SUITE_BEGIN("cli: without a collector");

const std::string quote_file = "tests/data/vm-measured-boot/tpm/quote_ecc.msg";

// A router with a covered card, a part whose subsystem alone is listed, a modem and a source that was denied.
std::string made_scan() {
    Inventory inventory;
    Component card;
    card.key = "pci/0000:00/1c.0";
    card.kind = ComponentKind::pci_function;
    card.identifiers = {{Registry::pci, "19e5:1822"}};
    card.names["product"] = Reading::of("Network card");
    card.serial = Reading::of("CARD-0001");
    card.location.slot = "3";
    Component clean;
    clean.key = "pci/0000:00/1d.0";
    clean.kind = ComponentKind::pci_function;
    clean.identifiers = {{Registry::pci, "8086:1572"}, {Registry::pci_subsystem, "8086:0000"}};
    inventory.components = {card, clean};
    inventory.sources = {
        {.source = "pci", .state = SourceState::ok, .detail = {}, .covered = {"pci/0000:00"}},
        {.source = "usb", .state = SourceState::denied, .detail = "sys/bus/usb", .covered = {}},
    };
    normalise(inventory);
    const auto value = json::parse(encode_inventory(inventory), {}, "made");
    return json::pretty(json::Object{{"inventory", *value}});
}

const std::string made_pack = R"(
pack = { id = "test", version = 1, date = 2026-01-02, title = "Test list", source = "tests/collector/cli" }
entities = [{ id = "huawei", name = "Huawei" }]
identifiers = [{ entity = "huawei", registry = "pci", values = ["19e5"], confidence = "registered", source = "PCI-SIG" }]
[[entries]]
id = "test-huawei"
entity = "huawei"
authority = "Test authority"
citation = "Section 1"
from = 2025-01-01
action = "remove_by"
deadline = 2027-03-04
)";

TEST_CASE("inspect quote shows what a TPM signed, field by field") {
    Fake fake;
    CHECK(fake.assay({"inspect", "quote", quote_file}) == Exit::done);
    check_golden("inspect_quote.json", fake.out);
}

TEST_CASE("inspect quote refuses what is no quote, and names the file") {
    Fake fake;
    fake.files["cut"] = to_text(assay::test::data("vm-measured-boot/tpm/quote_ecc.msg")).substr(0, 40);
    CHECK(fake.assay({"inspect", "quote", "cut"}) == Exit::failed);
    CHECK(fake.out.empty());
    CHECK(fake.err.find("cut") != std::string::npos);
    CHECK(fake.assay({"inspect", "quote", "gone"}) == Exit::failed);
}

TEST_CASE("inspect transceiver shows what a module says of itself, and that its checksum does not hold") {
    Fake fake;
    fake.files["module"] = to_text(assay::test::joined(assay::test::cmis_pages())) + std::string(128, '\0');
    CHECK(fake.assay({"inspect", "transceiver", "module"}) == Exit::done);
    check_golden("inspect_transceiver.json", fake.out);

    Fake forged;
    Bytes page = assay::test::sfp_pages().lower;
    assay::test::put(page, 20, "CISCO", 16);
    forged.files["module"] = to_text(page);
    CHECK(forged.assay({"inspect", "transceiver", "module"}) == Exit::done);
    const auto told = json::parse(forged.out, {}, "out");
    REQUIRE(told);
    CHECK(told->as_object().at("condition") == "bad_checksum");
    CHECK(told->as_object().at("vendor") == "CISCO");
    CHECK(told->as_object().at("checksums").as_array().at(0).as_object().at("holds") == false);

    Fake empty;
    empty.files["module"] = std::string(256, '\xff');
    CHECK(empty.assay({"inspect", "transceiver", "module"}) == Exit::done);
    CHECK(empty.out.find("all_ff") != std::string::npos);
    CHECK(empty.out.find("vendor") == std::string::npos);
}

TEST_CASE("every kind that inspect knows refuses an empty file, says what it expected, and stands in the help") {
    for (const InspectKind& kind : inspect_kinds()) {
        CAPTURE(kind.name);
        Fake fake;
        fake.files["empty"] = "";
        CHECK(fake.assay({"inspect", std::string(kind.name), "empty"}) == Exit::failed);
        CHECK(fake.out.empty());
        CHECK(fake.err.find(kind.expected) != std::string::npos);
        Fake help;
        CHECK(help.assay({"inspect", "--help"}) == Exit::done);
        CHECK(help.out.find(kind.what) != std::string::npos);
    }
    Fake unknown;
    CHECK(unknown.assay({"inspect", "nonsense", "f"}) == Exit::usage);
}

TEST_CASE("explain knows every reason code, with advice") {
    Fake fake;
    for (const ReasonText& one : all_reasons()) {
        CAPTURE(one.word);
        CHECK(fake.assay({"explain", std::string(one.word)}) == Exit::done);
        CHECK(fake.out.find("What to do: ") != std::string::npos);
    }
    CHECK(fake.assay({"explain"}) == Exit::done);
    CHECK(fake.out.find("absence_observed") != std::string::npos);
    CHECK(fake.assay({"explain", "--json"}) == Exit::done);
    CHECK(json::parse(fake.out, {}, "out"));
}

TEST_CASE("explain suggests the nearest code") {
    Fake fake;
    CHECK(fake.assay({"explain", "nonce_expird"}) == Exit::failed);
    CHECK(fake.err.find("did you mean nonce_expired?") != std::string::npos);
}

TEST_CASE("policy match judges a scan, as a table, as CSV and as JSON") {
    Fake fake;
    fake.files["scan.json"] = made_scan();
    fake.files["test.toml"] = made_pack;
    const std::vector<std::string> asked{"policy", "match", "--inventory", "scan.json", "--pack", "test.toml"};
    CHECK(fake.assay(asked) == Exit::done);
    check_golden("policy_match.txt", fake.out);
    auto with = asked;
    with.insert(with.end(), {"--as-of", "2026-05-06", "--json"});
    CHECK(fake.assay(with) == Exit::done);
    check_golden("policy_match.json", fake.out);
    with.back() = "--csv";
    CHECK(fake.assay(with) == Exit::done);
    check_golden("policy_match.csv", fake.out);
    with.back() = "--why";
    CHECK(fake.assay(with) == Exit::done);
    check_golden("policy_match_why.txt", fake.out);
}

TEST_CASE("policy match judges as of a day: before the entry took effect there is no finding") {
    Fake fake;
    fake.files["scan.json"] = made_scan();
    fake.files["test.toml"] = made_pack;
    CHECK(
        fake.assay({"policy", "match", "--inventory", "scan.json", "--pack", "test.toml", "--as-of", "2024-12-31"}) ==
        Exit::done
    );
    CHECK(fake.out.find("no finding on 2 components as of 2024-12-31") != std::string::npos);
    // What could not be read is said even then.
    CHECK(fake.out.find("not looked at: usb is denied") != std::string::npos);
    CHECK(fake.assay({"policy", "match", "--inventory", "scan.json", "--as-of", "yesterday"}) == Exit::usage);
}

TEST_CASE("policy match takes a bare inventory, and finds the packs that ship by itself") {
    Fake fake;
    const auto scan = json::parse(made_scan(), {}, "scan");
    fake.files["bare.json"] = json::pretty(scan->as_object().at("inventory"));
    CHECK(fake.assay({"policy", "match", "--inventory", "bare.json", "--json"}) == Exit::done);
    CHECK(fake.out.find("\"19e5:1822\"") != std::string::npos);
    fake.context.packs.clear();
    CHECK(fake.assay({"policy", "match", "--inventory", "bare.json"}) == Exit::failed);
    CHECK(fake.err.find("--pack") != std::string::npos);
}

TEST_CASE("policy match says what contradicts itself and what is nobody's, by the snapshots that ship") {
    Fake fake;
    Inventory inventory;
    Component stick;
    stick.key = "usb/1-1";
    stick.kind = ComponentKind::usb_device;
    stick.identifiers = {{Registry::usb, "8087:0a2b"}};
    stick.names["manufacturer"] = Reading::of("Huawei Technologies");
    Component nobodys;
    nobodys.key = "pci/1";
    nobodys.kind = ComponentKind::pci_function;
    nobodys.identifiers = {{Registry::pci, "abce:8139"}};
    inventory.components = {stick, nobodys};
    normalise(inventory);
    fake.files["scan.json"] = encode_inventory(inventory);
    CHECK(fake.assay({"policy", "match", "--inventory", "scan.json"}) == Exit::done);
    check_golden("policy_match_identities.txt", fake.out);
    CHECK(fake.assay({"policy", "match", "--inventory", "scan.json", "--json"}) == Exit::done);
    const auto value = json::parse(fake.out, {.max_bytes = 1U << 20U, .max_depth = 16, .max_values = 10'000}, "out");
    REQUIRE(value);
    CHECK(value->as_object().at("conflicts").as_array().size() == 1);
    CHECK(value->as_object().at("unknown_identifiers").as_array().size() == 1);
    CHECK(value->as_object().at("registries").as_array().size() == 4);
    fake.context.registries.clear();
    CHECK(fake.assay({"policy", "match", "--inventory", "scan.json"}) == Exit::done);
    CHECK(fake.out.find("identity conflict") == std::string::npos);
    CHECK(fake.out.find("no_snapshot") != std::string::npos);
    fake.context.registries = "policy";  // a directory without any
    CHECK(fake.assay({"policy", "match", "--inventory", "scan.json"}) == Exit::done);
    fake.context.registries = "policy/registries";
    fake.files["policy/registries/pci.tsv"] = "assay-registry\t2\n";
    CHECK(fake.assay({"policy", "match", "--inventory", "scan.json"}) == Exit::failed);
    CHECK(fake.err.find("policy/registries/pci.tsv:") != std::string::npos);
}

TEST_CASE("a scan with an unknown document, or no inventory, is refused") {
    Fake fake;
    fake.files["test.toml"] = made_pack;
    for (const std::string& text :
         {std::string("{}"), std::string("[]"), std::string("{"), std::string(R"({"inventory":{},"x":1})")}) {
        fake.files["scan.json"] = text;
        CHECK(fake.assay({"policy", "match", "--inventory", "scan.json", "--pack", "test.toml"}) == Exit::failed);
        CHECK_FALSE(fake.err.empty());
    }
}

TEST_CASE("policy check says what a pack holds, or where it is wrong") {
    Fake fake;
    fake.context.packs.clear();
    fake.files["test.toml"] = made_pack;
    CHECK(fake.assay({"policy", "check", "test.toml"}) == Exit::done);
    CHECK(fake.out.find("test.toml") != std::string::npos);
    fake.files["bad.toml"] = made_pack + "actoin = \"review\"\n";
    CHECK(fake.assay({"policy", "check", "test.toml", "bad.toml"}) == Exit::failed);
    CHECK(fake.err.find("bad.toml:") != std::string::npos);
    CHECK(fake.err.find("actoin") != std::string::npos);
}

TEST_CASE("a pack of one's own may use the packs that ship without naming their files") {
    Fake fake;
    fake.files["scan.json"] = made_scan();
    fake.files["own.toml"] = R"(
pack = { id = "own", version = 1, date = 2026-01-02, title = "Own", source = "Board", uses = ["entities"] }
[[entries]]
id = "own-huawei"
entity = "huawei"
authority = "Network board"
citation = "Decision 1"
from = 2025-01-01
action = "review"
)";
    CHECK(fake.assay({"policy", "match", "--inventory", "scan.json", "--pack", "own.toml", "--csv"}) == Exit::done);
    CHECK(fake.out.find("own-huawei") != std::string::npos);
    CHECK(fake.out.find("FCC") == std::string::npos);
}

TEST_CASE("the packs that ship pass policy check") {
    Fake fake;
    const auto names = fake.context.list_directory(fake.context.packs);
    std::vector<std::string> arguments{"policy", "check"};
    for (const std::string& name : *names) {
        if (name.ends_with(".toml")) arguments.push_back(fake.context.packs + "/" + name);
    }
    CHECK(fake.assay(arguments) == Exit::done);
    CHECK(fake.err.empty());
}

TEST_SUITE_END();
}  // namespace assay::cli::test
