// PROXY headers: an accepted one is as long as its prefix says, and no shorter or longer input is accepted.

#include "base/bytes.hpp"
#include "net/proxy_header.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const assay::ByteView input(data, size);
    const auto header = assay::net::decode_proxy_header(input);
    if (!header) return 0;
    const auto announced = assay::net::proxy_header_size(input);
    REQUIRE_ALWAYS(announced && *announced == size && size <= assay::net::max_proxy_header_bytes);
    REQUIRE_ALWAYS(header->source.empty() || header->source.find(':') != std::string::npos);
    REQUIRE_ALWAYS(!assay::net::decode_proxy_header(input.first(size - 1)));
    return 0;
}
