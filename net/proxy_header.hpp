#pragma once
// PROXY protocol version 2 (haproxy.org, doc/proxy-protocol.txt, section 2.2): how a load balancer that passes TCP
// through says whose connection it is. Only configured addresses may say so: what stands in it is not authenticated.
// Version 1, the text form, is refused. Pure.

#include "base/bytes.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <string>

namespace assay::net {

inline constexpr std::size_t proxy_prefix_bytes = 16;
inline constexpr std::size_t max_proxy_header_bytes = 512;  // with what a balancer adds in its TLVs

struct ProxyHeader {
    // "192.0.2.7:40112" or "[2001:db8::7]:40112"; empty for the balancer's own (LOCAL), a health check.
    std::string source;
};

// How long the whole header is, from its first 16 bytes. bad_magic, unsupported (version), limit_exceeded.
Result<std::size_t> proxy_header_size(ByteView prefix);

// `header` is exactly proxy_header_size() bytes. TLVs are bounded but not read. Unix sockets and UDP: unsupported.
Result<ProxyHeader> decode_proxy_header(ByteView header);

}  // namespace assay::net
