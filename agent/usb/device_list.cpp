#include "agent/usb/device_list.hpp"

#include "agent/usb/context.hpp"

#include <array>

namespace assay::agent::usb {
namespace {

struct FreeList {
    void operator()(libusb_device** list) const { libusb_free_device_list(list, 1); }
};

UsbDescriptor describe(libusb_device* device) {
    UsbDescriptor out;
    libusb_device_descriptor descriptor{};
    if (libusb_get_device_descriptor(device, &descriptor) == 0) {
        out.vendor = descriptor.idVendor;
        out.product = descriptor.idProduct;
        out.device_class = descriptor.bDeviceClass;
    }
    out.bus = libusb_get_bus_number(device);
    out.address = libusb_get_device_address(device);
    std::array<std::uint8_t, 7> ports{};  // the depth that USB 3 allows
    const int count = libusb_get_port_numbers(device, ports.data(), static_cast<int>(ports.size()));
    if (count > 0) out.ports.assign(ports.begin(), ports.begin() + count);
    return out;
}

}  // namespace

Result<std::vector<UsbDescriptor>> list_devices() {
    libusb_context* raw = nullptr;
    if (const int failed = libusb_init(&raw); failed != 0) {
        return fail(
            failed == LIBUSB_ERROR_OTHER ? Errc::not_found : Errc::io_error, "libusb", libusb_error_name(failed)
        );
    }
    const Context context(raw);
    libusb_device** list = nullptr;
    const ssize_t count = libusb_get_device_list(context.get(), &list);
    if (count < 0) return fail(Errc::io_error, "libusb", libusb_error_name(static_cast<int>(count)));
    const std::unique_ptr<libusb_device*, FreeList> owned(list);
    std::vector<UsbDescriptor> devices;
    devices.reserve(static_cast<std::size_t>(count));
    for (ssize_t i = 0; i < count; ++i) devices.push_back(describe(list[i]));
    return devices;
}

}  // namespace assay::agent::usb
