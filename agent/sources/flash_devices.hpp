#pragma once
// The flash devices that the kernel lists (MTDs under sys/class/mtd): whole chips and the partitions on them, as far as
// its drivers or the firmware divide them. What both sources of flash need; nothing is opened but attributes.
//
//   sys/devices/pci0000:00/0000:00:1f.5/spi_master/spi0/spi0.0/mtd/mtd0/mtd1    is    flash/pci/0000:00/1f.5/cs0/BIOS@0

#include "agent/sources/source.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace assay::agent {

struct FlashDevice {
    std::string name;    // "mtd0", as this boot numbered it
    std::string path;    // in sysfs
    std::string key;     // of a whole chip the chip's
    std::string parent;  // of a partition: what it is a part of
    bool whole = false;  // the chip itself
    bool divided = false;
    Reading label;  // the attribute `name`
    Reading type;   // "nor", "nand", "mlc-nand", "dataflash", "rom", "ubi", ...
    std::optional<std::uint64_t> size;
    std::optional<std::uint64_t> offset;  // in what it is a part of; none of a whole chip, or of an old kernel
    std::optional<bool> writable;         // MTD_WRITEABLE
};

inline constexpr std::size_t max_flash_devices = 1024;

// In the order of their numbers; memory that only looks like flash (type "ram") is left out, and so is one that could
// not be looked at, which `account` is told of. Errors: as View::list; not_found when the kernel has no MTDs.
Result<std::vector<FlashDevice>> flash_devices(const View& view, Account& account);

// The key of the chip behind a device, "flash/pci/0000:00/1f.5/cs0": numbers of SPI buses are no part of it.
std::string flash_chip_key(const View& view, const std::string& device_path);
// Where in sysfs that device is: what stands before "/mtd/" in the path of an MTD.
std::string flash_device_path(const std::string& mtd_path);

}  // namespace assay::agent
