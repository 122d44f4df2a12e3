#include "evidence/inventory_diff.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>

using namespace assay;

namespace {

Component part(
    std::string key, const std::string& pci, std::string serial = "", ComponentKind kind = ComponentKind::pci_function
) {
    Component out;
    out.key = std::move(key);
    out.kind = kind;
    out.identifiers = {{Registry::pci, pci}};
    out.names["driver"] = Reading::of("d");
    if (!serial.empty()) out.serial = Reading::of(std::move(serial));
    return out;
}

Inventory machine(std::vector<Component> components) {
    Inventory out;
    out.sources = {
        {"pci", SourceState::ok, "", {"pci/0000:00"}},
        {"usb", SourceState::ok, "", {"usb/0000:00/14.0/hs"}},
        {"view", SourceState::ok, "", {"own_mount"}},
    };
    out.components = std::move(components);
    normalise(out);
    return out;
}

// "moved pci/b" and so on.
std::vector<std::string> told(const InventoryDiff& diff) {
    std::vector<std::string> out;
    for (const PartDiff& one : diff.parts) out.push_back(std::string(name(one.change)) + " " + one.key());
    return out;
}

using Told = std::vector<std::string>;

const std::string bus = "pci/0000:00/";

Inventory usual() {
    Component card = part(bus + "01.0/00.0", "19e5:0222", "CARD0001");
    card.parent = bus + "01.0";
    card.firmware = {{"firmware", Reading::of("1.0"), std::nullopt, "ethtool"}};
    Component nic = part("usb/0000:00/14.0/hs/4", "0bda:8153", "", ComponentKind::network_interface);
    nic.identifiers = {{Registry::mac, "00e04c680001"}};
    return machine({part(bus + "01.0", "8086:a338"), part(bus + "02.0", "8086:a33a"), card, nic});
}

Component& at(Inventory& inventory, std::string_view key) {
    const auto found = std::ranges::find(inventory.components, key, &Component::key);
    REQUIRE(found != inventory.components.end());
    return *found;
}

InventoryDiff after(const std::function<void(Inventory&)>& change) {
    Inventory now = usual();
    change(now);
    normalise(now);
    return diff_inventories(usual(), now);
}

}  // namespace

