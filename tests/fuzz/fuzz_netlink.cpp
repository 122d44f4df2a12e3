// Netlink messages: whatever the lengths say, only bytes of the message are looked at, and what comes out is within its
// limits and came out of it.

#include "agent/kernel/netlink_message.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace agent = assay::agent;
    const assay::ByteView bytes(data, size);
    (void)agent::read_family_id(bytes);
    if (const auto page = agent::read_module_data(bytes)) {
        REQUIRE_ALWAYS(page->size() <= agent::module_page_bytes);
        REQUIRE_ALWAYS(std::ranges::search(bytes, *page).begin() != bytes.end() || page->empty());
    }
    if (const auto info = agent::read_devlink_info(bytes)) {
        REQUIRE_ALWAYS(!info->bus.empty() && !info->device.empty());
        REQUIRE_ALWAYS(info->versions.size() <= agent::max_devlink_versions);
        REQUIRE_ALWAYS(std::ranges::is_sorted(info->versions));
        for (const auto& one : info->versions) {
            REQUIRE_ALWAYS(!one.name.empty());
            REQUIRE_ALWAYS(assay::as_text(bytes).find(one.name) != std::string_view::npos);
        }
    }
    return 0;
}
