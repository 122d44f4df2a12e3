#pragma once
// Device trees as the kernel shows them: a directory per node, a file per property.

#include "tests/agent/support/scratch_tree.hpp"

#include <initializer_list>
#include <string>
#include <string_view>

namespace assay::test {

inline const std::string tree_top = "sys/firmware/devicetree/base";

// Strings as a property holds them, each with its NUL.
inline std::string strings(std::initializer_list<std::string_view> list) {
    std::string out;
    for (const std::string_view one : list) out += std::string(one) + '\0';
    return out;
}

inline std::string cell(unsigned value) {
    return {'\0', '\0', static_cast<char>(value >> 8U), static_cast<char>(value)};
}

inline void property(const ScratchTree& tree, const std::string& path, std::string_view value) {
    tree.file(tree_top + path, value);
}

// A node that is a bus with an address and no size for each child.
inline void add_bus(const ScratchTree& tree, const std::string& path, std::string_view compatible) {
    property(tree, path + "/compatible", strings({compatible}));
    property(tree, path + "/#address-cells", cell(1));
    property(tree, path + "/#size-cells", cell(0));
}

// A router board as its tree would have it: two names of boards, the SoC, and chips on five buses.
inline void add_board_tree(const ScratchTree& tree) {
    property(tree, "/model", strings({"Acme Router 7"}));
    property(tree, "/compatible", strings({"acme,router-7", "somco,module-2", "hisilicon,hip05"}));
    property(tree, "/serial-number", strings({"ACME-0042"}));
    property(tree, "/#address-cells", cell(2));
    property(tree, "/name", strings({""}));
    property(tree, "/chosen/bootargs", strings({"root=/dev/sda1 secret"}));
    property(tree, "/memory@0/reg", cell(1));
    property(tree, "/cpus/cpu@0/compatible", strings({"arm,cortex-a57"}));
    property(tree, "/soc/compatible", strings({"simple-bus"}));
    property(tree, "/soc/serial@1000/compatible", strings({"snps,dw-apb-uart"}));
    property(tree, "/soc/serial@1000/bluetooth/compatible", strings({"brcm,bcm43438-bt"}));
    add_bus(tree, "/soc/i2c@2000", "snps,designware-i2c");
    property(tree, "/soc/i2c@2000/rtc@68/compatible", strings({"nxp,pcf8563", "atmel,something"}));
    property(tree, "/soc/i2c@2000/rtc@68/clock-output/compatible", strings({"other,clock"}));
    add_bus(tree, "/soc/i2c@2000/i2c-mux@70", "nxp,pca9548");
    property(tree, "/soc/i2c@2000/i2c-mux@70/i2c@0/#size-cells", cell(0));
    property(tree, "/soc/i2c@2000/i2c-mux@70/i2c@0/eeprom@50/compatible", strings({"giantec,gt24c32"}));
    property(tree, "/soc/i2c@2000/i2c-mux@70/i2c@0/eeprom@50/label", strings({"FRU"}));
    add_bus(tree, "/soc/spi@3000", "acme,spi");
    property(tree, "/soc/spi@3000/flash@0/compatible", strings({"jedec,spi-nor"}));
    property(tree, "/soc/spi@3000/flash@0/partitions/compatible", strings({"fixed-partitions"}));
    add_bus(tree, "/soc/mdio@4000", "hisilicon,mdio");
    property(tree, "/soc/mdio@4000/ethernet-phy@1/compatible", strings({"ethernet-phy-id0141.0dd1"}));
    property(tree, "/soc/mdio@4000/ethernet-phy@2/reg", cell(2));
    property(tree, "/soc/usb@5000/compatible", strings({"acme,dwc3"}));
    property(tree, "/soc/usb@5000/#size-cells", cell(1));
    add_bus(tree, "/soc/usb@5000/usb@5000", "snps,dwc3");
    property(tree, "/soc/usb@5000/usb@5000/hub@1/compatible", strings({"usb1a40,101"}));
}

}  // namespace assay::test
