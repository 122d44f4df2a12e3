// The lists of a captured tree: what is read of one is written as a list that reads the same.

#include "agent/root/capture_lists.hpp"
#include "base/bytes.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay::agent;
    const auto text = assay::as_text({data, size});
    if (const auto list = parse_unreadable(text)) {
        const auto again = parse_unreadable(encode_unreadable(*list));
        REQUIRE_ALWAYS(again.has_value() && *again == *list);
    }
    if (const auto list = parse_digests(text)) {
        const auto again = parse_digests(encode_digests(*list));
        REQUIRE_ALWAYS(again.has_value() && *again == *list);
    }
    const std::string path = normalised_path(text);
    REQUIRE_ALWAYS(normalised_path(path) == path);
    REQUIRE_ALWAYS(!path.starts_with('/') && path.find("//") == std::string::npos);
    return 0;
}
