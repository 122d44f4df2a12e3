// Firmware volumes: the same in one piece and byte by byte, no more in them than was fed, and what is fed behind a
// region that was read changes no volume of it.

#include "evidence/hardware/firmware_volumes.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    namespace flash = assay::flash;
    const assay::ByteView bytes(data, size);
    flash::VolumeScanner whole;
    whole.feed(bytes);
    flash::VolumeScanner pieces;
    std::size_t piece = 1;
    for (assay::ByteView rest = bytes; !rest.empty(); piece = piece * 3 % 4099 + 1) {
        const assay::ByteView now = rest.first(std::min(piece, rest.size()));
        pieces.feed(now);
        rest = rest.subspan(now.size());
    }
    const auto one = whole.finish();
    const auto other = pieces.finish();
    REQUIRE_ALWAYS(one.has_value() == other.has_value());
    if (!one) {
        REQUIRE_ALWAYS(one.error().code == other.error().code);
        return 0;
    }
    REQUIRE_ALWAYS(*one == *other);
    REQUIRE_ALWAYS(one->hashed > 0 && one->bytes > 0 && one->bytes <= size);
    REQUIRE_ALWAYS(one->hashed + one->with_variables <= size / flash::volume_alignment + 1);
    const assay::Bytes erased(flash::volume_alignment - size % flash::volume_alignment, 0xff);
    flash::VolumeScanner longer;
    longer.feed(bytes);
    longer.feed(erased);
    const auto again = longer.finish();
    REQUIRE_ALWAYS(again && *again == *one);
    return 0;
}
