#pragma once
// What a captured tree says its kernel answered: DIR/kernel/ethtool/<interface>.json, DIR/kernel/usb.json,
// DIR/kernel/module/<interface>.json, DIR/kernel/devlink.json and DIR/kernel/firmware_log.json (docs/CAPTURE.md). An
// answer that was not captured is not_found.

#include "agent/kernel/kernel.hpp"
#include "agent/root/tree.hpp"

namespace assay::agent {

class ReplayKernel : public Kernel {
  public:
    explicit ReplayKernel(Tree tree) : tree_(std::move(tree)) {}
    Result<DriverInfo> driver_info(const std::string& interface) const override;
    Result<MacAddress> permanent_address(const std::string& interface) const override;
    Result<std::vector<UsbDescriptor>> usb_devices() const override;
    Result<Bytes> module_page(const std::string& interface, ModulePage page) const override;
    Result<std::vector<DevlinkInfo>> devlink_info() const override;
    Result<FirmwareLog> firmware_log() const override;

  private:
    Tree tree_;
};

}  // namespace assay::agent
