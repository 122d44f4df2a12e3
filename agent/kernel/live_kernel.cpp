#include "agent/kernel/live_kernel.hpp"

#include "agent/kernel/devlink.hpp"
#include "agent/kernel/enabled_rom.hpp"
#include "agent/kernel/ethtool_ioctl.hpp"
#include "agent/kernel/flash_device.hpp"
#include "agent/kernel/kernel_log.hpp"
#include "agent/kernel/mac_address.hpp"
#include "agent/kernel/module_eeprom.hpp"
#include "agent/root/tree.hpp"
#include "agent/usb/device_list.hpp"

#include <linux/ethtool.h>

#include <algorithm>
#include <cstring>

namespace assay::agent {
namespace {

// Text in a fixed array that need not end with a NUL.
template <std::size_t N>
std::string bounded(const char (&text)[N]) {
    return std::string(text, ::strnlen(text, N));
}

Result<FileDescriptor> flash_node(const std::string& device) {
    TRY(const FileDescriptor dev, open_directory("/dev"));
    return open_flash(dev.get(), device);
}

}  // namespace

Result<DriverInfo> LiveKernel::driver_info(const std::string& interface) const {
    ethtool_drvinfo info{};
    info.cmd = ETHTOOL_GDRVINFO;
    CHECK_OK(ask_ethtool(interface, &info));
    return DriverInfo{bounded(info.driver), bounded(info.fw_version), bounded(info.bus_info)};
}

Result<MacAddress> LiveKernel::permanent_address(const std::string& interface) const {
    constexpr std::size_t max_address = 32;  // MAX_ADDR_LEN of the kernel
    // A flexible array follows the header: cmd, size, then up to `size` bytes.
    alignas(ethtool_perm_addr) std::array<std::uint8_t, sizeof(ethtool_perm_addr) + max_address> buffer{};
    const ethtool_perm_addr ask{.cmd = ETHTOOL_GPERMADDR, .size = max_address};
    std::memcpy(buffer.data(), &ask, sizeof ask);
    CHECK_OK(ask_ethtool(interface, buffer.data()));
    ethtool_perm_addr answer{};
    std::memcpy(&answer, buffer.data(), sizeof answer);
    MacAddress address{};
    if (answer.size != address.size()) return fail(Errc::unsupported, interface, "has no EUI-48 address");
    std::memcpy(address.data(), buffer.data() + sizeof answer, address.size());
    if (!is_unicast(address)) return fail(Errc::unsupported, interface, "the driver knows no permanent address");
    return address;
}

Result<std::vector<UsbDescriptor>> LiveKernel::usb_devices() const {
    return usb::list_devices();
}

Result<std::string> LiveKernel::option_rom(const std::string& path, std::size_t max_bytes) const {
    constexpr std::string_view sysfs = "sys/";
    if (!path.starts_with(sysfs)) return fail(Errc::not_found, path, "is not in sysfs");
    TRY(const FileDescriptor top, writable_sysfs());
    auto rom = read_enabled_rom(top.get(), path.substr(sysfs.size()), max_bytes);
    if (!rom) rom.error().where = path;
    return rom;
}

Result<std::string> LiveKernel::flash_head(const std::string& device, std::uint64_t size, const std::stop_token& stop)
    const {
    TRY(const FileDescriptor flash, flash_node(device));
    const FlashRange head{device, 0, std::min<std::uint64_t>(size, flash_head_bytes)};
    std::string out;
    CHECK_OK(read_flash(flash, head, stop, [&out](std::string_view piece) { out += piece; }));
    return out;
}

Result<FileDigest> LiveKernel::flash_digest(const FlashRange& range, FlashHash what, const std::stop_token& stop)
    const {
    TRY(const FileDescriptor flash, flash_node(range.device));
    return hash_flash(flash, range, what, stop);
}

Result<Bytes> LiveKernel::module_page(const std::string& interface, ModulePage page) const {
    return read_module_page(interface, page);
}

Result<std::vector<DevlinkInfo>> LiveKernel::devlink_info() const {
    return read_devlink();
}

Result<FirmwareLog> LiveKernel::firmware_log() const {
    return read_kernel_log();
}

}  // namespace assay::agent
