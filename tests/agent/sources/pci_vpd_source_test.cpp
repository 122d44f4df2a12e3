#include "agent/sources/pci_vpd.hpp"
#include "tests/agent/support/pci_files.hpp"
#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

const std::map<std::string, std::string> card{{"vendor", "0x8086"}, {"device", "0x1572"}, {"class", "0x020000"}};
const std::string place = "pci0000:00/0000:00:02.0";
const std::string file = "sys/devices/" + place + "/vpd";

Found read(const ScratchTree& tree) {
    return read_pci_vpd(replayed(tree), {});
}

TEST_SUITE("pci_vpd_source") {
    TEST_CASE("name, part, serial, engineering level, maker's fields and the hash of all join the function") {
        const ScratchTree tree;
        add_pci(tree, place, card);
        const std::string raw =
            vpd("Example X710", vpd_field("PN", "PN-1 ") + vpd_field("EC", "E4") + vpd_field("SN", "3CFDFEAA2000") +
                                    vpd_field("MN", "1037") + vpd_field("V0", "FFV20") + vpd_field("v\x1b", "no word"));
        tree.file(file, raw);
        const Found found = read(tree);
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.components.empty());
        REQUIRE(found.additions.size() == 1);
        const Component& one = found.additions[0];
        CHECK(one.key == "pci/0000:00/02.0");
        CHECK(one.serial.text() == "3CFDFEAA2000");
        CHECK(one.names.at("product").text() == "Example X710");
        CHECK(one.names.at("part_number").text() == "PN-1");
        CHECK(one.names.at("engineering_level").text() == "E4");
        CHECK(one.names.at("manufacturer_id").text() == "1037");
        CHECK(one.names.at("vpd_v0").text() == "FFV20");
        CHECK(one.names.size() == 5);
        CHECK(one.contents.at("vpd") == sha256(raw));
    }

    TEST_CASE("a wrong checksum is a name of the part, not a failed reading") {
        const ScratchTree tree;
        add_pci(tree, place, card);
        std::string raw = vpd("card", vpd_field("SN", "12345678"));
        raw[raw.size() - 2] ^= 1;
        tree.file(file, raw);
        const Found found = read(tree);
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.additions.at(0).names.at("vpd_checksum").text() == "wrong");
    }

    TEST_CASE("lengths that lie are an error of the source; what was whole stands, and the hash is of what was read") {
        const ScratchTree tree;
        add_pci(tree, place, card);
        std::string raw = vpd("card", vpd_field("SN", "12345678"));
        raw.resize(raw.size() - 1);
        tree.file(file, raw);
        const Found found = read(tree);
        CHECK(found.report.state == SourceState::error);
        CHECK(found.report.detail.find(file) == 0);
        CHECK(found.additions.at(0).serial.text() == "12345678");
        CHECK(found.additions.at(0).contents.at("vpd") == sha256(raw));
    }

    TEST_CASE("denied and failed readings leave the serial unreadable; an erased memory holds none") {
        const ScratchTree tree;
        add_pci(tree, place, card);
        tree.file(file, std::string(128, '\xff'));
        CHECK(read(tree).report.state == SourceState::ok);
        CHECK(read(tree).additions.empty());
        tree.file("kernel/unreadable", "denied " + file + "\n");
        Found found = read(tree);
        CHECK(found.report.state == SourceState::denied);
        CHECK(found.additions.at(0).serial.why() == "denied");
        tree.file("kernel/unreadable", "error " + file + "\n");
        found = read(tree);
        CHECK(found.report.state == SourceState::error);
        CHECK_FALSE(found.additions.at(0).serial.readable());
    }

    TEST_CASE("many fields of a maker do not crowd out the rest") {
        const ScratchTree tree;
        add_pci(tree, place, card);
        std::string fields;
        for (char c = 'A'; c <= 'Z'; ++c) fields += vpd_field(std::string("V") + c, "x");
        tree.file(file, vpd("card", fields + vpd_field("PN", "last")));
        const Found found = read(tree);
        CHECK(found.additions.at(0).names.size() == 16 + 2);
        CHECK(found.additions.at(0).names.at("part_number").text() == "last");
    }

    TEST_CASE("no function offers any, or the operator leaves it out: absent, and the detail says which") {
        const ScratchTree tree;
        add_pci(tree, place, card);
        CHECK(read(tree).report.state == SourceState::absent);
        tree.file(file, vpd("card", ""));
        const Found out = read_pci_vpd(replayed(tree), {.vpd = false});
        CHECK(out.report.state == SourceState::absent);
        CHECK(out.report.detail == "left out by [scan] vpd");
        CHECK(out.additions.empty());
    }

    TEST_CASE("devices that hang at it are told by vendor, device and class; of a captured tree all is read") {
        CHECK(hangs_at_vpd("1000", "005d", "010400"));
        CHECK(hangs_at_vpd("1969", "e0a1", "020000"));
        CHECK(hangs_at_vpd("1c36", "0031", "060400"));
        CHECK_FALSE(hangs_at_vpd("1c36", "0031", "020000"));
        CHECK_FALSE(hangs_at_vpd("1000", "0097", "010700"));
        CHECK_FALSE(hangs_at_vpd("8086", "1572", "020000"));
        const ScratchTree tree;
        add_pci(tree, place, {{"vendor", "0x1000"}, {"device", "0x005d"}, {"class", "0x010400"}});
        tree.file(file, vpd("card", vpd_field("SN", "12345678")));
        CHECK(read(tree).additions.at(0).serial.text() == "12345678");
    }
}

}  // namespace
}  // namespace assay::agent
