#include "net/proxy_header.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::net;

namespace {

constexpr std::string_view magic("\r\n\r\n\0\r\nQUIT\n", 12);

Bytes header(std::string_view command_and_kind, std::string_view rest) {
    std::string out = std::string(magic) + std::string(command_and_kind);
    out += static_cast<char>(rest.size() >> 8U);
    out += static_cast<char>(rest.size() & 0xffU);
    return to_bytes(out + std::string(rest));
}

// 192.0.2.7:40112 to 192.0.2.1:443
const std::string v4_addresses("\xc0\x00\x02\x07\xc0\x00\x02\x01\x9c\xb0\x01\xbb", 12);

}  // namespace

TEST_SUITE("proxy_header") {
    TEST_CASE("IPv4, IPv6 and the balancer's own connection") {
        CHECK(decode_proxy_header(header("\x21\x11", v4_addresses))->source == "192.0.2.7:40112");
        std::string v6("\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x07", 16);
        v6 += std::string(15, '\0') + "\x01" + "\x9c\xb0\x01\xbb";
        CHECK(decode_proxy_header(header("\x21\x21", v6))->source == "[2001:db8::7]:40112");
        CHECK(decode_proxy_header(header(std::string_view("\x20\x00", 2), ""))->source.empty());
        CHECK(decode_proxy_header(header("\x20\x11", v4_addresses))->source.empty());
    }

    TEST_CASE("additions after the addresses are skipped, and bounded") {
        const std::string additions("\x04\x00\x02xy\x20\x00\x00", 8);
        CHECK(decode_proxy_header(header("\x21\x11", v4_addresses + additions))->source == "192.0.2.7:40112");
        const std::string broken("\x04\x00\x09xy", 5);
        CHECK(decode_proxy_header(header("\x21\x11", v4_addresses + broken)).error().code == Errc::truncated);
    }

    TEST_CASE("what is not a version 2 header over TCP is refused") {
        CHECK(proxy_header_size(to_bytes("PROXY TCP4 192.0.2.7 192")).error().code == Errc::bad_magic);
        CHECK(decode_proxy_header(header("\x11\x11", v4_addresses)).error().code == Errc::unsupported);
        CHECK(decode_proxy_header(header("\x22\x11", v4_addresses)).error().code == Errc::unsupported);
        CHECK(decode_proxy_header(header("\x21\x12", v4_addresses)).error().code == Errc::unsupported);
        CHECK(decode_proxy_header(header("\x21\x31", std::string(216, 'x'))).error().code == Errc::unsupported);
        CHECK(decode_proxy_header(header(std::string_view("\x21\x00", 2), "")).error().code == Errc::unsupported);
    }

    TEST_CASE("every truncation and every addition is refused") {
        Bytes whole = header("\x21\x11", v4_addresses);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(size);
            CHECK(!decode_proxy_header(ByteView(whole).first(size)));
        }
        whole.push_back(0);
        CHECK(decode_proxy_header(whole).error().code == Errc::trailing_bytes);
    }

    TEST_CASE("limit: 512 bytes in all") {
        const auto sized = [](std::size_t total) {
            const std::size_t value = total - proxy_prefix_bytes - v4_addresses.size() - 3;
            std::string addition = "\x04";
            addition += static_cast<char>(value >> 8U);
            addition += static_cast<char>(value & 0xffU);
            return header("\x21\x11", v4_addresses + addition + std::string(value, 'x'));
        };
        CHECK(decode_proxy_header(sized(512)));
        CHECK(decode_proxy_header(sized(513)).error().code == Errc::limit_exceeded);
    }
}
