#pragma once
// Asks this machine's kernel: ethtool by ioctl and netlink, devlink by netlink, USB through libusb's descriptor list.
// Of these no device is opened or woken, and only pages of modules need a privilege (CAP_NET_ADMIN). Option ROMs need
// CAP_SYS_ADMIN: a sysfs of our own is written to. The log needs CAP_SYSLOG where kernel.dmesg_restrict is set.

#include "agent/kernel/kernel.hpp"

namespace assay::agent {

class LiveKernel : public Kernel {
  public:
    Result<DriverInfo> driver_info(const std::string& interface) const override;
    Result<MacAddress> permanent_address(const std::string& interface) const override;
    Result<std::vector<UsbDescriptor>> usb_devices() const override;
    Result<std::string> option_rom(const std::string& path, std::size_t max_bytes) const override;
    Result<std::string> flash_head(const std::string& device, std::uint64_t size, const std::stop_token& stop)
        const override;
    Result<FileDigest> flash_digest(const FlashRange& range, FlashHash what, const std::stop_token& stop)
        const override;
    Result<Bytes> module_page(const std::string& interface, ModulePage page) const override;
    Result<std::vector<DevlinkInfo>> devlink_info() const override;
    Result<FirmwareLog> firmware_log() const override;
};

}  // namespace assay::agent
