#pragma once
// Hex and base64url (RFC 4648 section 5, unpadded) as the protocol uses them. Decoding is strict: one text for each
// value, so no padding, no white space, no upper-case hex, no stray bits in the last character.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <span>
#include <string>
#include <string_view>

namespace assay {

std::string to_hex(ByteView bytes);  // lower case
// `where` names the field in the error (bad_encoding).
Result<Bytes> from_hex(std::string_view text, std::string_view where = "hex");

std::string to_base64url(ByteView bytes);
Result<Bytes> from_base64url(std::string_view text, std::string_view where = "base64url");

// Exactly out.size() bytes; bad_value for another number of digits.
Result<void> from_hex_into(std::span<std::uint8_t> out, std::string_view text, std::string_view where = "hex");

// Strict fixed-size hex, for digests and ids.
template <std::size_t N>
Result<std::array<std::uint8_t, N>> from_hex_array(std::string_view text, std::string_view where = "hex") {
    std::array<std::uint8_t, N> out{};
    CHECK_OK(from_hex_into(out, text, where));
    return out;
}

}  // namespace assay
