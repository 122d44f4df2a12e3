// JSON: what is accepted has one canonical form, and that form is accepted again and is its own.

#include "base/bytes.hpp"
#include "base/json.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const assay::json::Limits limits{.max_bytes = 1 << 16, .max_depth = 12, .max_values = 1 << 12};
    const auto value = assay::json::parse(assay::as_text({data, size}), limits);
    if (!value) {
        REQUIRE_ALWAYS(!value.error().what.empty());
        return 0;
    }
    const auto canonical = assay::json::canonical(*value);
    const auto again = assay::json::parse(canonical, {});
    REQUIRE_ALWAYS(again && assay::json::canonical(*again) == canonical);
    return 0;
}
