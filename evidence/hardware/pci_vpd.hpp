#pragma once
// Vital Product Data of a PCI function: what its maker wrote into its memory (PCI Local Bus Specification 3.0, appendix
// I). A list of resources: a name, read-only fields, fields that system software may write, an end. A field is two
// characters and up to 255 bytes. Claims of the device; the checksum says only that nothing fell over. Pure; values own
// their text.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay::pci {

inline constexpr std::size_t max_vpd_bytes = 32U << 10U;  // what 15 bits of address reach
inline constexpr std::size_t max_vpd_fields = 256;

struct VpdField {
    std::string keyword;  // two characters, cleaned: "PN", "SN", "V0"
    std::string text;     // cleaned; of CP (a capability, not text) as hex digits
    bool writable = false;
};

enum class VpdChecksum { none, right, wrong };

struct Vpd {
    std::string name;              // the identifier string: what the product is called; "" when there is none
    std::vector<VpdField> fields;  // in order; without RV and RW, which hold a checksum and free space
    VpdChecksum checksum = VpdChecksum::none;
    std::size_t bytes = 0;  // from the beginning through the end tag
    // Why reading ended before an end tag: a length that runs out of the data, or out of its resource, too many fields.
    // What is above was read before that point.
    std::optional<Error> broken;

    // The text of the first such field, or nullptr.
    const std::string* text(std::string_view keyword) const;
};

// Errors: not_found when nothing was ever written there (empty, or the first byte is 0x00 or 0xff: an erased or missing
// memory), limit_exceeded, bad_magic when the first resource is none that begins vital product data.
Result<Vpd> decode_vpd(ByteView bytes);

}  // namespace assay::pci
