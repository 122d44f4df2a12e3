#pragma once
// USB devices by their descriptors, as libusb lists them: no device is opened, so none is woken and no privilege is
// needed. Strings and serials come from sysfs, which has them cached.

#include "agent/kernel/kernel.hpp"

namespace assay::agent::usb {

// not_found when the machine has no USB at all; io_error when libusb fails.
Result<std::vector<UsbDescriptor>> list_devices();

}  // namespace assay::agent::usb
