// URLs and request targets: what is accepted has one spelling, which is accepted again and means the same.

#include "base/bytes.hpp"
#include "net/target.hpp"
#include "net/url.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = assay::as_text({data, size});
    if (const auto url = assay::net::parse_url(text)) {
        const auto again = assay::net::parse_url(url->text());
        REQUIRE_ALWAYS(again && *again == *url && again->text() == url->text());
        REQUIRE_ALWAYS(!url->host.empty() && url->port != 0 && !url->prefix.ends_with('/'));
    }
    if (const auto target = assay::net::decode_target(text)) {
        REQUIRE_ALWAYS(target->path.starts_with('/') && target->path.find('\0') == std::string::npos);
        const auto again = assay::net::decode_target(assay::net::encode_target(target->path, target->query));
        REQUIRE_ALWAYS(again && *again == *target);
    }
    return 0;
}
