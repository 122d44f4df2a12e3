#pragma once
// UTF-16LE, as UEFI writes its strings (CHAR16), to UTF-8. Hostile text: pass what comes out through clean_text.

#include "base/bytes.hpp"

#include <string>

namespace assay {

// What is no code point (a surrogate alone, half a unit at the end) becomes U+FFFD. NULs are kept.
std::string utf8_of_utf16le(ByteView units);

// Up to the first NUL, which need not be there.
std::string utf8_of_utf16le_until_nul(ByteView units);

}  // namespace assay
