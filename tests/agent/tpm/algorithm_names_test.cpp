#include "agent/tpm/algorithm_names.hpp"

#include <doctest/doctest.h>

TEST_SUITE("algorithm_names") {
    using namespace assay::agent;

    TEST_CASE("algorithms and curves have the names of the registry, others their number") {
        CHECK(algorithm_name(0x000b) == "sha256");
        CHECK(algorithm_name(0x0023) == "ecc");
        CHECK(algorithm_name(0x0002) == "0x0002");
        CHECK(curve_name(0x0003) == "nist_p256");
        CHECK(curve_name(0x0020) == "sm2_p256");
        CHECK(curve_name(0xffff) == "0xffff");
    }
}
