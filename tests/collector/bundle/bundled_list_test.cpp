#include "collector/bundle/bundled_list.hpp"

#include "tests/support/ima_bytes.hpp"
#include "tests/support/joined.hpp"

#include <doctest/doctest.h>

using namespace assay;
using test::ima_bytes;
using test::ima_file;

namespace {

const std::vector<ImaEntry> entries{ima_file("/a", "a"), ima_file("/b", "b"), ima_file("/c", "c"), ima_file("/d", "d")};

Bytes part(std::size_t first, std::size_t count) {
    return ima_bytes(
        std::vector(entries.begin() + std::ptrdiff_t(first), entries.begin() + std::ptrdiff_t(first + count))
    );
}

}  // namespace

TEST_SUITE("bundled_list") {
    TEST_CASE("parts are one list, and any stretch of it has the bytes that the device gave") {
        const auto list = BundledList::of({{0, 2, part(0, 2)}, {2, 2, part(2, 2)}}).value();
        CHECK(list.entries().size() == 4);
        CHECK(list.document(1, 2) == part(1, 2));
        CHECK(list.document(0, 4) == part(0, 4));
        CHECK(list.document(4, 0) == Bytes{});
        CHECK_FALSE(list.document(3, 2));
        CHECK_FALSE(list.document(5, 0));
    }

    TEST_CASE("what a part has beyond its known entries came again with the next, and is the list's own at the end") {
        const auto list = BundledList::of({{0, 1, part(0, 3)}, {1, 1, part(1, 3)}}).value();
        CHECK(list.entries().size() == 4);
        CHECK(list.document(1, 3) == part(1, 3));
    }

    TEST_CASE("parts that do not follow each other, or are not what they say, are refused by name") {
        const auto why = [](const std::vector<BundledImaSegment>& parts) {
            const auto list = BundledList::of(parts);
            REQUIRE_FALSE(list.has_value());
            return list.error().where + ": " + list.error().what;
        };
        CHECK(why({{1, 1, part(1, 1)}}) == "ima/00000: does not follow the part before it");
        CHECK(why({{0, 2, part(0, 2)}, {3, 1, part(3, 1)}}) == "ima/00001: does not follow the part before it");
        CHECK(why({{0, 3, part(0, 2)}}) == "ima/00000: has fewer entries than it says");
        CHECK(why({{0, 1, test::joined({part(0, 1), Bytes(3, 1)})}}).starts_with("ima/00000: "));
        CHECK(BundledList::of({}).value().entries().empty());
    }
}
