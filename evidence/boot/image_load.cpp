#include "evidence/boot/image_load.hpp"

#include "base/reader.hpp"
#include "base/writer.hpp"

namespace assay::boot {

Result<ImageLoad> decode_image_load(ByteView data) {
    Reader reader(data);
    ImageLoad out;
    out.location = reader.at("ImageLocationInMemory").u64le();
    out.length = reader.at("ImageLengthInMemory").u64le();
    out.link_time_address = reader.at("ImageLinkTimeAddress").u64le();
    const std::uint64_t path_bytes = reader.at("LengthOfDevicePath").u64le();
    out.device_path = reader.at("DevicePath").take(path_bytes);
    out.trailing = reader.take(reader.left());
    CHECK_OK(reader.finish("UEFI_IMAGE_LOAD_EVENT"));
    return out;
}

Bytes encode_image_load(const ImageLoad& image) {
    Writer w;
    w.u64le(image.location).u64le(image.length).u64le(image.link_time_address);
    return w.u64le(image.device_path.size()).raw(image.device_path).raw(image.trailing).take();
}

}  // namespace assay::boot
