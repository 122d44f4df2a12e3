#include "evidence/hardware/smbios_fields.hpp"

#include "base/encoding.hpp"
#include "evidence/hardware/guid.hpp"

namespace assay::smbios {

Reading FieldsOf::text(std::size_t offset) const {
    const std::size_t number = u8(offset).value_or(0);
    if (number == 0) return {};
    if (number > text_->size()) return Reading::unreadable("names a string that is not there");
    return Reading::of((*text_)[number - 1]);
}

std::optional<std::uint64_t> FieldsOf::little_endian(std::size_t offset, std::size_t count) const {
    const auto raw = bytes(offset, count);
    if (!raw) return std::nullopt;
    std::uint64_t value = 0;
    for (std::size_t i = count; i-- > 0;) value = (value << 8U) | (*raw)[i];
    return value;
}

std::optional<std::uint8_t> FieldsOf::u8(std::size_t offset) const {
    const auto value = little_endian(offset, 1);
    return value ? std::optional(static_cast<std::uint8_t>(*value)) : std::nullopt;
}

std::optional<std::uint16_t> FieldsOf::u16(std::size_t offset) const {
    const auto value = little_endian(offset, 2);
    return value ? std::optional(static_cast<std::uint16_t>(*value)) : std::nullopt;
}

std::optional<std::uint32_t> FieldsOf::u32(std::size_t offset) const {
    const auto value = little_endian(offset, 4);
    return value ? std::optional(static_cast<std::uint32_t>(*value)) : std::nullopt;
}

std::optional<std::uint64_t> FieldsOf::u64(std::size_t offset) const {
    return little_endian(offset, 8);
}

std::optional<ByteView> FieldsOf::bytes(std::size_t offset, std::size_t count) const {
    if (bytes_.size() < offset || bytes_.size() - offset < count) return std::nullopt;
    return bytes_.subspan(offset, count);
}

ByteView FieldsOf::from(std::size_t offset) const {
    return bytes_.size() < offset ? ByteView() : bytes_.subspan(offset);
}

std::string uuid_text(std::span<const std::uint8_t, 16> raw, Version version) {
    if (version >= Version{2, 6}) return guid_text(raw);
    std::string text = to_hex(raw);
    for (const std::size_t at : {20U, 16U, 12U, 8U}) text.insert(at, "-");
    return text;
}

}  // namespace assay::smbios
