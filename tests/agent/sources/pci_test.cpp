#include "agent/sources/pci.hpp"

#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

const std::map<std::string, std::string> card{
    {"vendor", "0x8086"}, {"device", "0x1572"},           {"class", "0x020000"},
    {"revision", "0x02"}, {"subsystem_vendor", "0x19e5"}, {"subsystem_device", "0xd11c"},
};

TEST_SUITE("pci") {
    TEST_CASE("chip and subsystem are two identifiers, class and revision are names") {
        const ScratchTree tree;
        add_pci(tree, "pci0000:00/0000:00:02.0", card);
        relative_link(tree, "sys/devices/pci0000:00/0000:00:02.0/driver", "sys/bus/pci/drivers/i40e");
        const Found found = read_pci(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.report.covered == std::vector<std::string>{"pci/0000:00", "pci/0000:00"});
        const Component& one = component(found, "pci/0000:00/02.0");
        CHECK(has(one, Registry::pci, "8086:1572"));
        CHECK(has(one, Registry::pci_subsystem, "19e5:d11c"));
        CHECK(one.names.at("class").text() == "020000");
        CHECK(one.names.at("revision").text() == "02");
        CHECK(one.names.at("driver").text() == "i40e");
        CHECK_FALSE(one.names.contains("label"));
    }

    TEST_CASE("a bridge's zero subsystem is none") {
        const ScratchTree tree;
        auto bridge = card;
        bridge["subsystem_vendor"] = bridge["subsystem_device"] = "0x0000";
        add_pci(tree, "pci0000:00/0000:00:02.0", bridge);
        CHECK(component(read_pci(replayed(tree)), "pci/0000:00/02.0").identifiers.size() == 1);
    }

    TEST_CASE("virtual functions are folded into their physical one") {
        const ScratchTree tree;
        add_pci(tree, "pci0000:00/0000:00:01.0/0000:01:00.0", card);
        for (const char* name : {"0000:01:10.0", "0000:01:10.2"}) {
            const std::string below = std::string("pci0000:00/0000:00:01.0/") + name;
            add_pci(tree, below, card);
            tree.link("sys/devices/" + below + "/physfn", "../0000:01:00.0");
        }
        const Found found = read_pci(replayed(tree));
        CHECK(found.components.size() == 1);
        CHECK(found.placement.at("pci/0000:00/01.0/00.0").at("virtual_functions") == "2");
    }

    TEST_CASE("a slot's name is found by the address of what sits in it, and stays out of the key") {
        const ScratchTree tree;
        add_pci(tree, "pci0000:00/0000:00:01.0/0000:03:00.1", card);
        tree.file("sys/bus/pci/slots/5-2/address", "0000:03:00\n");
        CHECK(component(read_pci(replayed(tree)), "pci/0000:00/01.0/00.1").location.slot == "5-2");
    }

    TEST_CASE("a function that is gone since it was listed is no error") {
        const ScratchTree tree;
        add_pci(tree, "pci0000:00/0000:00:02.0", card);
        add_pci(tree, "pci0000:00/0000:00:03.0", card);
        tree.remove("sys/devices/pci0000:00/0000:00:03.0");
        const Found found = read_pci(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.components.size() == 1);
    }

    TEST_CASE("a function that cannot be read is an error or denied, never just missing; the others stand") {
        const ScratchTree tree;
        add_pci(tree, "pci0000:00/0000:00:02.0", card);
        add_pci(tree, "pci0000:00/0000:00:03.0", card);
        SUBCASE("denied") {
            tree.file("kernel/unreadable", "denied sys/devices/pci0000:00/0000:00:03.0/vendor\n");
            CHECK(read_pci(replayed(tree)).report.state == SourceState::denied);
        }
        SUBCASE("no number") {
            tree.file("sys/devices/pci0000:00/0000:00:03.0/device", "banana\n");
            CHECK(read_pci(replayed(tree)).report.state == SourceState::error);
        }
        SUBCASE("empty") {
            tree.file("sys/devices/pci0000:00/0000:00:03.0/device", "");
            CHECK(read_pci(replayed(tree)).report.state == SourceState::error);
        }
        SUBCASE("oversized") {
            tree.file("sys/devices/pci0000:00/0000:00:03.0/device", std::string(5000, '0'));
            CHECK(read_pci(replayed(tree)).report.state == SourceState::error);
        }
        SUBCASE("the file lacks while the device stands") {
            tree.remove("sys/devices/pci0000:00/0000:00:03.0/vendor");
            CHECK(read_pci(replayed(tree)).report.state == SourceState::error);
        }
        SUBCASE("the subsystem alone: the part is there, the source says what lacks") {
            tree.file("kernel/unreadable", "denied sys/devices/pci0000:00/0000:00:03.0/subsystem_vendor\n");
            const Found found = read_pci(replayed(tree));
            CHECK(found.report.state == SourceState::denied);
            CHECK(found.components.size() == 2);
            return;
        }
        const Found found = read_pci(replayed(tree));
        CHECK(found.report.detail.find("0000:00:03.0") != std::string::npos);
        CHECK(found.components.size() == 1);
    }

    TEST_CASE("a name that is no function, or a link that leads elsewhere, is an error") {
        const ScratchTree tree;
        add_pci(tree, "pci0000:00/0000:00:02.0", card);
        tree.link("sys/bus/pci/devices/0000:00:09.0", "../../../devices/pci0000:00/0000:00:02.0");
        const Found found = read_pci(replayed(tree));
        CHECK(found.report.state == SourceState::error);
        CHECK(found.components.size() == 1);
    }

    TEST_CASE("no bus at all is absent, a bus that may not be listed is denied, an empty bus is ok and covered") {
        const ScratchTree tree;
        CHECK(read_pci(replayed(tree)).report.state == SourceState::absent);
        tree.directory("sys/bus/pci/devices");
        tree.directory("sys/devices/pci0000:00");
        const Found empty = read_pci(replayed(tree));
        CHECK(empty.report.state == SourceState::ok);
        CHECK(empty.report.covered == std::vector<std::string>{"pci/0000:00"});
        tree.file("kernel/unreadable", "denied sys/bus/pci/devices\n");
        CHECK(read_pci(replayed(tree)).report.state == SourceState::denied);
    }
}

}  // namespace
}  // namespace assay::agent
