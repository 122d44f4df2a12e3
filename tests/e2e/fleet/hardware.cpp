#include "tests/e2e/fleet/hardware.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::fleet {
namespace {

constexpr Model models[] = {
    {"core router", "cr", "Calder Systems", "CR-9216", "CLD", "Intel(R) Xeon(R) D-2146NT CPU @ 2.30GHz", 4, 4, false, 3
    },
    {"aggregation router", "ar", "Example Networks", "AR-2000", "EXN", "Intel(R) Xeon(R) D-1548 CPU @ 2.00GHz", 3, 2,
     false, 12},
    {"access switch", "asw", "Harbour Micro", "HM-48P", "HRB", "Intel(R) Atom(TM) CPU C2538 @ 2.40GHz", 1, 1, false, 34
    },
    {"cell-site router", "csr", "Ostra", "CS-110", "OST", "Intel(R) Atom(TM) CPU C3338 @ 1.50GHz", 1, 1, true, 22},
    {"firewall", "fw", "Calder Systems", "SG-400", "CLD", "Intel(R) Core(TM) i7-9700E CPU @ 2.60GHz", 2, 2, false, 8},
    {"branch CPE", "cpe", "Example Networks", "BR-400", "EXN", "Intel(R) Atom(TM) CPU C3558 @ 2.20GHz", 1, 1, true, 15},
    {"optical line terminal", "olt", "Ostra", "OL-16", "OST", "Intel(R) Xeon(R) D-1527 CPU @ 2.20GHz", 2, 2, false, 3},
    {"server", "srv", "Northfield Compute", "NC-R640", "NFC", "AMD EPYC 7313P 16-Core Processor", 2, 8, false, 3},
};

struct Card {
    const char* chip;
    const char* subsystem;
    const char* driver;
    const char* block;  // of its MAC addresses
    const char* firmware;
};
constexpr Card cards[] = {
    {"8086:1572", "8086:0001", "i40e", "3cfdfe", "8.30 0x8000a49d 20.5.13"},
    {"8086:1521", "8086:00a3", "igb", "a0369f", "1.63, 0x80000fb5"},
    {"8086:15e4", "8086:0000", "ixgbe", "3cfdfe", "0x80000877, 1.2527.0"},
    {"14e4:16d7", "14e4:4146", "bnxt_en", "bc97e1", "218.0.166.0/pkg 218.0.219.9"},
    {"14e4:165f", "14e4:1904", "tg3", "000af7", "5720-v1.39 NCSI v1.5.12.0"},
    {"15b3:1015", "15b3:0069", "mlx5_core", "b8599f", "14.32.1010 (MT_2420110034)"},
    {"10ec:8168", "10ec:0123", "r8169", "00e04c", "rtl8168h-2_0.0.2 02/26/15"},
};
constexpr Card chips_of_covered_vendors[] = {
    {"19e5:1822", "19e5:d136", "hinic", "48435a", "2.4.1.0"},
    {"19e5:0222", "19e5:d139", "hinic3", "48435a", "12.3.5.11"},
    {"1cf2:8036", "1cf2:0001", "zxdh", "bc97e1", "2.24.10.01"},
};
constexpr Card boards_of_covered_vendors[] = {
    {"8086:1572", "19e5:d120", "i40e", "3cfdfe", "7.10 0x80006471 1.2527.0"},
    {"14e4:16d7", "19e5:d11d", "bnxt_en", "bc97e1", "214.0.253.1"},
};
constexpr Card addresses_of_covered_vendors[] = {
    {"10ec:8168", "10ec:0123", "r8169", "48435a", "rtl8168h-2_0.0.2 02/26/15"},
    {"10ec:8168", "10ec:0123", "r8169", "14a78b", "rtl8168h-2_0.0.2 02/26/15"},
    {"8086:1521", "8086:00a3", "igb", "bcad28", "1.63, 0x80000fb5"},
};

struct Stick {
    const char* number;
    const char* maker;
    const char* product;
    const char* driver;
};
constexpr Stick modems[] = {
    {"1199:9091", "Sierra Wireless, Incorporated", "EM7565", "qmi_wwan"},
    {"2c7c:0125", "Quectel", "EC25", "qmi_wwan"},
    {"1bc7:1040", "Telit", "LM960A18", "qmi_wwan"},
};
constexpr Stick sticks_of_covered_vendors[] = {
    {"12d1:14dc", "HUAWEI_MOBILE", "HUAWEI_MOBILE", "cdc_ether"},
    {"19d2:1405", "ZTE,Incorporated", "ZTE Mobile Broadband", "cdc_ether"},
    {"238b:0a11", "Hytera Communications Corp.,Ltd", "Hytera Device", "cdc_acm"},
    {"2bdf:0284", "HIK", "HIK 2K USB CAMERA", "uvcvideo"},
};

// Out of a hundred devices.
enum class Covered { nothing, chip, board, address, stick, disk };
Covered what_is_covered(std::size_t thrown) {
    if (thrown < 4) return Covered::chip;
    if (thrown < 6) return Covered::board;
    if (thrown < 8) return Covered::address;
    if (thrown < 13) return Covered::stick;
    return thrown < 14 ? Covered::disk : Covered::nothing;
}

constexpr const char* root = "pci/0000:00";

class Maker {
  public:
    Maker(const Model& model, const std::string& serial, Chance& chance)
        : model_(model), serial_(serial), chance_(chance), covered_(what_is_covered(chance.below(100))) {}

