#include "agent/sources/device_tree.hpp"

#include "agent/scan.hpp"
#include "agent/sources/device_tree_parts.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"
#include "tests/agent/support/device_tree_files.hpp"
#include "tests/agent/support/sysfs.hpp"
#include "tests/support/command.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <map>
#include <set>

namespace assay::agent {
namespace {

using namespace test;

Found read(const ScratchTree& tree, const DeviceTreeLimits& limits = {}) {
    return read_device_tree(replayed(tree), limits);
}

std::optional<Sha256> hash_of(const ScratchTree& tree) {
    const Found found = read(tree);
    const auto& contents = component(found, "device_tree/system").contents;
    const auto hash = contents.find("device_tree");
    return hash == contents.end() ? std::nullopt : std::optional(hash->second);
}

struct Board {
    ScratchTree tree;
    Board() { add_board_tree(tree); }
    void set(const std::string& path, std::string_view value) const { property(tree, path, value); }
};

TEST_SUITE("device_tree") {
    TEST_CASE_FIXTURE(
        Board, "the machine has its model, its serial and the makers of its boards; the last is the SoC's"
    ) {
        const Found found = read(tree);
        CHECK(found.report.state == SourceState::ok);
        CHECK(found.report.covered == std::vector<std::string>{"device_tree"});
        const Component& system = component(found, "device_tree/system");
        CHECK(system.kind == ComponentKind::system);
        CHECK(system.names.at("model").text() == "Acme Router 7");
        CHECK(system.names.at("compatible").text() == "acme,router-7 somco,module-2 hisilicon,hip05");
        CHECK(system.serial.text() == "ACME-0042");
        CHECK(
            system.identifiers ==
            std::vector<Identifier>{{Registry::devicetree, "acme"}, {Registry::devicetree, "somco"}}
        );
        CHECK_FALSE(system.names.contains("left_out"));
        const Component& processor = component(found, "device_tree/processor");
        CHECK(processor.kind == ComponentKind::processor);
        CHECK(processor.parent == "device_tree/system");
        CHECK(processor.identifiers == std::vector<Identifier>{{Registry::devicetree, "hisilicon"}});
        // Makers of what is inside the SoC corroborate; they identify no part.
        CHECK(processor.names.at("blocks").text() == "acme arm hisilicon snps");
    }

    TEST_CASE_FIXTURE(
        Board, "what sits on a bus of the board is a part, below what it hangs on; blocks of the SoC are none"
    ) {
        const Found found = read(tree);
        CHECK(
            keys(found) ==
            std::multiset<std::string>{
                "device_tree/system", "device_tree/processor", "device_tree/soc/serial@1000/bluetooth",
                "device_tree/soc/i2c@2000/rtc@68", "device_tree/soc/i2c@2000/i2c-mux@70",
                "device_tree/soc/i2c@2000/i2c-mux@70/i2c@0/eeprom@50", "device_tree/soc/spi@3000/flash@0",
                "device_tree/soc/mdio@4000/ethernet-phy@1", "device_tree/soc/usb@5000/usb@5000/hub@1"
            }
        );
        const Component& eeprom = component(found, "device_tree/soc/i2c@2000/i2c-mux@70/i2c@0/eeprom@50");
        CHECK(eeprom.kind == ComponentKind::chip);
        CHECK(eeprom.parent == "device_tree/soc/i2c@2000/i2c-mux@70");
        CHECK(eeprom.location.slot == "FRU");
        CHECK(eeprom.location.port == "i2c eeprom@50");
        CHECK(has(eeprom, Registry::devicetree, "giantec"));
        CHECK(component(found, "device_tree/soc/i2c@2000/i2c-mux@70").parent == "device_tree/processor");
        const Component& hub = component(found, "device_tree/soc/usb@5000/usb@5000/hub@1");
        CHECK(hub.identifiers == std::vector<Identifier>{{Registry::usb, "1a40:0101"}});
        CHECK(component(found, "device_tree/soc/serial@1000/bluetooth").names.at("bus").text() == "serial");
    }

    TEST_CASE_FIXTURE(Board, "a chip is of the maker of its first name; whom it is compatible with did not make it") {
        const Component rtc = component(read(tree), "device_tree/soc/i2c@2000/rtc@68");
        CHECK(rtc.identifiers == std::vector<Identifier>{{Registry::devicetree, "nxp"}});
        CHECK(rtc.names.at("model").text() == "nxp,pcf8563");
        CHECK(rtc.names.at("compatible").text() == "nxp,pcf8563 atmel,something");
    }

    TEST_CASE_FIXTURE(Board, "what is disabled or failed is left out, with all below it, and counted") {
        set("/soc/i2c@2000/i2c-mux@70/status", strings({"disabled"}));
        set("/soc/mdio@4000/status", strings({"fail-sss"}));
        set("/soc/i2c@2000/rtc@68/status", strings({"okay"}));
        const Found found = read(tree);
        CHECK(found.report.state == SourceState::ok);
        CHECK_FALSE(keys(found).contains("device_tree/soc/i2c@2000/i2c-mux@70"));
        CHECK_FALSE(keys(found).contains("device_tree/soc/i2c@2000/i2c-mux@70/i2c@0/eeprom@50"));
        CHECK_FALSE(keys(found).contains("device_tree/soc/mdio@4000/ethernet-phy@1"));
        CHECK(keys(found).contains("device_tree/soc/i2c@2000/rtc@68"));
        CHECK(component(found, "device_tree/system").names.at("left_out").text() == "2 disabled, 1 failed");
    }

    TEST_CASE_FIXTURE(Board, "beside SMBIOS its serial is a name: one machine is not known by two serials") {
        tree.file("sys/class/dmi/id/sys_vendor", "Acme\n");
        const Found found = read(tree);
        const Component& system = component(found, "device_tree/system");
        CHECK(system.serial.absent());
        CHECK(system.names.at("tree_serial").text() == "ACME-0042");
    }

    TEST_CASE("one name alone is the board's, and there is no SoC to speak of") {
        const ScratchTree tree;
        property(tree, "/compatible", strings({"linux,dummy-virt"}));
        property(tree, "/i2c@1/compatible", strings({"linux,i2c"}));
        property(tree, "/i2c@1/#size-cells", cell(0));
        property(tree, "/i2c@1/chip@2/compatible", strings({"nameless"}));
        const Found found = read(tree);
        CHECK(keys(found) == std::multiset<std::string>{"device_tree/system", "device_tree/i2c@1/chip@2"});
        CHECK(has(component(found, "device_tree/system"), Registry::devicetree, "linux"));
        CHECK(component(found, "device_tree/i2c@1/chip@2").parent == "device_tree/system");
        CHECK(component(found, "device_tree/i2c@1/chip@2").identifiers.empty());
    }

    TEST_CASE("no tree, and the empty one that kernels make up, are absent") {
        const ScratchTree tree;
        CHECK(read(tree).report.detail == "no sys/firmware/devicetree/base");
        property(tree, "/#address-cells", cell(2));
        property(tree, "/chosen/bootargs", strings({"quiet"}));
        const Found found = read(tree);
        CHECK(found.report.state == SourceState::absent);
        CHECK(found.report.detail == "the device tree names no machine");
        CHECK(found.components.empty());
    }

    TEST_CASE_FIXTURE(Board, "the hash is of every property and every node that is not volatile") {
        const auto before = hash_of(tree);
        REQUIRE(before.has_value());
        set("/soc/i2c@2000/rtc@68/reg", cell(0x68));
        const auto with_property = hash_of(tree);
        CHECK(with_property != before);
        set("/soc/i2c@2000/rtc@68/reg", cell(0x69));
        CHECK(hash_of(tree) != with_property);
        tree.remove(tree_top + "/soc/i2c@2000/rtc@68/reg");
        CHECK(hash_of(tree) == before);
        tree.directory(tree_top + "/soc/node@1");
        CHECK(hash_of(tree) != before);
    }

    TEST_CASE_FIXTURE(Board, "what a boot loader or one unit writes changes no hash, and none of it is read") {
        const auto before = hash_of(tree);
        tree.remove(tree_top + "/memory@0");
        set("/chosen/bootargs", strings({"other"}));
        set("/chosen/linux,initrd-start", cell(7));
        set("/chosen/kaslr-seed", cell(8));
        set("/chosen/framebuffer@1/compatible", strings({"simple-framebuffer"}));
        set("/memory/reg", cell(2));
        set("/memory@80000000/reg", cell(2));
        set("/reserved-memory/ramoops@1/reg", cell(2));
        set("/__symbols__/i2c0", strings({"/soc/i2c@2000"}));
        set("/__fixups__/x", cell(1));
        set("/__local_fixups__/soc/x", cell(1));
        set("/serial-number", strings({"ACME-0043"}));
        set("/name", strings({"other"}));
        set("/memreserve", cell(1));
        set("/cpus/cpu@0/cpu-release-addr", cell(1));
        for (const char* name : {"mac-address", "local-mac-address", "local-bd-address", "linux,serial"})
            set(std::string("/soc/mdio@4000/") + name, "\x02\x03\x04\x05\x06\x07");
        CHECK(hash_of(tree) == before);
        tree.file("kernel/unreadable", "denied " + tree_top + "/chosen/bootargs\ndenied " + tree_top + "/chosen\n");
        CHECK(read(tree).report.state == SourceState::ok);
        tree.remove("kernel/unreadable");
        set("/soc/memory@1/reg", cell(1));  // of a memory controller, not the machine's memory
        CHECK(hash_of(tree) != before);
    }

    TEST_CASE_FIXTURE(Board, "what cannot be read is told, and then there is no hash of the tree") {
        tree.file("kernel/unreadable", "denied " + tree_top + "/soc/security-key\n");
        set("/soc/security-key", "x");
        const Found denied = read(tree);
        CHECK(denied.report.state == SourceState::denied);
        CHECK(component(denied, "device_tree/system").contents.empty());
        tree.file("kernel/unreadable", "error " + tree_top + "/soc/i2c@2000/rtc@68/compatible\n");
        const Found broken = read(tree);
        CHECK(broken.report.state == SourceState::error);
        const Component& rtc = component(broken, "device_tree/soc/i2c@2000/rtc@68");
        CHECK_FALSE(rtc.names.at("compatible").readable());
        CHECK(rtc.identifiers.empty());
        tree.file("kernel/unreadable", "error " + tree_top + "/soc/spi@3000\n");
        const Found node = read(tree);
        CHECK(node.report.state == SourceState::error);
        CHECK(component(node, "device_tree/system").contents.empty());
        tree.file("kernel/unreadable", "denied " + tree_top + "\n");
        CHECK(read(tree).report.state == SourceState::denied);
        CHECK(read(tree).components.empty());
        tree.file("kernel/unreadable", "denied " + tree_top + "/serial-number\n");
        const Found serial = read(tree);
        CHECK(component(serial, "device_tree/system").serial.why() == "denied");
        CHECK(component(serial, "device_tree/system").contents.size() == 1);  // it is in no hash
    }

    TEST_CASE_FIXTURE(Board, "links are refused, wherever they lead") {
        tree.link(tree_top + "/soc/loop", "..");
        const Found loop = read(tree);
        CHECK(loop.report.state == SourceState::error);
        CHECK(loop.report.detail.find("/soc/loop: is a link") != std::string::npos);
        CHECK(component(loop, "device_tree/system").contents.empty());
        CHECK(loop.components.size() == 9);
        tree.remove(tree_top + "/soc/loop");
        tree.link(tree_top + "/soc/away", "/etc/hostname");
        CHECK(read(tree).report.detail.find("/soc/away: is a link") != std::string::npos);
    }

    TEST_CASE_FIXTURE(Board, "strings that are none: not ended, empty, no UTF-8, very long") {
        set("/soc/spi@3000/flash@0/compatible", "winbond,w25q128");
        const Found unended = read(tree);
        CHECK(unended.report.state == SourceState::error);
        CHECK(unended.report.detail.find("flash@0/compatible") != std::string::npos);
        CHECK(component(unended, "device_tree/soc/spi@3000/flash@0").names.at("compatible").why() == "bad_encoding");
        CHECK(component(unended, "device_tree/system").contents.size() == 1);  // its bytes were read
        set("/soc/spi@3000/flash@0/compatible", "");
        const Found empty = read(tree);
        CHECK(empty.report.detail.find("flash@0/compatible: names nothing") != std::string::npos);
        const Component& flash = component(empty, "device_tree/soc/spi@3000/flash@0");
        CHECK(flash.names.at("compatible").readable());
        CHECK_FALSE(flash.names.at("compatible").has_value());
        CHECK_FALSE(flash.names.contains("model"));
        set("/soc/spi@3000/flash@0/compatible", strings({"\xff\x1b[2J,x", std::string(60'000, 'a')}));
        set("/model", strings({"\xe2\x80\xae"
                               "evil"}));
        const Found odd = read(tree);
        CHECK(odd.report.state == SourceState::ok);
        for (const Component& one : odd.components) {
            for (const auto& [name, reading] : one.names) {
                CHECK(reading.text().size() <= limits::text_bytes);
                CHECK(printable(reading.text()) == reading.text());
            }
        }
        CHECK(component(odd, "device_tree/soc/spi@3000/flash@0").identifiers.empty());
    }

    TEST_CASE("trees of real boards have the hash of another reading, and the chips that stand in them") {
        const std::string script = std::string(ASSAY_SOURCE_DIR) + "/tests/agent/sources/read_device_tree.py ";
        const std::map<std::string, std::multiset<std::string>> boards{
            {"bamboo", {}},
            {"canyonlands",
             {"device_tree/plb/opb/ebc/cpld@2,0", "device_tree/plb/opb/ebc/ndfc@3,0",
              "device_tree/plb/opb/ebc/nor_flash@0,0", "device_tree/plb/opb/i2c@ef600700/rtc@68",
              "device_tree/plb/opb/i2c@ef600700/sttm@48"}},
        };
        for (const auto& [board, chips] : boards) {
            const std::string blob = "/usr/share/qemu/" + board + ".dtb";
            if (!std::filesystem::exists(blob)) continue;  // of Debian's qemu-system-data
            const ScratchTree tree;
            const CommandResult another = run_command(script + blob + " " + tree.path(tree_top));
            REQUIRE(another.status == 0);
            const Found found = read(tree);
            CHECK(found.report.state == SourceState::ok);
            const Component& system = component(found, "device_tree/system");
            CHECK(to_hex(system.contents.at("device_tree")) + "\n" == another.output);
            CHECK(has(system, Registry::devicetree, "amcc"));
            std::multiset<std::string> expected = chips;
            expected.insert("device_tree/system");
            CHECK(keys(found) == expected);
        }
    }

    TEST_CASE("paths too long for a key stay apart") {
        const ScratchTree tree;
        property(tree, "/compatible", strings({"a,b"}));
        std::string path;
        for (int i = 0; i < 3; ++i) path += "/" + std::string(90, static_cast<char>('a' + i));
        path += "/i2c@1";
        property(tree, path + "/#size-cells", cell(0));
        for (const char* name : {"/chip@1", "/chip@2"}) property(tree, path + name + "/compatible", strings({"x,y"}));
        const Found found = read(tree);
        CHECK(found.components.size() == 3);
        CHECK(keys(found).size() == 3);
        for (const std::string& key : keys(found)) CHECK(key.size() <= limits::key_bytes);
        const Scan whole = scan(replayed(tree), {});
        CHECK(whole.inventory.components.size() == 3);
    }

    TEST_CASE("every limit, and one beyond: an error that says where, no hash, and the end of the walk") {
        const auto check = [](const ScratchTree& tree, DeviceTreeLimits at, std::size_t DeviceTreeLimits::* which) {
            const Found fits = read(tree, at);
            CHECK(fits.report.state == SourceState::ok);
            CHECK(component(fits, "device_tree/system").contents.size() == 1);
            --(at.*which);
            const Found beyond = read(tree, at);
            CHECK(beyond.report.state == SourceState::error);
            CHECK(beyond.report.detail.find(tree_top) == 0);
            CHECK(component(beyond, "device_tree/system").contents.empty());
        };
        const ScratchTree tree;
        property(tree, "/compatible", strings({"acme,b"}));
        property(tree, "/a/b/c/long", std::string(100, 'x'));
        check(tree, {.depth = 3}, &DeviceTreeLimits::depth);
        check(tree, {.entries = 5}, &DeviceTreeLimits::entries);
        check(tree, {.property_bytes = 100}, &DeviceTreeLimits::property_bytes);
        check(tree, {.total_bytes = 107}, &DeviceTreeLimits::total_bytes);
    }

    TEST_CASE_FIXTURE(Board, "a scan has it, and its order of nodes is no other at another reading") {
        const Scan one = scan(replayed(tree), {});
        const Scan other = scan(replayed(tree), {});
        CHECK(encode_inventory(one.inventory) == encode_inventory(other.inventory));
        const auto decoded = decode_inventory(encode_inventory(one.inventory));
        REQUIRE(decoded.has_value());
        CHECK(std::ranges::count(decoded->components, ComponentKind::chip, &Component::kind) == 7);
    }
}

}  // namespace
}  // namespace assay::agent
