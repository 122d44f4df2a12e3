// Packed bytes: never more than the limit comes out, and the same in pieces of any size.

#include "agent/unpack/unpacking.hpp"
#include "base/bytes.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <string>

namespace {

constexpr std::size_t most = 64U << 10U;

std::string unpacked(std::string_view bytes, std::size_t piece, bool& good) {
    std::string out;
    const auto take = [&out](std::string_view more) { out += more; };
    assay::agent::Unpacking unpacking(most);
    for (; !bytes.empty(); bytes.remove_prefix(std::min(piece, bytes.size())))
        unpacking.feed(bytes.substr(0, piece), take);
    good = unpacking.finish(take).has_value();
    REQUIRE_ALWAYS(out.size() <= most);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes = assay::as_text({data, size});
    bool whole_good = false;
    bool pieces_good = false;
    const std::string whole = unpacked(bytes, std::max<std::size_t>(size, 1), whole_good);
    const std::string pieces = unpacked(bytes, 3, pieces_good);
    REQUIRE_ALWAYS(whole_good == pieces_good);
    if (whole_good) REQUIRE_ALWAYS(whole == pieces);
    return 0;
}