TEST_SUITE("inventory_diff") {
    TEST_CASE("the same inventory has no difference, and how it was come by is none") {
        CHECK(diff_inventories(usual(), usual()).empty());
        CHECK(after([](Inventory& now) {
                  now.replayed = true;
                  now.sources[2].covered = {"tree"};
              }).empty());
        CHECK(after([](Inventory& now) { at(now, bus + "01.0/00.0").firmware[0].obtained = "devlink"; }).empty());
    }

    TEST_CASE("what came and what went is told by its key, and nothing else is") {
        CHECK(told(after([](Inventory& now) {
                  now.components.push_back(part(bus + "03.0", "10ec:8168"));
              })) == Told{"added " + bus + "03.0"});
        CHECK(told(after([](Inventory& now) {
                  std::erase_if(now.components, [](const Component& one) { return one.key == bus + "02.0"; });
              })) == Told{"removed " + bus + "02.0"});
    }

    TEST_CASE("a unit at another key has moved: by its serial, its MAC address, or as the only one of its kind") {
        const auto by_serial = after([](Inventory& now) {
            at(now, bus + "01.0/00.0").parent = bus + "02.0";
            at(now, bus + "01.0/00.0").key = bus + "02.0/00.0";
        });
        CHECK(told(by_serial) == Told{"moved " + bus + "02.0/00.0"});
        CHECK(by_serial.parts[0].before->key == bus + "01.0/00.0");
        CHECK(by_serial.parts[0].values.empty());
        CHECK(told(after([](Inventory& now) {
                  at(now, "usb/0000:00/14.0/hs/4").key = "usb/0000:00/14.0/hs/5";
              })) == Told{"moved usb/0000:00/14.0/hs/5"});
        CHECK(told(after([](Inventory& now) {
                  at(now, bus + "02.0").key = bus + "04.0";
              })) == Told{"moved " + bus + "04.0"});
    }

    TEST_CASE("two alike that went and came are nobody's move, nor is a placeholder or a shared serial") {
        for (const char* serial : {"", "Default string", "0123456789", "SAME-SERIAL"}) {
            CAPTURE(serial);
            const auto pair = [serial](const char* one, const char* other) {
                return machine({part(bus + one, "10ec:8168", serial), part(bus + other, "10ec:8168", serial)});
            };
            CHECK(
                told(diff_inventories(pair("03.0", "04.0"), pair("05.0", "06.0"))) ==
                Told{
                    "removed " + bus + "03.0", "removed " + bus + "04.0", "added " + bus + "05.0",
                    "added " + bus + "06.0"
                }
            );
        }
    }

    TEST_CASE("two that changed places have both moved, and one that was replaced changed its serial") {
        const auto pair = [](const char* one, const char* other) {
            return machine({part(bus + "03.0", "10ec:8168", one), part(bus + "04.0", "10ec:8168", other)});
        };
        CHECK(
            told(diff_inventories(pair("UNIT-A1", "UNIT-B2"), pair("UNIT-B2", "UNIT-A1"))) ==
            Told{"moved " + bus + "03.0", "moved " + bus + "04.0"}
        );
        const auto replaced = diff_inventories(pair("UNIT-A1", "UNIT-B2"), pair("UNIT-A1", "UNIT-C3"));
        REQUIRE(told(replaced) == Told{"changed " + bus + "04.0"});
        CHECK(
            replaced.parts[0].values ==
            std::vector<ValueChange>{{"serial", Reading::of("UNIT-B2"), Reading::of("UNIT-C3")}}
        );
        CHECK(
            told(diff_inventories(pair("UNIT-A1", "UNIT-B2"), pair("UNIT-B2", "UNIT-C3"))) ==
            Told{"moved " + bus + "03.0", "removed " + bus + "03.0", "added " + bus + "04.0"}
        );
    }

    TEST_CASE("a part at its place is told with the values that changed and no others") {
        const auto diff = after([](Inventory& now) {
            Component& card = at(now, bus + "01.0/00.0");
            card.firmware[0].version = Reading::of("1.1");
            card.names["driver"] = Reading::unreadable("denied");
            card.names["label"] = Reading::of("LAN");
            card.identifiers = {{Registry::pci, "19e5:0223"}};
            card.location.slot = "7";
        });
        REQUIRE(told(diff) == Told{"changed " + bus + "01.0/00.0"});
        const std::vector<ValueChange> expected{
            {"firmware", Reading::of("1.0"), Reading::of("1.1")},
            {"identifiers", Reading::of("pci 19e5:0222"), Reading::of("pci 19e5:0223")},
            {"name driver", Reading::of("d"), Reading::unreadable("denied")},
            {"name label", Reading(), Reading::of("LAN")},
            {"slot", Reading(), Reading::of("7")},
        };
        CHECK(diff.parts[0].values == expected);
    }

    TEST_CASE("a firmware image of another hash under the same version is a change") {
        Inventory before = usual();
        at(before, bus + "01.0/00.0").firmware[0].sha256 = sha256("one");
        Inventory now = before;
        at(now, bus + "01.0/00.0").firmware[0].sha256 = sha256("other");
        CHECK(told(diff_inventories(before, now)) == Told{"changed " + bus + "01.0/00.0"});
    }

    TEST_CASE("a part is not removed where nobody looked: not by a failed source, not below an uncovered place") {
        const auto lacking = [](SourceState state, std::vector<std::string> covered) {
            return told(after([&](Inventory& now) {
                std::erase_if(now.components, [](const Component& one) { return one.key == bus + "02.0"; });
                now.sources[0] = {"pci", state, state == SourceState::ok ? "" : "x", std::move(covered)};
            }));
        };
        CHECK(lacking(SourceState::ok, {"pci/0000:00"}) == Told{"removed " + bus + "02.0"});
        for (const SourceState state :
             {SourceState::absent, SourceState::denied, SourceState::error, SourceState::timed_out}) {
            CHECK(lacking(state, {"pci/0000:00"}) == Told{"not_looked_at " + bus + "02.0"});
        }
        CHECK(lacking(SourceState::ok, {"pci/0000:0"}) == Told{"not_looked_at " + bus + "02.0"});
        CHECK(lacking(SourceState::ok, {"pci/0000:40"}) == Told{"not_looked_at " + bus + "02.0"});
    }

    TEST_CASE("a part is not new where nobody had looked before") {
        Inventory before = usual();
        before.sources[0] = {"pci", SourceState::denied, "x", {}};
        std::erase_if(before.components, [](const Component& one) { return one.key == bus + "02.0"; });
        const auto diff = diff_inventories(before, usual());
        CHECK(told(diff) == Told{"first_looked_at " + bus + "02.0"});
        REQUIRE(diff.sources.size() == 1);
        CHECK(diff.sources[0].before == SourceState::denied);
        CHECK(diff.sources[0].covered_anew == std::vector<std::string>{"pci/0000:00"});
        before.sources.clear();  // nothing was ever told of it
        CHECK(told(diff_inventories(before, usual())) == Told{"added " + bus + "02.0"});
    }

    TEST_CASE("what hung on a removed part is removed with it, when its source had its say") {
        Inventory before = machine({part(bus + "14.0", "8086:a36d")});
        Component stick = part("usb/0000:00/14.0/hs/2", "0781:5583");
        stick.parent = bus + "14.0";
        before.components.push_back(stick);
        normalise(before);
        Inventory now = machine({});
        now.sources[1] = {"usb", SourceState::ok, "", {}};  // its root hub went with the controller
        CHECK(told(diff_inventories(before, now)) == Told{"removed " + bus + "14.0", "removed usb/0000:00/14.0/hs/2"});
        CHECK(told(diff_inventories(now, before)) == Told{"added " + bus + "14.0", "added usb/0000:00/14.0/hs/2"});
        now.sources[1] = {"usb", SourceState::error, "x", {}};
        CHECK(
            told(diff_inventories(before, now)) ==
            Told{"removed " + bus + "14.0", "not_looked_at usb/0000:00/14.0/hs/2"}
        );
        now.components.push_back(part(bus + "14.0", "8086:a36d"));
        now.sources[1] = {"usb", SourceState::ok, "", {}};  // the controller is there, its bus was not read
        CHECK(told(diff_inventories(before, now)) == Told{"not_looked_at usb/0000:00/14.0/hs/2"});
    }

    TEST_CASE("sources are told with what changed of state, detail and coverage") {
        const auto diff = after([](Inventory& now) {
            now.sources[1] = {"usb", SourceState::error, "sys/bus/usb: broken", {"usb/0000:00/15.0/hs"}};
            now.sources.push_back({"net", SourceState::absent, "no sys/class/net", {}});
        });
        const std::vector<SourceDiff> expected{
            {"net", std::nullopt, SourceState::absent, "", "no sys/class/net", {}, {}},
            {"usb",
             SourceState::ok,
             SourceState::error,
             "",
             "sys/bus/usb: broken",
             {"usb/0000:00/14.0/hs"},
             {"usb/0000:00/15.0/hs"}},
        };
        CHECK(diff.sources == expected);
        CHECK(diff.parts.empty());
    }

    TEST_CASE("an empty side, and places whose names begin alike") {
        CHECK(diff_inventories({}, {}).empty());
        CHECK(told(diff_inventories({}, machine({part(bus + "01.0", "8086:a338")}))) == Told{"added " + bus + "01.0"});
        CHECK(lies_at("pci/0000:00", "pci/0000:00"));
        CHECK(lies_at("pci/0000:00/01.0", "pci/0000:00"));
        CHECK_FALSE(lies_at("pci/0000:001", "pci/0000:00"));
        CHECK_FALSE(lies_at("pci", "pci/0000:00"));
    }
}
