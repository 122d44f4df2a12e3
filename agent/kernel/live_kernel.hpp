#pragma once
// Asks this machine's kernel: ethtool by ioctl, USB through libusb's descriptor list. Nothing is opened that needs a
// privilege; no device is woken.

#include "agent/kernel/kernel.hpp"

namespace assay::agent {

class LiveKernel : public Kernel {
  public:
    Result<DriverInfo> driver_info(const std::string& interface) const override;
    Result<MacAddress> permanent_address(const std::string& interface) const override;
    Result<std::vector<UsbDescriptor>> usb_devices() const override;
};

}  // namespace assay::agent
