#pragma once
// I2C buses and the chips on them, as sysfs shows them (Documentation/i2c/i2c-sysfs.rst of the kernel).

#include "tests/agent/support/sysfs.hpp"

#include <string>
#include <string_view>

namespace assay::test {

// `below` is the way from sys/devices; the last part is the bus, "i2c-0".
inline void add_i2c_bus(const ScratchTree& tree, const std::string& below, const std::string& name = "an adapter") {
    const std::string path = "sys/devices/" + below;
    tree.file(path + "/name", name + "\n");
    relative_link(tree, "sys/bus/i2c/devices/" + below.substr(below.rfind('/') + 1), path);
}

// The same of a multiplexer's channel; `mux` is the way from sys/devices to the multiplexer.
inline void add_i2c_channel(
    const ScratchTree& tree, const std::string& below, const std::string& mux, const std::string& channel
) {
    add_i2c_bus(tree, below, "i2c-0-mux (chan_id " + channel + ")");
    relative_link(tree, "sys/devices/" + below + "/mux_device", "sys/devices/" + mux);
    relative_link(tree, "sys/devices/" + mux + "/channel-" + channel, "sys/devices/" + below);
}

// A chip with its driver's name and, where a driver shows it, its bytes.
inline void add_i2c_chip(
    const ScratchTree& tree, const std::string& below, const std::string& name, std::string_view eeprom = {}
) {
    const std::string path = "sys/devices/" + below;
    tree.file(path + "/name", name + "\n");
    if (!eeprom.empty()) tree.file(path + "/eeprom", eeprom);
    relative_link(tree, "sys/bus/i2c/devices/" + below.substr(below.rfind('/') + 1), path);
}

inline void add_nvmem(
    const ScratchTree& tree, const std::string& below, const std::string& type, std::string_view bytes
) {
    const std::string path = "sys/devices/" + below;
    tree.file(path + "/type", type + "\n");
    tree.file(path + "/nvmem", bytes);
    relative_link(tree, "sys/bus/nvmem/devices/" + below.substr(below.rfind('/') + 1), path);
}

}  // namespace assay::test
