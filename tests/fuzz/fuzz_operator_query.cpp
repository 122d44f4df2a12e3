// A query parameter of the operator's API, read as each kind there is: what is taken is within its limits, and a cursor
// that is taken is one that was made.

#include "collector/api/operator_query.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using assay::api::QueryReader;
    const std::string value = assay::to_text({data, size});
    const assay::net::Query query{{"limit", value}, {"cursor", value}, {"vendor", value}, {"since", value}};
    QueryReader limit(query);
    const std::size_t page = limit.limit();
    REQUIRE_ALWAYS(page >= 1 && page <= assay::api::largest_page);
    for (const std::size_t texts : {1U, 2U, 3U}) {
        QueryReader reader(query);
        const auto cursor = reader.cursor(texts);
        if (!cursor) continue;
        REQUIRE_ALWAYS(cursor->size() == texts);
        const assay::net::Query again{{"cursor", assay::api::make_cursor(*cursor)}};
        QueryReader second(again);
        REQUIRE_ALWAYS(second.cursor(texts) == cursor);
    }
    QueryReader words(query);
    const assay::store::PartNumber vendor = words.vendor();
    REQUIRE_ALWAYS(!vendor.value || vendor.value->size() <= 256);
    QueryReader time(query);
    const auto since = time.time("since");
    REQUIRE_ALWAYS(!since || (value.size() == 10 || value.size() == 20));
    return 0;
}
