// Descriptors hand-made by the registers of Intel's 7 Series PCH datasheet, section 5.24.1.

#include "evidence/hardware/flash_descriptor.hpp"

#include "tests/support/flash_descriptor_bytes.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>

namespace assay::flash {
namespace {

constexpr std::uint64_t chip = 16U << 20U;

std::uint32_t blocks(std::uint32_t base, std::uint32_t limit) {
    return test::flash_blocks(base, limit);
}

// 16 MiB: descriptor, 2 MiB of ME behind it, GbE, and 8 MiB of BIOS at the end.
Bytes head() {
    return test::flash_descriptor({
        {0, blocks(0x000, 0x000)},
        {1, blocks(0x800, 0xfff)},
        {2, blocks(0x003, 0x202)},
        {3, blocks(0x001, 0x002)},
        {4, blocks(0x7fff, 0)},
        {5, blocks(0x1fff, 0)},
        {6, 0},
    });
}

Error refused(const Bytes& bytes, std::uint64_t chip_bytes = chip) {
    const auto read = decode_flash_descriptor(bytes, chip_bytes);
    REQUIRE_FALSE(read.has_value());
    return read.error();
}

Bytes with(std::size_t number, std::uint32_t value) {
    Bytes out = head();
    test::put_flash_region(out, number, value);
    return out;
}

TEST_SUITE("flash_descriptor") {
    TEST_CASE("regions in use, by number, with their place; those that are not used are none") {
        const auto read = decode_flash_descriptor(head(), chip);
        REQUIRE(read.has_value());
        CHECK(
            *read ==
            std::vector<Region>{{0, 0, 0x1000}, {1, 0x800000, 0x800000}, {2, 0x3000, 0x200000}, {3, 0x1000, 0x2000}}
        );
    }

    TEST_CASE("registers end where the next section begins") {
        Bytes more = head();
        test::put_flash_region(more, 15, blocks(0x300, 0x30f));
        CHECK(decode_flash_descriptor(more, chip)->back() == Region{15, 0x300000, 0x10000});
        test::put_little(more, 0x18, 0x00100006, 4);  // masters at 0x60: eight registers
        CHECK(decode_flash_descriptor(more, chip)->back().number == 3);
    }

    TEST_CASE("a region that is reversed, beyond the chip or over another one is an error of its register") {
        CHECK(refused(with(2, blocks(0x203, 0x202))).where == "FLREG2");
        CHECK(refused(with(2, blocks(0x203, 0x202))).what == "its limit is before its base");
        CHECK(decode_flash_descriptor(with(2, blocks(0x202, 0x202)), chip).has_value());
        CHECK(refused(with(1, blocks(0x800, 0x1000))).where == "FLREG1");
        CHECK(refused(with(1, blocks(0x800, 0x1000))).what == "it goes beyond the chip");
        CHECK(refused(head(), chip - 1).where == "FLREG1");
        CHECK(refused(with(3, blocks(0x002, 0x003))).where == "FLREG3");
        CHECK(refused(with(3, blocks(0x002, 0x003))).what == "it overlaps FLREG2");
        CHECK(refused(with(4, blocks(0x7ff, 0x800))).what == "it overlaps FLREG1");
        CHECK(refused(with(4, blocks(0x000, 0x001))).what == "it overlaps FLREG0");
        CHECK(decode_flash_descriptor(with(4, blocks(0x7ff, 0x7ff)), chip).has_value());
    }

    TEST_CASE("a descriptor that is in no region of its own, or not at the beginning, is none") {
        for (const std::uint32_t value : {blocks(0x7fff, 0), 0xffffffffU, blocks(0x300, 0x300)})
            CHECK(refused(with(0, value)).where == "FLREG0");
    }

    TEST_CASE("truncation at every length") {
        const Bytes whole = head();
        for (std::size_t size = 0; size < whole.size(); ++size) {
            const auto read = decode_flash_descriptor(ByteView(whole).first(size), chip);
            if (size < 0x80) {
                CAPTURE(size);
                CHECK(read.error().code == Errc::truncated);
            } else if (!read) {
                FAIL_CHECK(size);
            }
        }
        CHECK(has_descriptor(ByteView(whole).first(0x14)));
        CHECK_FALSE(has_descriptor(ByteView(whole).first(0x13)));
    }

    TEST_CASE("no signature, and maps that point nowhere") {
        Bytes bytes = head();
        bytes[0x10] ^= 1;
        CHECK_FALSE(has_descriptor(bytes));
        CHECK(refused(bytes).code == Errc::bad_magic);
        bytes = head();
        test::put_little(bytes, 0x14, 0x00010003, 4);  // at 0x10
        CHECK(refused(bytes).where == "FLMAP0");
        test::put_little(bytes, 0x14, 0x00ff0003, 4);  // at 0xff0: sixteen registers would go beyond
        CHECK(refused(bytes).code == Errc::truncated);
    }

    TEST_CASE("names are unique, and what is one unit's or changes is left out with a reason") {
        std::set<std::string> names;
        for (unsigned i = 0; i < max_regions; ++i) names.insert(region_name(i));
        CHECK(names.size() == max_regions);
        CHECK(region_name(7) == "region_7");
        CHECK(region_name(99) == "region_99");
        for (const unsigned hashed : {0U, 1U, 5U, 6U, 8U, 9U}) CHECK(region_left_out(hashed) == nullptr);
        for (const unsigned left_out : {2U, 3U, 4U, 7U, 10U, 11U, 12U, 15U, 99U})
            CHECK(region_left_out(left_out) != nullptr);
    }
}

}  // namespace
}  // namespace assay::flash
