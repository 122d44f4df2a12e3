#include "agent/sources/flash.hpp"

#include "agent/scan.hpp"
#include "tests/agent/support/device_tree_files.hpp"
#include "tests/agent/support/flash_files.hpp"

#include <doctest/doctest.h>

#include <set>

namespace assay::agent {
namespace {

using namespace test;

const std::string router_chip = "flash/platform/soc/fe204000.spi/cs1";

Found read(const ScratchTree& tree) {
    return read_flash_chips(replayed(tree));
}

TEST_SUITE("flash") {
    TEST_CASE("a chip has its maker, its type and its size; its partitions are parts of it") {
        const ScratchTree tree;
        add_router_flash(tree);
        const Found found = read(tree);
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.report.covered == std::vector<std::string>{"flash"});
        CHECK(
            keys(found) ==
            std::multiset<std::string>{
                router_chip, router_chip + "/u-boot@0", router_chip + "/u-boot-env@40000",
                router_chip + "/factory@50000", router_chip + "/vendor@60000"
            }
        );
        const Component& chip = component(found, router_chip);
        CHECK(chip.kind == ComponentKind::flash);
        CHECK(has(chip, Registry::jedec, "5:1c"));
        CHECK(chip.names.at("jedec_id").text() == "7f7f7f7f1c3017");
        CHECK(chip.names.at("manufacturer").text() == "eon");
        CHECK(chip.names.at("product").text() == "en25q64");
        CHECK(chip.names.at("size").text() == "8388608");
        CHECK(chip.parent == "device_tree/soc/spi@3000/flash@0");
        const Component& env = component(found, router_chip + "/u-boot-env@40000");
        CHECK(env.parent == router_chip);
        CHECK(env.names.at("label").text() == "u-boot-env");
        CHECK(env.names.at("type").text() == "nor");
        CHECK(env.names.at("writable").text() == "yes");
        CHECK(env.location.path == "0x40000");
        CHECK(found.placement.at(env.key).at("device") == "mtd2");
    }

    TEST_CASE("in a scan a chip hangs below its node of the device tree, or below its function") {
        const ScratchTree tree;
        add_router_flash(tree);
        add_board_tree(tree);
        add_pci(tree, "pci0000:00/0000:00:1f.5", {{"vendor", "0x8086"}, {"device", "0xa0a4"}, {"class", "0x0c8000"}});
        tree.remove("sys/class/mtd");
        add_pc_flash(tree);
        const Scan result = scan(replayed(tree), {});
        std::map<std::string, std::string> parents;
        for (const Component& one : result.inventory.components) parents[one.key] = one.parent;
        CHECK(parents.at(router_chip) == "device_tree/soc/spi@3000/flash@0");
        CHECK(parents.at("flash/pci/0000:00/1f.5/cs0") == "pci/0000:00/1f.5");
        CHECK(parents.at("flash/pci/0000:00/1f.5/cs0/BIOS@0") == "flash/pci/0000:00/1f.5/cs0");
    }

    TEST_CASE("numbers of devices and buses are the boot's: other ones change no key") {
        const ScratchTree one;
        const ScratchTree other;
        const std::map<std::string, std::string> chip{{"name", "x"}, {"type", "nor"}, {"size", "4096"}};
        add_mtd(one, "platform/f.spi/spi_master/spi0/spi0.1/mtd/mtd0", chip);
        add_mtd(other, "platform/f.spi/spi_master/spi7/spi7.1/mtd/mtd12", chip);
        CHECK(keys(read(one)) == keys(read(other)));
        CHECK(read(one).components == read(other).components);
    }

