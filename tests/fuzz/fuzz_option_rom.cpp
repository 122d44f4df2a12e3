// Option ROMs: images follow one another without a gap or an overlap and inside the bytes, within the limits, and what
// lies behind the chain changes nothing in it.

#include "evidence/hardware/option_rom.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace rom = assay::option_rom;
    const assay::ByteView bytes(data, size);
    const auto chain = rom::decode_chain(bytes);
    if (!chain) return 0;
    REQUIRE_ALWAYS(!chain->images.empty());
    REQUIRE_ALWAYS(chain->images.size() <= rom::max_images);
    REQUIRE_ALWAYS(chain->size <= size);
    std::size_t end = 0;
    for (const rom::Image& one : chain->images) {
        REQUIRE_ALWAYS(one.offset == end);
        REQUIRE_ALWAYS(one.sha256 == assay::sha256(bytes.subspan(one.offset, one.size)));
        end += one.size;
    }
    REQUIRE_ALWAYS(end == chain->size);
    REQUIRE_ALWAYS(chain->broken.has_value() != chain->images.back().last);
    const auto alone = rom::decode_chain(bytes.first(chain->size));
    REQUIRE_ALWAYS(alone && alone->sha256 == chain->sha256 && alone->images.size() == chain->images.size());
    return 0;
}
