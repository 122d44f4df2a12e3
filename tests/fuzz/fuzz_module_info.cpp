// Kernel modules: whatever the ELF headers say, only bytes of the file are looked at, and every name came out of it.

#include "agent/sources/module_info.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const assay::ByteView bytes(data, size);
    const auto names = assay::agent::firmware_names(bytes);
    if (!names) return 0;
    REQUIRE_ALWAYS(names->size() <= assay::agent::max_firmware_names);
    REQUIRE_ALWAYS(std::ranges::is_sorted(*names));
    for (const std::string& name : *names) REQUIRE_ALWAYS(assay::as_text(bytes).find(name) != std::string_view::npos);
    return 0;
}
