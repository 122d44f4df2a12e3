#include "evidence/hardware/option_rom.hpp"

#include "evidence/hardware/little_endian.hpp"

#include <fmt/format.h>

#include <numeric>

namespace assay::option_rom {
namespace {

constexpr std::size_t unit = 512;              // in which lengths are counted
constexpr std::size_t header_bytes = 0x1a;     // through the pointer to the data structure
constexpr std::size_t structure_bytes = 0x18;  // of the PCI Data Structure's first revision
constexpr std::uint16_t signature = 0xaa55;
constexpr std::uint32_t efi_signature = 0x0ef1;
constexpr std::uint8_t code_x86 = 0;
constexpr std::uint8_t code_efi = 3;

Error error_at(Errc code, std::size_t offset, std::string what) {
    return {code, fmt::format("{:#x}", offset), std::move(what)};
}

// PCI 3.0 6.3.3.1: of an image for PC-AT machines the bytes that byte 2 counts add up to zero.
bool sums_to_zero(ByteView image) {
    const std::size_t counted = image[2] * unit;
    if (counted == 0 || counted > image.size()) return false;
    return (std::accumulate(image.begin(), image.begin() + static_cast<std::ptrdiff_t>(counted), 0U) & 0xffU) == 0;
}

std::optional<Efi> efi_header(ByteView image) {
    if (le32(image, 0x04) != efi_signature) return std::nullopt;
    return Efi{le16(image, 0x08), le16(image, 0x0a), le16(image, 0x0c)};
}

// The image that begins `bytes`. Everything it points to lies in itself.
Result<Image> read_image(ByteView bytes, std::size_t offset) {
    if (bytes.size() < header_bytes) return fail(error_at(Errc::truncated, offset, "an image's header is cut"));
    if (le16(bytes, 0) != signature) return fail(error_at(Errc::bad_magic, offset, "no image begins with 55 aa here"));
    const std::size_t structure = le16(bytes, 0x18);
    if (structure < header_bytes) return fail(error_at(Errc::bad_magic, offset, "its data structure is in its header"));
    if (structure + structure_bytes > bytes.size()) {
        return fail(error_at(Errc::truncated, offset, "an image's data structure is cut"));
    }
    const ByteView pcir = bytes.subspan(structure);
    if (as_text(pcir.first(4)) != "PCIR") return fail(error_at(Errc::bad_magic, offset, "its data structure is none"));
    Image out;
    out.offset = offset;
    out.size = le16(pcir, 0x10) * unit;
    if (out.size < structure + structure_bytes) {
        return fail(error_at(Errc::bad_value, offset, "an image is shorter than its own headers"));
    }
    if (out.size > bytes.size())
        return fail(error_at(Errc::truncated, offset, "an image is longer than what was read"));
    const ByteView image = bytes.first(out.size);
    out.vendor = le16(pcir, 0x04);
    out.device = le16(pcir, 0x06);
    out.structure_revision = pcir[0x0c];
    out.class_code = le16(pcir, 0x0d) | (std::uint32_t{pcir[0x0f]} << 16U);
    out.code_revision = le16(pcir, 0x12);
    out.code_type = pcir[0x14];
    out.last = (pcir[0x15] & 0x80U) != 0;
    if (out.code_type == code_x86) out.sums_to_zero = sums_to_zero(image);
    if (out.code_type == code_efi) out.efi = efi_header(image);
    out.sha256 = sha256(image);
    return out;
}

}  // namespace

Result<Chain> decode_chain(ByteView bytes) {
    if (bytes.size() > max_bytes) return fail(Errc::limit_exceeded, "option rom", "is longer than 16 MiB");
    Chain out;
    while (true) {
        auto image = read_image(bytes.subspan(out.size), out.size);
        if (!image && out.images.empty()) return fail(image.error());
        if (image && out.images.size() == max_images) {
            image = fail(error_at(Errc::limit_exceeded, out.size, fmt::format("more than {} images", max_images)));
        }
        if (!image) {
            out.broken = std::move(image).error();
            break;
        }
        out.size += image->size;
        out.images.push_back(*std::move(image));
        if (out.images.back().last) break;
    }
    out.sha256 = sha256(bytes.first(out.size));
    return out;
}

std::string code_type_name(std::uint8_t code_type) {
    switch (code_type) {
        case code_x86: return "x86";
        case 1: return "open_firmware";
        case 2: return "hp_pa_risc";
        case code_efi: return "efi";
        default: return fmt::format("type_{:02x}", code_type);
    }
}

}  // namespace assay::option_rom