    Hardware make() {
        sources();
        chassis();
        processor_and_memory();
        const unsigned changed = static_cast<unsigned>(chance_.below(model_.cards));
        for (unsigned slot = 0; slot < model_.cards; ++slot) card(slot, slot == changed);
        disk();
        usb();
        return std::move(out_);
    }

  private:
    Component& add(ComponentKind kind, std::string key) {
        Component component;
        component.kind = kind;
        component.key = std::move(key);
        out_.inventory.components.push_back(std::move(component));
        return out_.inventory.components.back();
    }

    static void identify(Component& component, Registry registry, const std::string& value) {
        component.identifiers.push_back(make_identifier(registry, value).value());
    }

    Component& function(
        const std::string& path, const Card& card, const char* device_class, const std::string& parent
    ) {
        Component& out = add(ComponentKind::pci_function, fmt::format("{}/{}", root, path));
        identify(out, Registry::pci, card.chip);
        identify(out, Registry::pci_subsystem, card.subsystem);
        out.names = {{"class", Reading::of(device_class)}, {"driver", Reading::of(card.driver)}};
        out.location.path = "0000:00/" + path;
        out.parent = parent;
        return out;
    }

    void sources() {
        for (const char* one : {"block", "cpu", "firmware", "net", "pci", "smbios", "tpm", "usb"}) {
            out_.inventory.sources.push_back({one, SourceState::ok, "", {one}});
        }
        for (SourceReport& one : out_.inventory.sources) {
            if (one.source == "pci") one.covered = {root};
            if (one.source == "usb") one.covered = {"usb/0000:00/15.0/hs", "usb/0000:00/15.0/ss"};
            if (one.source == "firmware" && chance_.below(50) == 0)
                one = {"firmware", SourceState::denied, "lib/firmware: permission denied", {}};
        }
    }

    void chassis() {
        Component& system = add(ComponentKind::system, "smbios/system");
        system.names = {{"manufacturer", Reading::of(model_.maker)}, {"product", Reading::of(model_.name)}};
        system.serial = Reading::of(serial_);
        Component& bios = add(ComponentKind::firmware, "smbios/bios");
        bios.names = {{"manufacturer", Reading::of("American Megatrends Inc.")}};
        const std::string version = fmt::format("{}-{}.{}", model_.name, 1 + chance_.below(3), chance_.below(20));
        bios.firmware = {{"bios", Reading::of(version), std::nullopt, "smbios"}};
        Component& board = add(ComponentKind::board, "smbios/board");
        board.names = {{"manufacturer", Reading::of(model_.maker)}, {"product", Reading::of(model_.name)}};
        board.serial = Reading::of("B" + serial_);
        Component& case_of_it = add(ComponentKind::chassis, "smbios/chassis");
        case_of_it.names = {{"manufacturer", Reading::of(model_.maker)}, {"type", Reading::of("23")}};
        case_of_it.serial = chance_.below(40) == 0 ? Reading::unreadable("denied") : Reading::of(serial_);
        Component& tpm = add(ComponentKind::tpm, "tpm/0");
        identify(tpm, Registry::tpm_vendor, "4e544300");
        tpm.names = {{"family", Reading::of("2")}, {"vendor", Reading::of("NPCT75x")}};
        tpm.firmware = {{"firmware", Reading::of("7.2.3.1"), std::nullopt, "tpm2_getcapability"}};
    }

    void processor_and_memory() {
        Component& cpu = add(ComponentKind::processor, "cpu/0");
        cpu.names = {{"model", Reading::of(model_.processor)}};
        cpu.firmware = {{"microcode", Reading::of(fmt::format("0x{:x}", 0x20 + chance_.below(24))), {}, "cpuinfo"}};
        for (unsigned i = 0; i < model_.modules; ++i) {
            Component& module = add(ComponentKind::memory_module, fmt::format("smbios/memory/DIMM{}", i));
            const bool micron = chance_.below(2) == 0;
            identify(module, Registry::jedec, micron ? "1:2c" : "1:ce");
            module.names = {
                {"manufacturer", Reading::of(micron ? "Micron" : "Samsung")},
                {"part_number", Reading::of(micron ? "MTA9ASF1G72HZ-2G6E1" : "M393A2K40DB3-CWE")},
                {"size_kib", Reading::of("16777216")}
            };
            module.location.slot = fmt::format("DIMM{}", i);
            module.serial = Reading::of(fmt::format("{:08X}", chance_.bits() & 0xffffffffU));
        }
    }

