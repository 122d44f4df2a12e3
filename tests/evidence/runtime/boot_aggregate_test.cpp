// The recorded boot's aggregate, every candidate, and entries that only have its name.

#include "evidence/runtime/boot_aggregate.hpp"

#include "tests/support/captured_boot.hpp"
#include "tests/support/ima_bytes.hpp"

#include <doctest/doctest.h>

namespace assay {
namespace {

using test::captured_ima_list;
using test::captured_pcr_values;

TEST_SUITE("boot_aggregate") {
    TEST_CASE("that of the recorded boot is over PCR 0-9 of the SHA-256 bank") {
        const BootAggregateResult result = check_boot_aggregate(captured_ima_list().front(), captured_pcr_values());
        CHECK(result.outcome == BootAggregate::matches);
        CHECK(result.matched->bank == HashAlg::sha256);
        CHECK(result.matched->pcrs == 10);
    }

    TEST_CASE("candidates are each bank's PCR 0-7 and 0-9, as far as values are there") {
        PcrValues values = captured_pcr_values();
        CHECK(boot_aggregate_candidates(values).size() == 6);
        values[HashAlg::sha384].erase(*PcrIndex::from(9));
        values[HashAlg::sha1].erase(*PcrIndex::from(0));
        const auto candidates = boot_aggregate_candidates(values);
        REQUIRE(candidates.size() == 3);
        CHECK(candidates[2].bank == HashAlg::sha384);
        CHECK(candidates[2].pcrs == 8);
    }

    TEST_CASE("every candidate is accepted with its own hash, and with no other's name") {
        for (const BootAggregateCandidate& one : boot_aggregate_candidates(captured_pcr_values())) {
            const auto entry = [&one](const std::string& algorithm) {
                return test::ima_entry(
                    "ima-ng",
                    test::ima_fields({test::ima_digest(algorithm, one.value.bytes()), test::ima_name("boot_aggregate")})
                );
            };
            const auto result = check_boot_aggregate(entry(std::string(name(one.bank))), captured_pcr_values());
            CHECK(result.matched == one);
            CHECK(check_boot_aggregate(entry("sm3"), captured_pcr_values()).outcome == BootAggregate::other);
        }
        const auto sha1 = boot_aggregate_candidates(captured_pcr_values()).front();
        const Bytes legacy = legacy_ima_data(sha1.value.bytes(), as_bytes("boot_aggregate"));
        CHECK(check_boot_aggregate(test::ima_entry("ima", legacy), captured_pcr_values()).matched == sha1);
    }

    TEST_CASE("zero says that IMA began before the TPM; what is no aggregate is none by its name alone") {
        const auto named = [](ByteView digest) {
            return test::ima_entry(
                "ima-ng", test::ima_fields({test::ima_digest("sha256", digest), test::ima_name("boot_aggregate")})
            );
        };
        CHECK(check_boot_aggregate(named(Bytes(32)), captured_pcr_values()).outcome == BootAggregate::zero);
        CHECK(check_boot_aggregate(named(Bytes(32, 1)), captured_pcr_values()).outcome == BootAggregate::other);
        CHECK(check_boot_aggregate(named(Bytes(32, 1)), {}).outcome == BootAggregate::no_values);
        CHECK(
            check_boot_aggregate(test::ima_file("/boot_aggregate", "x"), {}).outcome == BootAggregate::not_an_aggregate
        );
        CHECK(
            check_boot_aggregate(test::ima_violation("boot_aggregate"), {}).outcome == BootAggregate::not_an_aggregate
        );
        CHECK(
            check_boot_aggregate(test::ima_buffer("boot_aggregate", {1}), {}).outcome == BootAggregate::not_an_aggregate
        );
    }
}

}  // namespace
}  // namespace assay
