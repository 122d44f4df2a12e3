#include "base/crc32.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

TEST_SUITE("crc32") {
    TEST_CASE("it gives the check value that catalogues of CRCs print, and zero of nothing") {
        CHECK(crc32_of(as_bytes("123456789")) == 0xcbf43926);
        CHECK(crc32_of({}) == 0);
        CHECK(crc32_of(as_bytes(std::string_view("\0", 1))) == 0xd202ef8d);
    }

    TEST_CASE("any one changed bit gives another sum") {
        const Bytes bytes = to_bytes("TlvInfo");
        for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
            Bytes changed = bytes;
            changed[bit / 8] = static_cast<std::uint8_t>(changed[bit / 8] ^ (1U << bit % 8));
            CHECK(crc32_of(changed) != crc32_of(bytes));
        }
    }
}

}  // namespace
}  // namespace assay
