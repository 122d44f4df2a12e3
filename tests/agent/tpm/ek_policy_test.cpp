#include "agent/tpm/ek_policy.hpp"

#include "base/encoding.hpp"
#include "evidence/tpm/templates.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::agent;

TEST_SUITE("ek_policy") {
    TEST_CASE("PolicyA is computed to what the EK Credential Profile prints") {
        CHECK(
            to_hex(ek_policy_a(HashAlg::sha256).bytes()) ==
            "837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa"
        );
    }

    TEST_CASE("PolicyOR over PolicyA and PolicyC is PolicyB of the templates") {
        for (const EkTemplate& kind : ek_templates()) {
            CAPTURE(kind.name);
            const auto branches = ek_policy_branches(kind.area);
            REQUIRE(branches);
            CHECK(branches->size() == (kind.name.starts_with("L") ? 0U : 2U));
            if (!branches->empty()) {
                CHECK(to_hex(ek_policy_b(kind.area.name_alg)->bytes()) == to_hex(kind.area.auth_policy));
            }
        }
    }

    TEST_CASE("another policy is not attempted") {
        PublicArea area = ek_templates()[0].area;
        area.auth_policy[0] ^= 1;
        CHECK(ek_policy_branches(area).error().code == Errc::unsupported);
        area.auth_policy.clear();
        CHECK(ek_policy_branches(area).error().code == Errc::unsupported);
    }
}
