#include "collector/verifier/boot/event_difference.hpp"

#include "tests/collector/verifier/boot/boot_scene.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::test;

namespace {

// "-b +x": the differences of two lists of one-letter events.
std::string difference(std::string_view expected, std::string_view found) {
    const auto events = [](std::string_view letters) {
        std::vector<MeasuredEvent> out;
        for (const char letter : letters) out.push_back(measured(std::string(1, letter)));
        return out;
    };
    std::string out;
    for (const EventDifference& one : event_differences(pcr(4), events(expected), events(found))) {
        out += (out.empty() ? "" : " ") + std::string(one.expected ? "-" : "+") + one.what;
    }
    return out;
}

}  // namespace

TEST_SUITE("event_difference") {
    TEST_CASE("equal lists have none") {
        CHECK(difference("", "") == "");
        CHECK(difference("abc", "abc") == "");
    }

    TEST_CASE("as few events as possible, what was expected before what stands in its place") {
        CHECK(difference("abcd", "axcd") == "-b +x");
        CHECK(difference("abcd", "abd") == "-c");
        CHECK(difference("abcd", "abxcd") == "+x");
        CHECK(difference("abcd", "") == "-a -b -c -d");
        CHECK(difference("", "ab") == "+a +b");
        CHECK(difference("abcdef", "abydxf") == "-c +y -e +x");
        CHECK(difference("ab", "ba") == "-a +a");
        CHECK(difference("aab", "ab") == "-a");
    }

    TEST_CASE("lists too long to be aligned are told one after the other") {
        std::vector<MeasuredEvent> expected;
        std::vector<MeasuredEvent> found;
        for (int i = 0; i < 1'025; ++i) {
            expected.push_back(measured("e" + std::to_string(i)));
            found.push_back(measured("f" + std::to_string(i)));
        }
        const auto differences = event_differences(pcr(4), expected, found);
        REQUIRE(differences.size() == 2'050);
        CHECK(differences[1'024].expected);
        CHECK_FALSE(differences[1'025].expected);
    }
}
