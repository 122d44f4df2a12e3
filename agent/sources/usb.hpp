#pragma once
// USB devices as /sys/bus/usb shows them: ids, strings and serials as the kernel read them when the device came, the
// classes of the interfaces, hubs as a tree. Of root hubs only ids and product: the kernel makes up the rest, from its
// own version and a bus address. Devices that only libusb lists are added by their descriptor. No device is opened.

#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_usb(const View& view);

}  // namespace assay::agent
