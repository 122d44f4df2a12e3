#pragma once
// Where a chip on an I2C bus sits: the controller, each multiplexer on the way with its channel, the chip's address.
// The kernel's bus numbers change with the order of probing and are no part of it.
//
//   sys/devices/pci0000:00/0000:00:1f.4/i2c-0/i2c-7/7-0051    is    pci/0000:00/1f.4/71.3/51
//
// when i2c-7 is channel 3 of the multiplexer 0-0071 (Documentation/i2c/i2c-sysfs.rst of the kernel).

#include "agent/root/view.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::agent {

inline const std::string i2c_devices = "sys/bus/i2c/devices";

// The address of "7-0051", as two hex digits: "51". nullopt for what is no device with an address of seven bits.
std::optional<std::string_view> i2c_address(std::string_view name);

class I2cBuses {
  public:
    // `listed` are the names in i2c_devices.
    I2cBuses(const View& view, const std::vector<std::string>& listed);

    // Of a device of a bus, or of whatever else lies at `path`: then as key_or_place() has it. A controller's first bus
    // is told by the controller alone, further ones by their order ("/bus1"); a bus of which nothing says
    // how it is reached from the one above it is "/below", and in the same order.
    std::string place(const View& view, std::string_view path) const;

  private:
    std::string branch(const View& view, const std::string& bus) const;
    std::string in_order(const std::string& bus) const;

    std::map<std::string, std::size_t> order_;  // of a bus, by its path, among those of one controller or bus
};

}  // namespace assay::agent
