#pragma once
// Hex and base64url (RFC 4648 section 5, unpadded) as the protocol uses them. Decoding is strict: one text for each
// value, so no padding, no white space, no upper-case hex, no stray bits in the last character.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace assay {

std::string to_hex(ByteView bytes);  // lower case
// `where` names the field in the error (bad_encoding).
Result<Bytes> from_hex(std::string_view text, std::string_view where = "hex");

std::string to_base64url(ByteView bytes);
Result<Bytes> from_base64url(std::string_view text, std::string_view where = "base64url");

// Strict fixed-size hex, for digests and ids.
template <std::size_t N>
Result<std::array<std::uint8_t, N>> from_hex_array(std::string_view text, std::string_view where = "hex") {
    TRY(const Bytes bytes, from_hex(text, where));
    if (bytes.size() != N) {
        return fail(Errc::bad_value, std::string(where), "expected " + std::to_string(2 * N) + " hex digits");
    }
    std::array<std::uint8_t, N> out{};
    for (std::size_t i = 0; i < N; ++i) out[i] = bytes[i];
    return out;
}

}  // namespace assay
