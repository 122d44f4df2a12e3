// The body of a worklist item: what is read is written back to the same bytes, and what is refused leaves the item.

#include "base/json.hpp"
#include "collector/worklist/item.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay::worklist;
    Item item;
    if (!decode_body(assay::as_text({data, size}), item)) {
        REQUIRE_ALWAYS(item == Item{});
        return 0;
    }
    const std::string body = encode_body(item);
    Item again;
    REQUIRE_ALWAYS(decode_body(body, again).has_value());
    REQUIRE_ALWAYS(again == item);
    REQUIRE_ALWAYS(encode_body(again) == body);
    return 0;
}
