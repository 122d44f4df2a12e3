#pragma once
// A module's EEPROM as people have it in a file: raw bytes (`ethtool -m IF raw on`, a dump of the i2c device), or the
// text of `ethtool -m IF hex on`. Pure.

#include "base/result.hpp"
#include "evidence/hardware/transceiver.hpp"

namespace assay::transceiver {

inline constexpr std::size_t max_dump_bytes = 640;  // lower page, upper pages 00h to 03h
inline constexpr std::size_t max_dump_text_bytes = 64U << 10U;

// 128, 256, 512 or 640 bytes, raw or as lines "0x0010:  hh hh ..." without a gap. What the first bytes are, byte 0
// says: of an SFP A0h (what follows, A2h among it, is left out), of the others the lower page and then upper pages; 128
// bytes alone are A0h or the upper page 00h. Errors: bad_encoding, bad_value (another length), limit_exceeded.
Result<Pages> parse_dump(ByteView file);

}  // namespace assay::transceiver