    TEST_CASE("partitions without a master, in each other, of one name, and of kernels that tell no offset") {
        const ScratchTree tree;
        const std::string place = "platform/8000000.flash/mtd/";
        add_mtd(tree, place + "mtd2", {{"name", "firmware"}, {"type", "nor"}, {"offset", "4096"}});
        add_mtd(tree, place + "mtd2/mtd3", {{"name", "kernel"}, {"type", "nor"}, {"offset", "0"}});
        add_mtd(tree, place + "mtd10", {{"name", "same"}, {"type", "nor"}, {"offset", "8192"}});
        add_mtd(tree, place + "mtd11", {{"name", "same"}, {"type", "nor"}, {"offset", "8192"}});
        add_mtd(tree, "platform/old/mtd/mtd4", {{"name", "a"}, {"type", "nand"}});
        add_mtd(tree, "platform/old/mtd/mtd5", {{"name", ""}, {"type", "nand"}});
        add_mtd(tree, "virtual/mtd/mtd6", {{"name", "mtdram test device"}, {"type", "ram"}});
        const std::string chip = "flash/platform/8000000.flash";
        CHECK(
            keys(read(tree)) ==
            std::multiset<std::string>{
                chip, chip + "/firmware@1000", chip + "/firmware@1000/kernel@0", chip + "/same@2000",
                chip + "/same@2000/1", "flash/platform/old", "flash/platform/old/a", "flash/platform/old/unnamed"
            }
        );
    }

    TEST_CASE("a maker is named by the bank that its id gives, and by one byte without a bank not at all") {
        CHECK(flash_maker("7f9d6017") == "2:9d");
        CHECK(flash_maker("7f7f7f7f1c3017") == "5:1c");
        for (const char* const none : {"ef4018", "c84017", "7f7f", "7f", "", "x", "7f7f7"})
            CHECK(flash_maker(none).empty());
    }

    TEST_CASE("no flash is absent; a list or an attribute that cannot be read is told") {
        const ScratchTree tree;
        CHECK(read(tree).report.state == SourceState::absent);
        relative_link(tree, "sys/bus/spi/devices/spi0.0", "sys/devices/platform/spi0.0");
        tree.file("sys/devices/platform/spi0.0/modalias", "spi:rtc\n");
        CHECK(read(tree).report.state == SourceState::absent);
        add_router_flash(tree);
        const std::string mtd = "sys/devices/platform/soc/fe204000.spi/spi_master/spi0/spi0.1/mtd/mtd0";
        tree.file("kernel/unreadable", "error " + mtd + "/type\n");
        const Found odd = read(tree);
        CHECK(odd.report.state == SourceState::error);
        CHECK(odd.report.detail.find("spi_master/spi*/spi*.1/mtd/mtd*/type") != std::string::npos);
        CHECK_FALSE(component(odd, router_chip).names.at("type").readable());
        tree.file("kernel/unreadable", "denied sys/class/mtd\n");
        CHECK(read(tree).report.state == SourceState::denied);
    }

    TEST_CASE("a flash or chip that could not be looked at is an error, and not gone") {
        for (const char* const entry : {"sys/class/mtd/mtd7", "sys/bus/spi/devices/spi3.0"}) {
            CAPTURE(entry);
            const ScratchTree tree;
            tree.file(entry, "not a link");
            const Found alone = read(tree);
            CHECK(alone.report.state == SourceState::error);
            CHECK(alone.report.detail.find(std::string(entry).substr(0, 12)) == 0);
            add_router_flash(tree);
            CHECK(read(tree).report.state == SourceState::error);
            CHECK(keys(read(tree)).contains(router_chip + "/u-boot@0"));  // the others are read
        }
        const ScratchTree tree;
        tree.link("sys/class/mtd/mtd0", "../../devices/platform/x/mtd/mtd1");
        CHECK(read(tree).report.detail == "sys/class/mtd/mtd*: is not a link to a flash device");
    }

    TEST_CASE("numbers that are none are told as nothing, text of a label is no terminal's") {
        const ScratchTree tree;
        add_mtd(
            tree, "platform/x/mtd/mtd0",
            {{"name", "a\x1b[2J"}, {"type", "nor"}, {"size", "-1"}, {"flags", "writable"}, {"offset", "0x10"}}
        );
        const Component chip = component(read(tree), "flash/platform/x");
        CHECK(chip.names.at("label").text() == "a\\u{1b}[2J");
        CHECK_FALSE(chip.names.contains("size"));
        CHECK_FALSE(chip.names.contains("writable"));
    }
}

}  // namespace
}  // namespace assay::agent
