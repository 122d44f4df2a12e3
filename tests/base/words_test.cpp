#include "base/words.hpp"

#include <doctest/doctest.h>

using namespace assay;

namespace {

enum class Colour { red, blue, none };
constexpr auto colours = words<Colour>({{Colour::red, "red"}, {Colour::blue, "blue"}});

}  // namespace

TEST_SUITE("words") {
    TEST_CASE("every value of the table has its word, and every word its value") {
        for (const Colour colour : colours.values()) CHECK(colours.named(colours.of(colour)) == colour);
        CHECK(colours.of(Colour::blue) == "blue");
        CHECK(colours.values().size() == 2);
    }

    TEST_CASE("a word is its whole spelling, and a value without a row has none") {
        for (const char* wrong : {"", "re", "redd", "Red", "red "}) CHECK_FALSE(colours.named(wrong));
        CHECK(colours.of(Colour::none).empty());
    }
}
