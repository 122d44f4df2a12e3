#include "agent/sources/network.hpp"

#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

const std::string card = "pci0000:00/0000:00:02.0";

// An interface of `device` (below sys/devices).
void add_interface(
    const ScratchTree& tree, const std::string& device, const std::string& name,
    const std::map<std::string, std::string>& values
) {
    const std::string path = "sys/devices/" + device + "/net/" + name;
    for (const auto& [attribute, value] : values) tree.file(path + "/" + attribute, value + "\n");
    relative_link(tree, path + "/device", "sys/devices/" + device);
    relative_link(tree, "sys/class/net/" + name, path);
}

TEST_SUITE("network") {
    TEST_CASE("the permanent address of ethtool goes before that of sysfs") {
        const ScratchTree tree;
        add_interface(tree, card, "eth0", {{"address", "02:00:00:00:00:01"}, {"addr_assign_type", "3"}});
        tree.file(
            "kernel/ethtool/eth0.json", R"({"driver_info":{"driver":"i40e","firmware_version":"8.30","bus_info":"x"},)"
                                        R"("permanent_address":"00:e0:fc:12:34:56"})"
        );
        const Found found = read_network(replayed(tree));
        const Component& one = component(found, "net/pci/0000:00/02.0/0");
        CHECK(has(one, Registry::mac, "00e0fc123456"));
        CHECK(one.parent == "pci/0000:00/02.0");
        CHECK(one.names.at("driver").text() == "i40e");
        CHECK(one.firmware.at(0).version.text() == "8.30");
        CHECK(found.placement.at(one.key).at("interface") == "eth0");
    }

    TEST_CASE("without ethtool an address counts only when sysfs calls it permanent") {
        struct Case {
            const char* assigned;
            const char* address;
            bool counts;
        };
        for (const Case& one : std::initializer_list<Case>{
                 {"0", "3c:fd:fe:00:00:01", true},
                 {"1", "3c:fd:fe:00:00:01", false},
                 {"2", "3c:fd:fe:00:00:01", false},
                 {"3", "3c:fd:fe:00:00:01", false},
                 {"", "3c:fd:fe:00:00:01", false},
                 {"0", "00:00:00:00:00:00", false},
                 {"0", "01:00:5e:00:00:01", false},
                 {"0", "3c:fd:fe:00:00", false},
                 {"0", "3C:FD:FE:00:00:01", false},
             }) {
            CAPTURE(one.assigned);
            CAPTURE(one.address);
            const ScratchTree tree;
            add_interface(tree, card, "eth0", {{"address", one.address}, {"addr_assign_type", one.assigned}});
            CHECK(
                component(read_network(replayed(tree)), "net/pci/0000:00/02.0/0").identifiers.size() ==
                (one.counts ? 1 : 0)
            );
        }
    }

    TEST_CASE("interfaces without a device, and those of virtual functions, are left out") {
        const ScratchTree tree;
        tree.file("sys/devices/virtual/net/br0/address", "3c:fd:fe:00:00:01\n");
        relative_link(tree, "sys/class/net/br0", "sys/devices/virtual/net/br0");
        tree.file("sys/class/net/bonding_masters", "\n");
        add_interface(tree, "pci0000:00/0000:00:02.1", "eth0v0", {{"address", "3c:fd:fe:00:00:02"}});
        relative_link(tree, "sys/devices/pci0000:00/0000:00:02.1/physfn", "sys/devices/pci0000:00/0000:00:02.0");
        const Found found = read_network(replayed(tree));
        CHECK(found.components.empty());
        CHECK(found.report.state == SourceState::ok);
    }

    TEST_CASE("ports of one card have keys of their own, whatever the kernel calls the interfaces") {
        const auto keys = [](const char* first, const char* second) {
            const ScratchTree tree;
            add_interface(
                tree, card, first, {{"dev_port", "0"}, {"address", "3c:fd:fe:00:00:01"}, {"addr_assign_type", "0"}}
            );
            add_interface(
                tree, card, second, {{"dev_port", "1"}, {"address", "3c:fd:fe:00:00:02"}, {"addr_assign_type", "0"}}
            );
            std::map<std::string, std::string> macs;
            for (const Component& one : read_network(replayed(tree)).components)
                macs[one.key] = one.identifiers.at(0).value;
            return macs;
        };
        CHECK(keys("eth0", "eth1") == keys("eth7", "eth3"));
        CHECK(keys("a", "b").contains("net/pci/0000:00/02.0/1"));
    }

    TEST_CASE("interfaces on one port are told apart by port name and address; alike in all they are one") {
        const auto keys = [](const char* first, const char* second) {
            const ScratchTree tree;
            add_interface(tree, card, first, {{"phys_port_name", "p0"}, {"address", "3c:fd:fe:00:00:01"}});
            add_interface(tree, card, second, {{"phys_port_name", "p1"}, {"address", "3c:fd:fe:00:00:02"}});
            add_interface(tree, card, "third", {{"phys_port_name", "p1"}, {"address", "3c:fd:fe:00:00:03"}});
            std::vector<std::string> out;
            for (const Component& one : read_network(replayed(tree)).components) out.push_back(one.key);
            std::ranges::sort(out);
            return out;
        };
        CHECK(keys("lan0", "lan1").size() == 2);  // the addresses are not permanent: two of them look the same
        CHECK(keys("lan0", "lan1") == keys("x9", "x1"));
    }

    TEST_CASE("firmware: no answer is absent, an empty answer is empty, a refusal is a refusal") {
        const ScratchTree tree;
        add_interface(tree, "pci0000:00/0000:00:02.0", "none", {});
        add_interface(tree, "pci0000:00/0000:00:03.0", "empty", {});
        add_interface(tree, "pci0000:00/0000:00:04.0", "broken", {});
        tree.file("kernel/ethtool/empty.json", R"({"driver_info":{"driver":"d","firmware_version":"","bus_info":""}})");
        tree.file("kernel/ethtool/broken.json", "{");
        const Found found = read_network(replayed(tree));
        CHECK(component(found, "net/pci/0000:00/02.0/0").firmware.empty());
        CHECK(component(found, "net/pci/0000:00/03.0/0").firmware.at(0).version == Reading::of(""));
        CHECK_FALSE(component(found, "net/pci/0000:00/04.0/0").firmware.at(0).version.readable());
        CHECK(found.report.state == SourceState::error);
    }

    TEST_CASE("what devlink says joins the PCI function: versions, serials, and nothing of devices elsewhere") {
        const ScratchTree tree;
        add_pci(tree, card, {{"vendor", "0x8086"}});
        add_interface(tree, card, "eth0", {});
        tree.file(
            "kernel/devlink.json",
            R"({"devices":[{"bus":"pci","device":"0000:00:02.0","driver":"ice","serial":"S\u0001N","board_serial":"B1",)"
            R"("versions":[{"kind":"fixed","name":"board.id","value":"K65390"},)"
            R"({"kind":"running","name":"fw.mgmt","value":"5.1"},{"kind":"stored","name":"fw.mgmt","value":"5.2"}]},)"
            R"({"bus":"pci","device":"../../x","versions":[]},{"bus":"netdevsim","device":"netdevsim1","versions":[]}]})"
        );
        const Found refused = read_network(replayed(tree));
        CHECK(refused.report.state == SourceState::error);  // a control character in an answer
        std::string text =
            R"({"devices":[{"bus":"pci","device":"0000:00:02.0","serial":"SN","board_serial":"B1",)"
            R"("versions":[{"kind":"fixed","name":"board.id","value":"K65390"},)"
            R"({"kind":"running","name":"fw.mgmt","value":"5.1"},{"kind":"stored","name":"fw.mgmt","value":"5.2"}]},)"
            R"({"bus":"pci","device":"../../x","versions":[]},{"bus":"netdevsim","device":"netdevsim1","versions":[]}]})";
        tree.file("kernel/devlink.json", text);
        const Found found = read_network(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        REQUIRE(found.additions.size() == 1);
        const Component& part = found.additions[0];
        CHECK(part.key == "pci/0000:00/02.0");
        CHECK(part.serial.text() == "SN");
        CHECK(part.names.at("board.id").text() == "K65390");
        CHECK(part.names.at("board_serial").text() == "B1");
        REQUIRE(part.firmware.size() == 2);
        CHECK(part.firmware[0].name == "fw.mgmt (running)");
        CHECK(part.firmware[1].version.text() == "5.2");
    }

    TEST_CASE("a hostile interface name is cleaned and leads nowhere") {
        const ScratchTree tree;
        add_interface(tree, card, "\x1b[2Jx", {{"address", "3c:fd:fe:00:00:01"}});
        const Found found = read_network(replayed(tree));
        CHECK(found.placement.at("net/pci/0000:00/02.0/0").at("interface") == "\\u{1b}[2Jx");
    }
}

}  // namespace
}  // namespace assay::agent
