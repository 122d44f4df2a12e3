// HTTP heads: what is accepted is framed in one way only, and a refusal is always an answer that closes.

#include "base/bytes.hpp"
#include "net/message_head.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay::net;
    const assay::ByteView input(data, size);
    const std::size_t end = head_size(input);
    REQUIRE_ALWAYS(end <= size);
    REQUIRE_ALWAYS(end == 0 || head_size(input.first(end), end - 1) == end);
    const auto request = parse_request_head(input, 16);
    if (request) {
        REQUIRE_ALWAYS(end == size && request->request.headers.find("transfer-encoding") == nullptr);
        REQUIRE_ALWAYS(request->request.headers.size() <= 16 && request->request.path.starts_with('/'));
    } else {
        REQUIRE_ALWAYS(request.error().status >= 400 && request.error().close_after);
    }
    const auto answer = parse_response_head(input, 16);
    if (answer) REQUIRE_ALWAYS(end == size && answer->response.status >= 200 && answer->response.status < 1000);
    return 0;
}
