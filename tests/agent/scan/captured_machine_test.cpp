// A captured virtual machine against what lspci, lsusb and ethtool printed inside it.

#include "agent/scan.hpp"
#include "tests/agent/support/captured_tree.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>

namespace assay::agent {
namespace {

using test::CapturedTree;

Scan scanned(const CapturedTree& captured) {
    auto view = View::replay(captured.path());
    REQUIRE(view.has_value());
    return scan(*view, {});
}

// "key of placement" -> identifiers of the registry, for every component of the kind.
std::multiset<std::pair<std::string, std::string>> placed(
    const Scan& result, ComponentKind kind, const char* place, Registry registry
) {
    std::multiset<std::pair<std::string, std::string>> out;
    for (const Component& one : result.inventory.components) {
        if (one.kind != kind) continue;
        for (const Identifier& id : one.identifiers) {
            if (id.registry == registry) out.emplace(result.placement.at(one.key).at(place), id.value);
        }
    }
    return out;
}

const Component& with_interface(const Scan& result, const std::string& name) {
    const auto found = std::ranges::find_if(result.inventory.components, [&result, &name](const Component& one) {
        const auto place = result.placement.find(one.key);
        return place != result.placement.end() && place->second.contains("interface") &&
               place->second.at("interface") == name;
    });
    CAPTURE(name);
    REQUIRE(found != result.inventory.components.end());
    return *found;
}

TEST_SUITE("captured_machine") {
    TEST_CASE("every source but those the capture lacks is ok") {
        const Scan result = scanned(CapturedTree("vm-q35"));
        CHECK(result.inventory.replayed);
        for (const SourceReport& one : result.inventory.sources) {
            CAPTURE(one.source);
            const std::set<std::string> lacking{"board_eeprom", "device_tree",   "efi", "event_log",  "firmware",
                                                "flash",        "flash_content", "ima", "option_rom", "transceiver",
                                                "vpd"};
            CHECK(one.state == (lacking.contains(one.source) ? SourceState::absent : SourceState::ok));
        }
        CHECK(decode_inventory(encode_inventory(result.inventory)).has_value());
        CHECK(decode_placement(encode_placement(result.placement)).has_value());
    }

    TEST_CASE("the PCI functions are those of lspci -nn, at the same addresses, with the same class") {
        const CapturedTree captured("vm-q35");
        const Scan result = scanned(captured);
        std::multiset<std::pair<std::string, std::string>> expected;
        const std::regex line(R"(^(\S+) .*\[([0-9a-f]{4})\]: .*\[([0-9a-f]{4}:[0-9a-f]{4})\])");
        std::istringstream lines(captured.printed("lspci-nn.txt"));
        std::map<std::string, std::string> classes;
        for (std::string text; std::getline(lines, text);) {
            std::smatch found;
            REQUIRE(std::regex_search(text, found, line));
            expected.emplace("0000:" + found[1].str(), found[3].str());
            classes["0000:" + found[1].str()] = found[2].str();
        }
        CHECK(expected.size() == 16);
        CHECK(placed(result, ComponentKind::pci_function, "address", Registry::pci) == expected);
        for (const Component& one : result.inventory.components) {
            if (one.kind != ComponentKind::pci_function) continue;
            CHECK(one.names.at("class").text().substr(0, 4) == classes[result.placement.at(one.key).at("address")]);
        }
    }

    TEST_CASE("serials, slots and their presence bits are those of lspci -vv") {
        const CapturedTree captured("vm-q35");
        const Scan result = scanned(captured);
        const std::string text = captured.printed("lspci-vvnn.txt");
        std::size_t serials = 0;
        std::size_t slots = 0;
        const std::regex head(R"((?:^|\n)([0-9a-f]{2}:[0-9a-f]{2}\.[0-7]) )");
        for (std::sregex_iterator at(text.begin(), text.end(), head), end; at != end; ++at) {
            const std::string address = "0000:" + (*at)[1].str();
            CAPTURE(address);
            const std::string printed = text.substr(
                static_cast<std::size_t>(at->position()),
                text.find("\n\n", static_cast<std::size_t>(at->position())) - static_cast<std::size_t>(at->position())
            );
            const auto one = std::ranges::find_if(result.inventory.components, [&](const Component& part) {
                return part.kind == ComponentKind::pci_function &&
                       result.placement.at(part.key).at("address") == address;
            });
            REQUIRE(one != result.inventory.components.end());
            std::smatch found;
            const bool serial = std::regex_search(printed, found, std::regex("Device Serial Number ([0-9a-f-]{23})"));
            CHECK(one->names.contains("dsn") == serial);
            if (serial) CHECK(one->names.at("dsn").text() == found[1].str());
            serials += serial ? 1U : 0U;
            const auto slot = std::ranges::find(result.inventory.components, "slot/" + one->key, &Component::key);
            const bool has_slot = printed.find("(Slot+)") != std::string::npos;
            CHECK((slot != result.inventory.components.end()) == has_slot);
            if (!has_slot) continue;
            ++slots;
            CHECK(std::regex_search(printed, found, std::regex("Slot #(\\d+)")));
            CHECK(slot->names.at("physical_number").text() == found[1].str());
            const bool occupied = std::regex_search(printed, std::regex("SltSta:[^\n]*PresDet\\+"));
            CHECK(slot->names.at("presence").text() == (occupied ? "occupied" : "empty"));
            CHECK(slot->parent == one->key);
        }
        CHECK(serials == 1);
        CHECK(slots == 2);
    }

    TEST_CASE("the USB devices are those of lsusb, root hubs too") {
        const CapturedTree captured("vm-q35");
        const Scan result = scanned(captured);
        std::multiset<std::string> expected;
        const std::regex line(R"(Bus \d+ Device \d+: ID ([0-9a-f]{4}:[0-9a-f]{4}))");
        const std::string printed = captured.printed("lsusb.txt");
        for (std::sregex_iterator at(printed.begin(), printed.end(), line), end; at != end; ++at) {
            expected.insert((*at)[1].str());
        }
        std::multiset<std::string> found;
        for (const Component& one : result.inventory.components) {
            for (const Identifier& id : one.identifiers) {
                if (id.registry == Registry::usb) found.insert(id.value);
            }
        }
        CHECK(expected.size() == 24);
        CHECK(found == expected);
    }

    TEST_CASE("network interfaces: driver, firmware and permanent address are those ethtool printed") {
        const CapturedTree captured("vm-q35");
        const Scan result = scanned(captured);
        std::istringstream lines(captured.printed("ethtool.txt"));
        std::string interface;
        std::size_t checked = 0;
        for (std::string text; std::getline(lines, text);) {
            if (text.starts_with('[')) interface = text.substr(1, text.size() - 2);
            if (interface == "lo") continue;
            if (text.starts_with("firmware-version: ")) {
                CHECK(with_interface(result, interface).firmware.at(0).version.text() == text.substr(18));
                ++checked;
            }
            if (text.starts_with("Permanent address: ")) {
                std::string digits = text.substr(19);
                std::erase(digits, ':');
                const Component& one = with_interface(result, interface);
                CHECK(one.identifiers.size() == (digits == "not set" ? 0 : 1));
                if (digits != "not set") CHECK(one.identifiers.at(0) == Identifier{Registry::mac, digits});
                ++checked;
            }
        }
        CHECK(checked == 18);
        CHECK(with_interface(result, "eth2").parent == "pci/0000:00/05.0/00.0");
        CHECK(with_interface(result, "wwan0").parent == "usb/0000:00/08.0/hs/7");
        for (const auto& [key, place] : result.placement)
            CHECK((!place.contains("interface") || place.at("interface") != "lo"));
    }

    TEST_CASE("disks hang on what they are plugged into, and have the serials they were given") {
        const Scan result = scanned(CapturedTree("vm-q35"));
        std::map<std::string, std::pair<std::string, std::string>> disks;  // device -> parent, serial
        for (const Component& one : result.inventory.components) {
            if (one.kind == ComponentKind::block_device) {
                disks[result.placement.at(one.key).at("device")] = {one.parent, one.serial.text()};
            }
        }
        const std::map<std::string, std::pair<std::string, std::string>> expected{
            {"nvme0", {"pci/0000:00/01.0", "RIGNVME0001"}}, {"vda", {"pci/0000:00/03.0", ""}},
            {"sda", {"pci/0000:00/0a.0", "HW0001"}},        {"sdb", {"usb/0000:00/08.0/ss/1", ""}},
            {"sdc", {"usb/platform/dummy_hcd.1/ss/1", ""}},
        };
        CHECK(disks == expected);
    }

    TEST_CASE("the order in which a directory was filled does not matter") {
        const CapturedTree captured("vm-q35");
        const std::string before = encode_inventory(scanned(captured).inventory);
        namespace fs = std::filesystem;
        for (const char* below : {"sys/bus/pci/devices", "sys/bus/usb/devices", "sys/class/net", "sys/class/block"}) {
            std::vector<std::pair<fs::path, fs::path>> links;
            for (const auto& entry : fs::directory_iterator(captured.tree().path(below))) {
                links.emplace_back(entry.path(), fs::read_symlink(entry.path()));
            }
            std::ranges::sort(links, std::greater{});
            for (const auto& [path, target] : links) fs::remove(path);
            for (const auto& [path, target] : links) fs::create_symlink(target, path);
        }
        CHECK(encode_inventory(scanned(captured).inventory) == before);
    }
}

}  // namespace
}  // namespace assay::agent
