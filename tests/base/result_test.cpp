#include "base/result.hpp"

#include "base/crypto/random.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace assay;

namespace {

Result<int> half(int number) {
    if (number % 2 != 0) return fail(Errc::bad_value, "number", "is odd");
    return number / 2;
}

Result<int> quarter(int number) {
    TRY(const int once, half(number));
    CHECK_OK(half(once));
    return half(once);
}

}  // namespace

TEST_SUITE("result") {
    TEST_CASE("TRY and CHECK_OK hand the first error up as it is") {
        CHECK(quarter(8).value() == 2);
        CHECK(quarter(7).error().message() == "number: is odd (bad_value)");
        CHECK(quarter(6).error().where == "number");
    }

    TEST_CASE("every error code has a word of its own") {
        std::set<std::string_view> words;
        for (int code = 0; code <= static_cast<int>(Errc::unsupported); ++code)
            words.insert(word(static_cast<Errc>(code)));
        CHECK(words.size() == static_cast<std::size_t>(Errc::unsupported) + 1);
    }
}

TEST_SUITE("random") {
    TEST_CASE("ten thousand numbers of the system are ten thousand numbers") {
        std::set<std::array<std::uint8_t, 32>> seen;
        for (int i = 0; i < 10'000; ++i) seen.insert(random_array<32>(system_random));
        CHECK(seen.size() == 10'000);
    }
}
