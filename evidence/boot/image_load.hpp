#pragma once
// UEFI_IMAGE_LOAD_EVENT: a boot application or driver that was loaded. PFP 1.06, "UEFI_IMAGE_LOAD_EVENT Structure". The
// digest is of the image as Authenticode hashes it; nothing here is covered, the device path least of all. Pure; views
// look at the bytes.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstdint>

namespace assay::boot {

struct ImageLoad {
    std::uint64_t location = 0;
    std::uint64_t length = 0;
    std::uint64_t link_time_address = 0;
    ByteView device_path;  // decode_device_path reads it
    ByteView trailing;     // behind what the length of the path says
};

// truncated.
Result<ImageLoad> decode_image_load(ByteView data);
Bytes encode_image_load(const ImageLoad& image);

}  // namespace assay::boot
