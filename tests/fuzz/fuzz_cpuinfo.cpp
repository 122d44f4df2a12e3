// cpuinfo text: the number of parts is bounded, and no text in them is raw.

#include "agent/sources/processor.hpp"
#include "base/text.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto found = assay::agent::processors_of(assay::as_text({data, size}), 8);
    REQUIRE_ALWAYS(found.size() <= 8);
    for (const assay::Component& one : found) {
        REQUIRE_ALWAYS(assay::printable(one.key) == one.key);
        for (const auto& [name, reading] : one.names)
            REQUIRE_ALWAYS(assay::printable(reading.text()) == reading.text());
    }
    return 0;
}
