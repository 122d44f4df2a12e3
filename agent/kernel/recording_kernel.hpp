#pragma once
// Asks another Kernel and notes every answer in a Recording, as members of the files below kernel/ that ReplayKernel
// reads (docs/CAPTURE.md). A new question of Kernel does not compile until it is noted here, and answered there.

#include "agent/kernel/kernel.hpp"

namespace assay::agent {

class Recording;

class RecordingKernel : public Kernel {
  public:
    // Both outlive it.
    RecordingKernel(const Kernel& asked, Recording& recording) : asked_(asked), recording_(recording) {}
    Result<DriverInfo> driver_info(const std::string& interface) const override;
    Result<MacAddress> permanent_address(const std::string& interface) const override;
    Result<std::vector<UsbDescriptor>> usb_devices() const override;
    // Noted as the bytes of the file itself; of one without a ROM behind it as an empty file.
    Result<std::string> option_rom(const std::string& path, std::size_t max_bytes) const override;
    // Noted as a file and as digests, by flash_file().
    Result<std::string> flash_head(const std::string& device, std::uint64_t size, const std::stop_token& stop)
        const override;
    Result<FileDigest> flash_digest(const FlashRange& range, FlashHash what, const std::stop_token& stop)
        const override;
    Result<Bytes> module_page(const std::string& interface, ModulePage page) const override;
    Result<std::vector<DevlinkInfo>> devlink_info() const override;
    Result<FirmwareLog> firmware_log() const override;

  private:
    const Kernel& asked_;
    Recording& recording_;
};

}  // namespace assay::agent
