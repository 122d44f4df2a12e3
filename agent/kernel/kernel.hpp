#pragma once
// The seam to what a kernel answers by ioctl, netlink or libusb and not by a file. One implementation asks this
// machine, one answers from DIR/kernel of a captured tree (docs/CAPTURE.md). Errors: not_found (no such device, or the
// tree has no answer), unsupported (the driver has none), denied, io_error. Text is as the device gave it: hostile.

#include "agent/root/capture_lists.hpp"
#include "base/bytes.hpp"
#include "base/crypto/hash.hpp"
#include "base/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace assay::agent {

// ETHTOOL_GDRVINFO. The kernel cuts every text at 31 bytes.
struct DriverInfo {
    std::string driver;
    std::string firmware_version;
    std::string bus_info;
};

using MacAddress = std::array<std::uint8_t, 6>;

// A USB device by its device descriptor, as libusb lists it without opening it.
struct UsbDescriptor {
    std::uint16_t vendor = 0;
    std::uint16_t product = 0;
    std::uint8_t device_class = 0;
    unsigned bus = 0;
    unsigned address = 0;
    std::vector<std::uint8_t> ports;  // from the root hub down; empty for the root hub itself
};

// 128 bytes of the EEPROM of a pluggable module, at i2c address 50h, bank 0: the lower half, or the upper half of a
// page.
struct ModulePage {
    bool upper = false;
    std::uint8_t page = 0;  // of an upper half
};
inline constexpr std::size_t module_page_bytes = 128;
std::string member_of(ModulePage page);  // "lower", "page_00": its name in a captured tree

// What `devlink dev info` says of one device.
struct DevlinkInfo {
    std::string bus;     // "pci"
    std::string device;  // "0000:03:00.0"
    std::string driver;
    std::string serial;
    std::string board_serial;
    struct Version {
        std::string kind;  // "fixed", "running", "stored"
        std::string name;  // "fw.mgmt", "board.id", ...
        std::string value;
        friend auto operator<=>(const Version&, const Version&) = default;
    };
    std::vector<Version> versions;
    friend bool operator==(const DevlinkInfo&, const DevlinkInfo&) = default;
};
inline constexpr std::size_t max_devlink_devices = 1024;
inline constexpr std::size_t max_devlink_versions = 64;

// A part of a flash that the kernel knows as an MTD.
struct FlashRange {
    std::string device;  // "mtd0"
    std::uint64_t offset = 0;
    std::uint64_t size = 0;
};
// What is hashed of it: every byte, or the firmware volumes that hold code (evidence/hardware/firmware_volumes.hpp).
enum class FlashHash { bytes, volumes };
inline constexpr std::size_t flash_head_bytes = 4096;
// Where a captured tree has them (docs/CAPTURE.md): the first bytes as a file "dev/mtd0ro", a range in kernel/digests
// under a path below it, "dev/mtd0ro/1000+3000" or "dev/mtd0ro/volumes/1000+3000".
std::string flash_file(const std::string& device);
std::string flash_file(const FlashRange& range, FlashHash what);

// What the kernel's log says of one firmware file: that it was given to a driver, or that a driver asked and got none.
struct FirmwareLine {
    std::string file;              // as the driver asked for it, cleaned
    bool loaded = false;           // else: failed
    std::optional<Sha256> sha256;  // of the bytes that the driver was given, where the kernel logs it
    friend auto operator<=>(const FirmwareLine&, const FirmwareLine&) = default;
};
// The lines about firmware of the log's ring, and which records were read for them. No other line is kept.
struct FirmwareLog {
    std::uint64_t first = 0;          // sequence number of the first record that was still there; 0 is the boot's first
    std::uint64_t next = 0;           // that of the record after the last one read
    bool gap = false;                 // records in between were lost, or there was none
    std::vector<FirmwareLine> lines;  // sorted by file, one each: a file that was loaded once is loaded
    friend bool operator==(const FirmwareLog&, const FirmwareLog&) = default;
};
inline constexpr std::size_t max_firmware_lines = 4096;

class Kernel {
  public:
    virtual ~Kernel() = default;
    virtual Result<DriverInfo> driver_info(const std::string& interface) const = 0;
    // ETHTOOL_GPERMADDR; unsupported when the driver gives none (all zero).
    virtual Result<MacAddress> permanent_address(const std::string& interface) const = 0;
    virtual Result<std::vector<UsbDescriptor>> usb_devices() const = 0;
    // The option ROM behind `path`, a file `rom` of a PCI function in the view's sysfs. Not a read alone: the file is
    // switched on and off again, and the device answers at another address meanwhile (agent/sources/choices.hpp says
    // who may ask for that). not_found also when no ROM is there, limit_exceeded beyond max_bytes. A captured tree
    // keeps the bytes in the file itself, which the view reads.
    virtual Result<std::string> option_rom(const std::string& path, std::size_t /*max_bytes*/) const {
        return fail(Errc::unsupported, path, "only a live machine's ROM is switched on");
    }
    // The first bytes of a flash, at most flash_head_bytes, of one that is shorter all `size`. Errors as open_flash and
    // read_flash (agent/kernel/flash_device.hpp). Like the next one only asked where the operator chose so: reading is
    // slow, and whatever shares the flash's controller waits.
    virtual Result<std::string> flash_head(
        const std::string& device, std::uint64_t /*size*/, const std::stop_token& /*stop*/
    ) const {
        return fail(Errc::unsupported, device, "only a live machine's flash is opened");
    }
    // The size is that of what was hashed. not_found: no firmware volumes.
    virtual Result<FileDigest> flash_digest(
        const FlashRange& range, FlashHash /*what*/, const std::stop_token& /*stop*/
    ) const {
        return fail(Errc::unsupported, range.device, "only a live machine's flash is opened");
    }
    // Exactly module_page_bytes. gone: the driver says that no module is in the cage; unsupported: the interface has no
    // cage, or the driver does not read modules; denied: CAP_NET_ADMIN lacks; io_error: a module that does not answer,
    // or none, and the driver does not tell which.
    virtual Result<Bytes> module_page(const std::string& interface, ModulePage page) const = 0;
    // unsupported: no driver here knows devlink.
    virtual Result<std::vector<DevlinkInfo>> devlink_info() const = 0;
    // denied: CAP_SYSLOG lacks, or a sandbox hides the log; not_found: there is none.
    virtual Result<FirmwareLog> firmware_log() const = 0;
};

}  // namespace assay::agent
