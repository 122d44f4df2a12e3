#include "base/encoding.hpp"

#include <array>

namespace assay {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::uint8_t no_digit = 0xff;
using DigitTable = std::array<std::uint8_t, 256>;

consteval DigitTable digits_of(std::string_view alphabet) {
    DigitTable out{};
    for (std::uint8_t& value : out) value = no_digit;
    std::uint8_t next = 0;
    for (const char c : alphabet) out[static_cast<unsigned char>(c)] = next++;
    return out;
}

constexpr DigitTable hex_values = digits_of(hex_digits);
constexpr DigitTable url_values = digits_of(url_alphabet);

std::uint8_t value_in(const DigitTable& table, char c) {
    return table[static_cast<unsigned char>(c)];
}

// Where the first character stands that is no digit; text.size() when there is none.
std::size_t first_stranger(const DigitTable& table, std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && value_in(table, text[at]) != no_digit) ++at;
    return at;
}

}  // namespace

std::string to_hex(ByteView bytes) {
    std::string out(bytes.size() * 2, '0');
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        out[2 * i] = hex_digits[bytes[i] >> 4U];
        out[2 * i + 1] = hex_digits[bytes[i] & 15U];
    }
    return out;
}

Result<void> from_hex_into(std::span<std::uint8_t> out, std::string_view text, std::string_view where) {
    if (text.size() % 2 != 0) return fail(Errc::bad_encoding, std::string(where), "odd number of hex digits");
    if (const std::size_t at = first_stranger(hex_values, text); at != text.size()) {
        return fail(Errc::bad_encoding, std::string(where), "not a lower-case hex digit at " + std::to_string(at));
    }
    if (text.size() != 2 * out.size()) {
        return fail(Errc::bad_value, std::string(where), "expected " + std::to_string(2 * out.size()) + " hex digits");
    }
    for (std::size_t i = 0; i < out.size(); ++i) {
        const unsigned high = value_in(hex_values, text[2 * i]);
        out[i] = static_cast<std::uint8_t>((high << 4U) | value_in(hex_values, text[2 * i + 1]));
    }
    return {};
}

Result<Bytes> from_hex(std::string_view text, std::string_view where) {
    Bytes out(text.size() / 2);
    CHECK_OK(from_hex_into(out, text, where));
    return out;
}

std::string to_base64url(ByteView bytes) {
    std::string out((bytes.size() * 4 + 2) / 3, 'A');
    std::size_t at = 0;
    std::uint32_t pending = 0;
    unsigned bits = 0;
    for (const std::uint8_t b : bytes) {
        pending = (pending << 8U) | b;
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            out[at++] = url_alphabet[(pending >> bits) & 63U];
        }
    }
    if (bits > 0) out[at] = url_alphabet[(pending << (6U - bits)) & 63U];
    return out;
}

Result<Bytes> from_base64url(std::string_view text, std::string_view where) {
    if (text.size() % 4 == 1) return fail(Errc::bad_encoding, std::string(where), "impossible base64url length");
    if (const std::size_t at = first_stranger(url_values, text); at != text.size()) {
        return fail(Errc::bad_encoding, std::string(where), "not a base64url character at " + std::to_string(at));
    }
    Bytes out(text.size() * 3 / 4);
    std::size_t at = 0;
    std::uint32_t pending = 0;
    unsigned bits = 0;
    for (const char c : text) {
        pending = (pending << 6U) | value_in(url_values, c);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out[at++] = static_cast<std::uint8_t>((pending >> bits) & 255U);
        }
    }
    if ((pending & ((1U << bits) - 1U)) != 0) {
        return fail(Errc::bad_encoding, std::string(where), "stray bits after the last byte");
    }
    return out;
}

}  // namespace assay
