#include "tests/collector/cli/fake_context.hpp"

namespace assay::cli::test {
TEST_SUITE_BEGIN("cli: inventory diff");

Component card(const std::string& key, const std::string& serial) {
    Component out;
    out.key = key;
    out.kind = ComponentKind::pci_function;
    out.identifiers = {{Registry::pci, "19e5:0222"}};
    out.names["product"] = Reading::of("Network card");
    out.serial = Reading::of(serial);
    out.firmware = {{"firmware", Reading::of("1.0"), std::nullopt, "ethtool"}};
    return out;
}

Component disk(const std::string& key, const std::string& model) {
    Component out;
    out.key = key;
    out.kind = ComponentKind::block_device;
    out.names["model"] = Reading::of(model);
    return out;
}

std::string scan_text(Inventory inventory, const Placement& placement) {
    normalise(inventory);
    return json::pretty(json::Object{
        {"inventory", *json::parse(encode_inventory(inventory), {}, "made")},
        {"placement", *json::parse(encode_placement(placement), {}, "made")}
    });
}

// A card that moves and is updated, a disk that goes, one that comes with a name for a spreadsheet, a chip that nobody
// can look at any more.
struct TwoScans {
    Fake fake;
    TwoScans() {
        Inventory before;
        before.sources = {
            {"block", SourceState::ok, "", {"block"}},
            {"mtd", SourceState::ok, "", {"mtd"}},
            {"pci", SourceState::ok, "", {"pci/0000:00"}},
        };
        Inventory after = before;
        before.components = {card("pci/0000:00/01.0", "CARD-0001"), disk("block/a", "old"), disk("mtd/0", "flash")};
        after.components = {card("pci/0000:00/02.0", "CARD-0001"), disk("block/b", "=1+1, new")};
        after.components[0].firmware[0].version = Reading::unreadable("denied");
        after.sources[1] = {"mtd", SourceState::denied, "sys/class/mtd", {}};
        fake.files["before.json"] = scan_text(before, {{"pci/0000:00/01.0", {{"address", "0000:03:00.0"}}}});
        fake.files["after.json"] = scan_text(after, {{"pci/0000:00/02.0", {{"address", "0000:05:00.0"}}}});
        fake.files["again.json"] = scan_text(before, {{"pci/0000:00/01.0", {{"address", "0000:77:00.0"}}}});
    }
};

TEST_CASE_FIXTURE(TwoScans, "inventory diff tells what moved, went, came and is not looked at, in three formats") {
    CHECK(fake.assay({"inventory", "diff", "before.json", "after.json"}) == Exit::different);
    check_golden("inventory_diff.txt", fake.out);
    CHECK(fake.assay({"inventory", "diff", "before.json", "after.json", "--json"}) == Exit::different);
    check_golden("inventory_diff.json", fake.out);
    CHECK(fake.assay({"inventory", "diff", "before.json", "after.json", "--csv"}) == Exit::different);
    check_golden("inventory_diff.csv", fake.out);
}

TEST_CASE_FIXTURE(TwoScans, "inventory diff of the same hardware is status 0, whatever addresses a boot gave") {
    CHECK(fake.assay({"inventory", "diff", "before.json", "again.json"}) == Exit::done);
    CHECK(fake.out == "no difference in 3 components\n");
    CHECK(fake.assay({"inventory", "diff", "before.json", "again.json", "--json"}) == Exit::done);
    CHECK(json::parse(fake.out, {}, "out")->at("equal").as_bool());
}

TEST_CASE_FIXTURE(TwoScans, "inventory diff takes bare inventories, and says when one is a captured tree's") {
    Inventory inventory;
    inventory.components = {disk("block/a", "old")};
    fake.files["live.json"] = encode_inventory(inventory);
    inventory.replayed = true;
    fake.files["tree.json"] = encode_inventory(inventory);
    CHECK(fake.assay({"inventory", "diff", "live.json", "tree.json"}) == Exit::done);
    CHECK(fake.out.find("one is of a captured tree") != std::string::npos);
}

TEST_CASE_FIXTURE(TwoScans, "inventory diff of what is no inventory is status 2 with the file's name, as of diff") {
    fake.files["bad.json"] = "{";
    for (const char* bad : {"bad.json", "gone.json"}) {
        for (const bool first : {true, false}) {
            CHECK(
                fake.assay({"inventory", "diff", first ? bad : "before.json", first ? "before.json" : bad}) ==
                Exit::usage
            );
            CHECK(fake.err.find(bad) != std::string::npos);
            CHECK(fake.out.empty());
        }
    }
    CHECK(fake.assay({"inventory", "diff", "-", "-"}) == Exit::usage);
    CHECK(fake.assay({"inventory", "diff", "before.json"}) == Exit::usage);
    CHECK(fake.assay({"inventory"}) == Exit::usage);
}

TEST_SUITE_END();
}  // namespace assay::cli::test
