// Kernel modules: whatever the ELF headers say, only bytes of the file are looked at, and every name came out of it.

#include "agent/sources/module_info.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    using namespace assay::agent;
    const ByteView bytes(data, size);
    const auto sections = module_sections(ModuleInMemory(bytes));
    if (!sections) return 0;
    REQUIRE_ALWAYS(as_text(bytes).find(sections->modinfo) != std::string_view::npos);
    REQUIRE_ALWAYS(as_text(bytes).find(sections->build_id) != std::string_view::npos);
    REQUIRE_ALWAYS(as_text(bytes).find(modinfo_value(sections->modinfo, "srcversion")) != std::string_view::npos);
    const auto names = firmware_names(sections->modinfo);
    if (!names) return 0;
    REQUIRE_ALWAYS(names->size() <= max_firmware_names);
    REQUIRE_ALWAYS(std::ranges::is_sorted(*names));
    for (const std::string& name : *names) REQUIRE_ALWAYS(as_text(bytes).find(name) != std::string_view::npos);
    return 0;
}
