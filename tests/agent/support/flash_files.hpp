#pragma once
// Flash devices as the kernel lists them, and a kernel whose flashes are texts of the test's own.

#include "agent/kernel/flash_device.hpp"
#include "tests/agent/support/sysfs.hpp"

#include <fcntl.h>

#include <algorithm>
#include <map>
#include <string>

namespace assay::test {

// `below` is the way from sys/devices to the MTD, ".../mtd/mtd0" or ".../mtd/mtd0/mtd1".
inline void add_mtd(
    const ScratchTree& tree, const std::string& below, const std::map<std::string, std::string>& values
) {
    const std::string path = "sys/devices/" + below;
    for (const auto& [name, value] : values) tree.file(path + "/" + name, value + "\n");
    const std::string number = below.substr(below.rfind('/') + 1);
    relative_link(tree, "sys/class/mtd/" + number, path);
    tree.file(path + "/ro/dev", "90:1\n");
    relative_link(tree, "sys/class/mtd/" + number + "ro", path + "/ro");
}

// A chip behind SPI with a partition for a boot loader, its settings and what it boots.
inline void add_router_flash(const ScratchTree& tree) {
    const std::string chip = "platform/soc/fe204000.spi/spi_master/spi0/spi0.1";
    tree.file("sys/devices/" + chip + "/spi-nor/jedec_id", "7f7f7f7f1c3017\n");
    tree.file("sys/devices/" + chip + "/spi-nor/manufacturer", "eon\n");
    tree.file("sys/devices/" + chip + "/spi-nor/partname", "en25q64\n");
    relative_link(tree, "sys/bus/spi/devices/spi0.1", "sys/devices/" + chip);
    relative_link(tree, "sys/devices/" + chip + "/of_node", "sys/firmware/devicetree/base/soc/spi@3000/flash@0");
    const std::string master = chip + "/mtd/mtd0";
    add_mtd(tree, master, {{"name", "spi0.1"}, {"type", "nor"}, {"size", "8388608"}, {"flags", "0xc00"}});
    const auto part = [&tree, &master](int number, const char* name, const char* offset, const char* size) {
        add_mtd(
            tree, master + "/mtd" + std::to_string(number),
            {{"name", name}, {"type", "nor"}, {"size", size}, {"flags", "0xc00"}, {"offset", offset}}
        );
    };
    part(1, "u-boot", "0", "262144");
    part(2, "u-boot-env", "262144", "65536");
    part(3, "factory", "327680", "65536");
    part(4, "vendor", "393216", "65536");
}

// The flash of a PC behind its chipset, which shows it as one partition over all of it.
inline void add_pc_flash(const ScratchTree& tree) {
    const std::string below = "pci0000:00/0000:00:1f.5/spi_master/spi0/spi0.0/mtd/mtd0";
    add_mtd(
        tree, below, {{"name", "BIOS"}, {"type", "nor"}, {"size", "16777216"}, {"flags", "0x800"}, {"offset", "0"}}
    );
}

// Answers of nothing but flashes, by "mtd0"; what is not in it is denied.
class FlashKernel : public agent::Kernel {
  public:
    std::map<std::string, std::string> flashes;

    Result<std::string> flash_head(const std::string& device, std::uint64_t size, const std::stop_token& stop)
        const override {
        if (stop.stop_requested()) return fail(Errc::timed_out, device, "the deadline passed");
        const auto found = flashes.find(device);
        if (found == flashes.end()) return fail(Errc::denied, device, "permission denied");
        return found->second.substr(0, std::min<std::uint64_t>(size, agent::flash_head_bytes));
    }
    Result<agent::FileDigest> flash_digest(
        const agent::FlashRange& range, agent::FlashHash what, const std::stop_token& stop
    ) const override {
        const auto found = flashes.find(range.device);
        if (found == flashes.end()) return fail(Errc::denied, range.device, "permission denied");
        const ScratchTree tree;
        tree.file("flash", found->second);
        const agent::FileDescriptor file(::open(tree.path("flash").c_str(), O_RDONLY | O_CLOEXEC));
        return agent::hash_flash(file, range, what, stop);
    }
    Result<agent::DriverInfo> driver_info(const std::string& interface) const override { return none(interface); }
    Result<agent::MacAddress> permanent_address(const std::string& interface) const override { return none(interface); }
    Result<std::vector<agent::UsbDescriptor>> usb_devices() const override { return none("usb"); }
    Result<Bytes> module_page(const std::string& interface, agent::ModulePage) const override {
        return none(interface);
    }
    Result<std::vector<agent::DevlinkInfo>> devlink_info() const override { return none("devlink"); }
    Result<agent::FirmwareLog> firmware_log() const override { return none("log"); }

  private:
    static std::unexpected<Error> none(const std::string& what) { return fail(Errc::unsupported, what, "no"); }
};

}  // namespace assay::test
