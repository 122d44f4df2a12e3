// TOML: a document is a value with places, or an error with a reason; the value survives its own JSON form.

#include "base/bytes.hpp"
#include "base/toml.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto document = assay::toml::parse(assay::as_text({data, size}), "fuzz.toml");
    if (!document) {
        REQUIRE_ALWAYS(!document.error().what.empty());
        return 0;
    }
    REQUIRE_ALWAYS(document->root.is_object());
    for (const auto& [path, position] : document->positions) REQUIRE_ALWAYS(position.line > 0 && position.column > 0);
    return 0;
}
