// Flash descriptors: regions lie on the chip in the order of their numbers, none over another, the descriptor first,
// and what stands behind the first 4 KiB changes nothing.

#include "evidence/hardware/flash_descriptor.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace flash = assay::flash;
    const assay::ByteView bytes(data, size);
    for (const std::uint64_t chip : {std::uint64_t{16U << 20U}, std::uint64_t{128U << 20U}}) {
        const auto regions = flash::decode_flash_descriptor(bytes, chip);
        if (!regions) continue;
        REQUIRE_ALWAYS(flash::has_descriptor(bytes));
        REQUIRE_ALWAYS(!regions->empty() && regions->size() <= flash::max_regions);
        REQUIRE_ALWAYS(regions->front().number == 0 && regions->front().offset == 0);
        std::uint64_t total = 0;
        for (std::size_t i = 0; i < regions->size(); ++i) {
            const flash::Region& one = (*regions)[i];
            REQUIRE_ALWAYS(i == 0 || one.number > (*regions)[i - 1].number);
            REQUIRE_ALWAYS(one.number < flash::max_regions && one.size > 0);
            REQUIRE_ALWAYS(one.offset < chip && one.size <= chip - one.offset);
            total += one.size;
        }
        REQUIRE_ALWAYS(total <= chip);  // none over another
        const auto first = flash::decode_flash_descriptor(bytes.first(std::min(size, flash::descriptor_bytes)), chip);
        REQUIRE_ALWAYS(first && *first == *regions);
    }
    return 0;
}
