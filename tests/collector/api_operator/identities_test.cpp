// Identity conflicts and unknown identifiers, as an operator asks for them.

#include "tests/collector/api_operator/scene.hpp"
#include "tests/policy/registry_text.hpp"

namespace assay::api::test {
namespace {

struct Registers : Scene {
    Registers() {
        std::vector<policy::RegistrySnapshot> snapshots;
        snapshots.push_back(policy::good_snapshot("pci", "1028\tDell\n19e5\tHuawei\n8086\tIntel Corporation\n"));
        snapshots.push_back(policy::good_snapshot("oui", "00e0fc\tHuawei\n"));
        rules.replace_registries(policy::registries_of(std::move(snapshots)));
    }

    // An Intel chip on a Dell card in a Dell machine, with an address of Huawei's, beside a chip of nobody's.
    static Inventory contradicting() {
        Component chip = card("pci/1", "S-1");
        chip.identifiers = {{Registry::pci, "8086:1572"}, {Registry::pci_subsystem, "1028:0001"}};
        Component port;
        port.key = "net/1";
        port.kind = ComponentKind::network_interface;
        port.parent = "pci/1";
        port.identifiers = {{Registry::mac, "00e0fc000001"}};
        Component machine;
        machine.key = "system";
        machine.kind = ComponentKind::system;
        machine.names["manufacturer"] = Reading::of("Dell Inc.");
        Component nobodys = card("pci/2", "S-2");
        nobodys.identifiers = {{Registry::pci, "1cf2:8139"}};
        return inventory({chip, port, machine, nobodys});
    }

    json::Array list(const std::string& path) const { return items_of(object_of(get(path))); }
};

}  // namespace

TEST_SUITE_BEGIN("operator api: identities");

TEST_CASE_FIXTURE(Registers, "a conflict is listed with both statements, and asks for no work") {
    const DeviceId id = device("core-1", contradicting());
    const json::Array items = list("/v1/conflicts");
    REQUIRE(items.size() == 1);
    const json::Object& one = items[0].as_object();
    CHECK(one.at("device").as_string() == id.text());
    CHECK(one.at("component").as_string() == "net/1");
    CHECK(one.at("rule").as_string() == "mac_maker");
    CHECK(one.at("holder").as_string() == "Huawei");
    CHECK(one.at("against").as_string() == "Intel Corporation");
    CHECK(one.at("proof").as_string() == "reported");
    CHECK(one.at("conflict").as_object().at("statements").as_array().size() == 4);
    CHECK(list("/v1/findings").empty());
    CHECK(list("/v1/worklist?all=true").empty());
    const json::Object shown = object_of(get("/v1/devices/" + id.text()));
    CHECK(shown.at("conflicts").as_int64() == 1);
    CHECK(shown.at("unknown_identifiers").as_int64() == 1);
    CHECK(list("/v1/conflicts?site=north&kind=network_interface&rule=mac_maker&vendor=mac:00e0fc").size() == 1);
    CHECK(list("/v1/conflicts?site=south").empty());
    CHECK(list("/v1/conflicts?rule=usb_name").empty());
    CHECK(get("/v1/conflicts?rule=guilt").status == 400);
}

TEST_CASE_FIXTURE(Registers, "a number of nobody's is a queue of its own, with why and where") {
    const DeviceId first = device("core-1", contradicting());
    device("core-2", contradicting(), "south");
    const json::Array items = list("/v1/unknown-identifiers");
    REQUIRE(items.size() == 1);
    const json::Object& one = items[0].as_object();
    CHECK(one.at("registry").as_string() == "pci");
    CHECK(one.at("vendor").as_string() == "1cf2");
    CHECK(one.at("reason").as_string() == "not_registered");
    CHECK(one.at("devices").as_int64() == 2);
    CHECK(one.at("components").as_int64() == 2);
    CHECK(one.at("example").as_object().at("value").as_string() == "1cf2:8139");
    CHECK(list("/v1/unknown-identifiers?device=" + first.text())[0].as_object().at("devices").as_int64() == 1);
    CHECK(list("/v1/unknown-identifiers?registry=usb").empty());
    CHECK(list("/v1/unknown-identifiers?reason=local").empty());
    CHECK(get("/v1/unknown-identifiers?registry=phone_book").status == 400);
    CHECK(get("/v1/unknown-identifiers?reason=clean").status == 400);
    CHECK(get("/v1/unknown-identifiers?vendor=1cf2").status == 400);
}

TEST_CASE_FIXTURE(Registers, "pages of one go on after the last, and a cursor of another list is refused") {
    device("core-1", contradicting());
    device("core-2", contradicting());
    const json::Object first = object_of(get("/v1/conflicts?limit=1"));
    const std::string cursor(first.at("next").as_string());
    const json::Array second = list("/v1/conflicts?limit=1&cursor=" + cursor);
    REQUIRE(second.size() == 1);
    CHECK(second[0].as_object().at("device") != items_of(first)[0].as_object().at("device"));
    CHECK(get("/v1/conflicts?cursor=AAAA").status == 400);
    const json::Object unknown = object_of(get("/v1/unknown-identifiers?limit=1"));
    CHECK(list("/v1/unknown-identifiers?cursor=" + std::string(unknown.at("next").as_string())).empty());
    CHECK(get("/v1/unknown-identifiers?cursor=W10").status == 400);
}

TEST_SUITE_END();
}  // namespace assay::api::test
