#include "agent/sources/pci_config.hpp"
#include "tests/agent/support/pci_files.hpp"
#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

const std::map<std::string, std::string> card{{"vendor", "0x8086"}, {"device", "0x1572"}, {"class", "0x020000"}};
const std::string port = "pci0000:00/0000:00:01.0";
const std::string below = port + "/0000:03:00.0";

void add(const ScratchTree& tree, const std::string& where, const std::string& config) {
    add_pci(tree, where, card);
    tree.file("sys/devices/" + where + "/config", config);
}

TEST_SUITE("pci_config_source") {
    TEST_CASE("a port's slot is a part of its own, and serial and subsystem join their functions") {
        const ScratchTree tree;
        add(tree, port, port_config(3, true));
        add(tree, below, with_serial(pci_config()));
        const Found found = read_pci_config(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.report.covered == std::vector<std::string>{"slot/pci/0000:00"});
        const Component& slot = component(found, "slot/pci/0000:00/01.0");
        CHECK(slot.kind == ComponentKind::slot);
        CHECK(slot.parent == "pci/0000:00/01.0");
        CHECK(slot.location.path == "0000:00/01.0");
        CHECK(slot.names.at("presence").text() == "occupied");
        CHECK(slot.names.at("physical_number").text() == "12");
        CHECK(slot.names.at("hot_plug").text() == "yes");
        CHECK(slot.names.at("power").text() == "on");
        CHECK(found.placement.at(slot.key).at("link") == "up");
        CHECK(has(addition(found, "pci/0000:00/01.0"), Registry::pci_subsystem, "1014:0595"));
        const Component& one = addition(found, "pci/0000:00/01.0/00.0");
        CHECK(one.names.at("dsn").text() == "52-54-00-ff-ff-aa-00-02");
        CHECK(one.serial.absent());
    }

    TEST_CASE("an occupied slot without a function below it stands there as it is, and so does an empty one") {
        const ScratchTree tree;
        add(tree, port, port_config(3, true, false));
        add(tree, "pci0000:00/0000:00:02.0", port_config(4, false));
        const Found found = read_pci_config(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        CHECK(component(found, "slot/pci/0000:00/01.0").names.at("presence").text() == "occupied");
        CHECK(component(found, "slot/pci/0000:00/01.0").names.at("power").text() == "off");
        CHECK(component(found, "slot/pci/0000:00/02.0").names.at("presence").text() == "empty");
    }

    TEST_CASE("with 64 bytes of each space the source is denied, and what was not seen is unreadable, not absent") {
        const ScratchTree tree;
        add(tree, port, port_config(3, true).substr(0, 64));
        add(tree, below, pci_config(64));
        tree.file("sys/bus/pci/slots/7/address", "0000:03:00\n");
        const Found found = read_pci_config(replayed(tree));
        CHECK(found.report.state == SourceState::denied);
        CHECK(found.report.detail.find("CAP_SYS_ADMIN (and 1 more)") != std::string::npos);
        const Component& bridge = addition(found, "pci/0000:00/01.0");
        for (const char* name : {"dsn", "slot", "subsystem"}) CHECK(bridge.names.at(name).why() == "denied");
        CHECK(addition(found, "pci/0000:00/01.0/00.0").names.at("dsn").why() == "denied");
        const Component& slot = component(found, "slot/pci/0000:00/01.0");  // the key of who may read all
        CHECK(slot.location.slot == "7");
        CHECK(slot.names.at("presence").why() == "denied");
    }

    TEST_CASE("a function without capabilities has nothing beyond 64 bytes that could be denied") {
        const ScratchTree tree;
        std::string plain = pci_config(64);
        plain[0x06] = 0;
        add(tree, port, plain);
        const Found found = read_pci_config(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.additions.empty());
    }

    TEST_CASE("where the kernel does not reach extended space, an Express function's serial is not known") {
        const ScratchTree tree;
        add(tree, port, pci_config(256));
        CHECK(addition(read_pci_config(replayed(tree)), "pci/0000:00/01.0").names.at("dsn").why() == "unsupported");
    }

    TEST_CASE("named slots: of a port its name, on other buses a device each, at an unknown bus the name alone") {
        const ScratchTree tree;
        add(tree, port, port_config(3, false));
        std::string conventional = pci_config(256);
        conventional[0x06] = 0;
        conventional[0x0e] = 1;
        conventional[0x19] = 5;
        add(tree, "pci0000:00/0000:00:1e.0", conventional);
        tree.file("sys/bus/pci/slots/5-2/address", "0000:03:00\n");
        tree.file("sys/bus/pci/slots/A/address", "0000:05:01\n");
        tree.file("sys/bus/pci/slots/A/adapter", "1\n");
        tree.file("sys/bus/pci/slots/A/power", "0\n");
        tree.file("sys/bus/pci/slots/B/address", "0000:00:08\n");
        tree.file("sys/bus/pci/slots/C/address", "0000:05\n");
        tree.file("sys/bus/pci/slots/D/address", "0000:77:00\n");
        const Found found = read_pci_config(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.components.size() == 5);
        CHECK(component(found, "slot/pci/0000:00/01.0").location.slot == "5-2");
        CHECK(component(found, "slot/pci/0000:00/01.0").names.at("presence").text() == "empty");
        const Component& a = component(found, "slot/pci/0000:00/1e.0/01");
        CHECK(a.parent == "pci/0000:00/1e.0");
        CHECK(a.names.at("presence").text() == "occupied");
        CHECK(a.names.at("power").text() == "off");
        CHECK(component(found, "slot/pci/0000:00/08").parent.empty());
        CHECK_FALSE(component(found, "slot/pci/0000:00/08").names.contains("presence"));
        CHECK(component(found, "slot/pci/0000:00/1e.0").location.slot == "C");
        CHECK(component(found, "slot/name/D").location.slot == "D");
    }

    TEST_CASE("other bus numbers at another boot move no slot") {
        const auto keys = [](unsigned bus, const std::string& address) {
            const ScratchTree tree;
            add(tree, port, port_config(bus, true));
            tree.file("sys/bus/pci/slots/1/address", address + "\n");
            std::vector<Component> slots = read_pci_config(replayed(tree)).components;
            return slots;
        };
        CHECK(keys(3, "0000:03:00") == keys(0x40, "0000:40:00"));
    }

    TEST_CASE("virtual functions: how many there may be; they themselves are not read") {
        const ScratchTree tree;
        std::string config = pci_config();
        put16(config, 0x100, 0x0010);
        put16(config, 0x102, 0x0001);
        put16(config, 0x10e, 64);
        add(tree, port, config);
        add_pci(tree, "pci0000:00/0000:00:02.0", card);
        tree.link("sys/devices/pci0000:00/0000:00:02.0/physfn", "../0000:00:01.0");
        const Found found = read_pci_config(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        REQUIRE(found.additions.size() == 1);
        CHECK(addition(found, "pci/0000:00/01.0").names.at("virtual_functions_at_most").text() == "64");
    }

    TEST_CASE("ids that are not those of sysfs, a silent function and a list that loops are errors; the others stand") {
        const ScratchTree tree;
        add(tree, below, with_serial(pci_config()));
        std::string wrong = pci_config();
        SUBCASE("other ids") {
            put16(wrong, 0x00, 0x19e5);
        }
        SUBCASE("all bits set") {
            wrong.assign(4096, '\xff');
        }
        SUBCASE("a loop") {
            wrong[0x41] = 0x40;
        }
        SUBCASE("cut") {
            wrong.resize(63);
        }
        SUBCASE("too long") {
            wrong.resize(4097);
        }
        add(tree, "pci0000:00/0000:00:02.0", wrong);
        const Found found = read_pci_config(replayed(tree));
        CHECK(found.report.state == SourceState::error);
        CHECK(found.report.detail.find("0000:00:02.0/config") != std::string::npos);
        CHECK(addition(found, "pci/0000:00/01.0/00.0").names.contains("dsn"));
    }

    TEST_CASE("a tree without any such file is absent, one without some is an error, no bus is absent") {
        const ScratchTree tree;
        CHECK(read_pci_config(replayed(tree)).report.state == SourceState::absent);
        add_pci(tree, port, card);
        CHECK(read_pci_config(replayed(tree)).report.state == SourceState::absent);
        add(tree, below, pci_config());
        CHECK(read_pci_config(replayed(tree)).report.state == SourceState::error);
    }

    TEST_CASE("a ROM that is switched on at rest is told, beside the inventory") {
        const ScratchTree tree;
        std::string config = pci_config();
        config[0x30] = 1;
        config[0x33] = 0x40;
        add(tree, port, config);
        CHECK(read_pci_config(replayed(tree)).placement.at("pci/0000:00/01.0").at("rom") == "enabled");
    }
}

}  // namespace
}  // namespace assay::agent
