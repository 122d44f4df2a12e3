#include "net/proxy_header.hpp"

#include "base/reader.hpp"

#include <arpa/inet.h>

#include <array>

namespace assay::net {
namespace {

constexpr std::array<std::uint8_t, 12> signature = {0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d,
                                                    0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a};
constexpr std::uint8_t local_command = 0x20;
constexpr std::uint8_t proxy_command = 0x21;
constexpr std::uint8_t tcp_over_ipv4 = 0x11;
constexpr std::uint8_t tcp_over_ipv6 = 0x21;

std::string address_text(int family, ByteView address) {
    std::array<char, INET6_ADDRSTRLEN> out{};
    inet_ntop(family, address.data(), out.data(), out.size());
    return out.data();
}

void skip_additions(Reader& reader) {
    while (!reader.failed() && reader.left() > 0) {
        reader.u8();  // type
        reader.skip(reader.u16be());
    }
}

}  // namespace

Result<std::size_t> proxy_header_size(ByteView prefix) {
    Reader reader(prefix);
    const ByteView magic = reader.take(signature.size());
    const std::uint8_t command = reader.u8();
    reader.u8();  // family
    const std::size_t size = proxy_prefix_bytes + reader.u16be();
    CHECK_OK(reader.finish_prefix("proxy header"));
    if (!same_bytes(magic, signature)) return fail(Errc::bad_magic, "proxy header", "is not PROXY protocol version 2");
    if (command != local_command && command != proxy_command) {
        return fail(Errc::unsupported, "proxy header", "has another version or command");
    }
    if (size > max_proxy_header_bytes) return fail(Errc::limit_exceeded, "proxy header", "is longer than 512 bytes");
    return size;
}

Result<ProxyHeader> decode_proxy_header(ByteView header) {
    TRY(const std::size_t size, proxy_header_size(header));
    if (header.size() < size) return fail(Errc::truncated, "proxy header", "ends early");
    if (header.size() > size) return fail(Errc::trailing_bytes, "proxy header", "goes on after its end");
    Reader reader(header);
    reader.skip(signature.size());
    const bool local = reader.u8() == local_command;
    const std::uint8_t kind = reader.u8();
    reader.u16be();
    if (local) return ProxyHeader{};  // what follows is to be ignored, says section 2.2
    if (kind != tcp_over_ipv4 && kind != tcp_over_ipv6) {
        return fail(Errc::unsupported, "proxy header", "is not about TCP over IPv4 or IPv6");
    }
    const bool v4 = kind == tcp_over_ipv4;
    const ByteView source = reader.take(v4 ? 4 : 16);
    reader.skip(v4 ? 4 : 16);  // destination
    const std::uint16_t port = reader.u16be();
    reader.u16be();  // destination port
    skip_additions(reader);
    CHECK_OK(reader.finish("proxy header"));
    const std::string address = address_text(v4 ? AF_INET : AF_INET6, source);
    return ProxyHeader{(v4 ? address : "[" + address + "]") + ":" + std::to_string(port)};
}

}  // namespace assay::net
