#include "evidence/proof.hpp"

#include <doctest/doctest.h>

using namespace assay;

TEST_SUITE("proof") {
    TEST_CASE("every level has a name that leads back to it, and a meaning") {
        for (int i = 0; i <= static_cast<int>(ProofLevel::declared); ++i) {
            const auto level = static_cast<ProofLevel>(i);
            const auto again = proof_level_named(name(level), "proof");
            REQUIRE(again);
            CHECK(*again == level);
            CHECK(!meaning(level).empty());
        }
    }

    TEST_CASE("another word is refused, and the field is named") {
        const auto level = proof_level_named("trusted", "component.proof");
        REQUIRE(!level);
        CHECK(level.error().where == "component.proof");
    }
}
