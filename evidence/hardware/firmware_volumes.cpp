#include "evidence/hardware/firmware_volumes.hpp"

#include "base/writer.hpp"
#include "evidence/hardware/guid.hpp"
#include "evidence/hardware/little_endian.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace assay::flash {
namespace {

// EFI_FIRMWARE_VOLUME_HEADER, 3.2.1.1.
constexpr std::size_t guid_at = 0x10;
constexpr std::size_t length_at = 0x20;
constexpr std::size_t signature_at = 0x28;
constexpr std::size_t header_length_at = 0x30;
constexpr std::size_t extended_at = 0x34;
constexpr std::size_t least_header = 0x38;
constexpr std::size_t extended_size_at = 0x10;  // EFI_FIRMWARE_VOLUME_EXT_HEADER

// File systems of volumes that hold variables: EFI_SYSTEM_NV_DATA_FV_GUID of EDK II, and its second store.
constexpr std::array variable_stores{
    std::string_view("fff12b8d-7696-4c8b-a985-2747075b4f50"),
    std::string_view("00504624-8a59-4eeb-bd0f-6b36e96128e0"),
};
// AMI's firmware keeps them in a volume like any other, whose first file has this name.
constexpr std::string_view variable_file = "cef5b9a3-476d-497f-9fdc-e98143e0422c";

std::string guid_in(ByteView block, std::size_t at) {
    return guid_text(block.subspan(at).first<16>());
}

struct Header {
    std::uint64_t size = 0;
    bool variables = false;
};

bool first_file_has_variables(ByteView block, std::size_t header_length) {
    std::size_t file = header_length;
    if (const std::size_t extended = le16(block, extended_at); extended != 0) {
        if (extended + extended_size_at + 4 > block.size()) return false;
        const std::uint32_t size = le32(block, extended + extended_size_at);
        if (size > block.size()) return false;
        file = extended + size;
    }
    file = (file + 7) / 8 * 8;
    return file + 16 <= block.size() && guid_in(block, file) == variable_file;
}

// The volume that a block begins, if it does: signature, and a header whose 16-bit sum is zero.
std::optional<Header> volume_at(ByteView block) {
    if (block.size() < least_header || as_text(block.subspan(signature_at, 4)) != "_FVH") return std::nullopt;
    const std::size_t header_length = le16(block, header_length_at);
    if (header_length < least_header || header_length % 2 != 0 || header_length > block.size()) return std::nullopt;
    std::uint16_t sum = 0;
    for (std::size_t i = 0; i < header_length; i += 2) sum = static_cast<std::uint16_t>(sum + le16(block, i));
    Header out;
    out.size = le32(block, length_at) | (std::uint64_t{le32(block, length_at + 4)} << 32U);
    if (sum != 0 || out.size < header_length) return std::nullopt;
    const std::string file_system = guid_in(block, guid_at);
    out.variables = std::ranges::find(variable_stores, file_system) != variable_stores.end() ||
                    first_file_has_variables(block, header_length);
    return out;
}

}  // namespace

VolumeScanner::VolumeScanner() : hasher_(HashAlg::sha256) {
    hasher_.update(Writer().framed(as_bytes("assay/firmware_volumes/1")).bytes());
}

// A whole block, or the last one of the region: a volume begins here, or nothing that is looked at.
void VolumeScanner::look_at_block() {
    const Bytes block = std::exchange(block_, {});
    const auto volume = volume_at(block);
    at_ += block.size();
    if (!volume) return;
    const std::uint64_t begin = at_ - block.size();
    hashing_ = !volume->variables;
    ++(hashing_ ? found_.hashed : found_.with_variables);
    if (hashing_) {
        found_.bytes += volume->size;
        hasher_.update(Writer().u64be(begin).u64be(volume->size).bytes());
    }
    const std::size_t own = static_cast<std::size_t>(std::min<std::uint64_t>(volume->size, block.size()));
    if (hashing_) hasher_.update(ByteView(block).first(own));
    left_ = volume->size - own;
    skip_ = left_ == 0 ? 0 : (volume_alignment - volume->size % volume_alignment) % volume_alignment;
}

void VolumeScanner::feed(ByteView bytes) {
    while (!bytes.empty()) {
        std::uint64_t& rest = left_ > 0 ? left_ : skip_;
        if (rest > 0) {
            const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(rest, bytes.size()));
            if (left_ > 0 && hashing_) hasher_.update(bytes.first(now));
            rest -= now;
            at_ += now;
            bytes = bytes.subspan(now);
            continue;
        }
        const std::size_t now = std::min(volume_alignment - block_.size(), bytes.size());
        block_.insert(block_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(now));
        bytes = bytes.subspan(now);
        if (block_.size() == volume_alignment) look_at_block();
    }
}

Result<Volumes> VolumeScanner::finish() {
    if (!block_.empty()) look_at_block();
    if (left_ > 0) return fail(Errc::truncated, "firmware volume", "is longer than its region");
    if (found_.hashed == 0) return fail(Errc::not_found, "firmware volume", "there is none with code");
    found_.sha256 = hasher_.finish_sha256();
    return found_;
}

}  // namespace assay::flash
