#pragma once
// A libusb context that ends with its owner. Throws std::runtime_error when libusb cannot start at all.

#include <libusb.h>

#include <memory>

namespace assay::agent::usb {

struct CloseContext {
    void operator()(libusb_context* context) const { libusb_exit(context); }
};
using Context = std::unique_ptr<libusb_context, CloseContext>;

}  // namespace assay::agent::usb
