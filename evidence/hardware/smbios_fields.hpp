#pragma once
// The fields of one SMBIOS structure by their offsets in DSP0134, which count from the start of the header. A field
// that the structure is too short for is absent: structures grew with the versions. Looks at the structure it was
// given.

#include "evidence/component.hpp"
#include "evidence/hardware/smbios_walk.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace assay::smbios {

class FieldsOf {
  public:
    explicit FieldsOf(const Structure& structure) : bytes_(structure.formatted), text_(&structure.text) {}

    // Absent: too short, or string number 0. Unreadable: it names a string that is not there.
    Reading text(std::size_t offset) const;
    std::optional<std::uint8_t> u8(std::size_t offset) const;
    std::optional<std::uint16_t> u16(std::size_t offset) const;
    std::optional<std::uint32_t> u32(std::size_t offset) const;
    std::optional<std::uint64_t> u64(std::size_t offset) const;
    std::optional<ByteView> bytes(std::size_t offset, std::size_t count) const;
    ByteView from(std::size_t offset) const;  // to the end; empty when it ends before

  private:
    std::optional<std::uint64_t> little_endian(std::size_t offset, std::size_t count) const;
    ByteView bytes_;
    const std::vector<std::string>* text_;
};

// 16 bytes of a UUID as text (7.2.1): RFC 4122 order; since version 2.6 the first three fields are little-endian.
std::string uuid_text(std::span<const std::uint8_t, 16> raw, Version version);

}  // namespace assay::smbios
