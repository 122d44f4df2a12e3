#include "base/encoding.hpp"

namespace assay {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

int url_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '-') return 62;
    if (c == '_') return 63;
    return -1;
}

}  // namespace

std::string to_hex(ByteView bytes) {
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const std::uint8_t b : bytes) {
        out += hex_digits[b >> 4U];
        out += hex_digits[b & 15U];
    }
    return out;
}

Result<Bytes> from_hex(std::string_view text, std::string_view where) {
    if (text.size() % 2 != 0) return fail(Errc::bad_encoding, std::string(where), "odd number of hex digits");
    Bytes out;
    out.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) {
            return fail(Errc::bad_encoding, std::string(where), "not a lower-case hex digit at " + std::to_string(i));
        }
        out.push_back(static_cast<std::uint8_t>(high * 16 + low));
    }
    return out;
}

std::string to_base64url(ByteView bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t pending = 0;
    unsigned bits = 0;
    for (const std::uint8_t b : bytes) {
        pending = (pending << 8U) | b;
        bits += 8;
        while (bits >= 6) {
            bits -= 6;
            out += url_alphabet[(pending >> bits) & 63U];
        }
    }
    if (bits > 0) out += url_alphabet[(pending << (6U - bits)) & 63U];
    return out;
}

Result<Bytes> from_base64url(std::string_view text, std::string_view where) {
    if (text.size() % 4 == 1) return fail(Errc::bad_encoding, std::string(where), "impossible base64url length");
    Bytes out;
    out.reserve(text.size() * 3 / 4);
    std::uint32_t pending = 0;
    unsigned bits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int value = url_value(text[i]);
        if (value < 0) {
            return fail(Errc::bad_encoding, std::string(where), "not a base64url character at " + std::to_string(i));
        }
        pending = (pending << 6U) | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out.push_back(static_cast<std::uint8_t>((pending >> bits) & 255U));
        }
    }
    if ((pending & ((1U << bits) - 1U)) != 0) {
        return fail(Errc::bad_encoding, std::string(where), "stray bits after the last byte");
    }
    return out;
}

}  // namespace assay