    void card(unsigned slot, bool may_be_covered) {
        const std::string bridge = fmt::format("{:02x}.0", 1 + slot);
        const Component& port = function(bridge, {"8086:6f02", "8086:0000", "pcieport", "", ""}, "060400", "");
        const std::string port_key = port.key;
        const Card* made = &chance_.of(cards);
        if (may_be_covered && covered_ == Covered::chip) made = &chance_.of(chips_of_covered_vendors);
        if (may_be_covered && covered_ == Covered::board) made = &chance_.of(boards_of_covered_vendors);
        if (may_be_covered && covered_ == Covered::address) made = &chance_.of(addresses_of_covered_vendors);
        for (unsigned i = 0; i < 2; ++i) {
            const std::string path = fmt::format("{}/00.{}", bridge, i);
            Component& ports = function(path, *made, "020000", port_key);
            ports.location.slot = fmt::format("{}", slot + 1);
            const std::string key = ports.key;
            out_.placement[key]["address"] = fmt::format("0000:{:02x}:00.{}", slot + 1, i);
            Component& net = add(ComponentKind::network_interface, fmt::format("net/{}/{}", key, 0));
            identify(net, Registry::mac, fmt::format("{}{:06x}", made->block, chance_.bits() & 0xffffffU));
            net.names = {{"driver", Reading::of(made->driver)}};
            net.location.port = "port 0";
            net.parent = key;
            net.firmware = {{"firmware", Reading::of(made->firmware), std::nullopt, "ethtool"}};
            out_.placement[net.key]["interface"] = fmt::format("enp{}s0f{}", slot + 1, i);
        }
        out_.firmware.push_back({made->driver, std::string(made->driver) + "/fw.bin", SourceState::absent, 0, {}});
        std::ranges::sort(out_.firmware);
        const auto twice = std::ranges::unique(out_.firmware);
        out_.firmware.erase(twice.begin(), twice.end());
    }

    void disk() {
        const bool covered = covered_ == Covered::disk;
        const Card nvme = covered ? Card{"20ba:1001", "20ba:1001", "nvme", "", "ECFM22.6"}
                                  : Card{"144d:a808", "144d:a801", "nvme", "", "EDA5602Q"};
        Component& controller = function("1d.0", nvme, "010802", "");
        const std::string key = controller.key;
        Component& block = add(ComponentKind::block_device, "block/" + key);
        block.names = {
            {"model", Reading::of(covered ? "HIKSEMI E1000" : "SAMSUNG MZ1LB960HAJQ")},
            {"transport", Reading::of("nvme")}
        };
        block.serial = Reading::of(fmt::format("S{:015X}", chance_.bits() >> 4U));
        block.parent = key;
        block.firmware = {{"firmware", Reading::of(nvme.firmware), std::nullopt, "sysfs"}};
        out_.placement[block.key]["device"] = "nvme0n1";
    }

    void usb() {
        Component& controller = function("15.0", {"8086:19d0", "8086:7270", "xhci_hcd", "", ""}, "0c0330", "");
        const std::string hub_key = "usb/0000:00/15.0/hs";
        const std::string parent = controller.key;
        Component& hub = add(ComponentKind::usb_device, hub_key);
        identify(hub, Registry::usb, "1d6b:0002");
        hub.names = {{"device_class", Reading::of("09")}, {"product", Reading::of("xHCI Host Controller")}};
        hub.location.path = "0000:00/15.0/hs";
        hub.parent = parent;
        if (covered_ == Covered::stick) {
            stick(hub_key, chance_.of(sticks_of_covered_vendors));
        } else if (model_.modem) {
            stick(hub_key, chance_.of(modems));
        }
    }

    void stick(const std::string& hub_key, const Stick& made) {
        Component& device = add(ComponentKind::usb_device, hub_key + "/2");
        identify(device, Registry::usb, made.number);
        device.names = {
            {"manufacturer", Reading::of(made.maker)},
            {"product", Reading::of(made.product)},
            {"release", Reading::of("0102")}
        };
        device.serial = Reading::of(fmt::format("{:015}", chance_.bits() % 999'999'999'999'999));
        device.location = {"", "usb 2", "0000:00/15.0/hs/2"};
        device.parent = hub_key;
        out_.placement[device.key]["address"] = "1-2";
    }

    const Model& model_;
    const std::string& serial_;
    Chance& chance_;
    Covered covered_;
    Hardware out_;
};

}  // namespace

const Model& any_model(Chance& chance) {
    return chance.weighted(models, 100);
}

Hardware make_hardware(const Model& model, const std::string& serial, Chance& chance) {
    return Maker(model, serial, chance).make();
}

}  // namespace assay::fleet
