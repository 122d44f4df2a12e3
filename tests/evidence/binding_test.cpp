#include "evidence/binding.hpp"

#include "base/crypto/random.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace assay;

namespace {

ReportBinding sample() {
    ReportBinding out;
    out.nonce.fill(1);
    out.device.value.fill(2);
    out.ak_name = Bytes(34, 3);
    out.selection = Bytes(10, 4);
    out.exporter.fill(5);
    out.statement = to_bytes("statement");
    return out;
}

Digest enrolment(const std::vector<Bytes>& secrets) {
    EnrolmentBinding out;
    out.secrets = secrets;
    return enrolment_extra_data(out);
}

}  // namespace

TEST_SUITE("binding") {
    TEST_CASE("every field of a report's binding changes what is signed") {
        std::set<Digest> seen{report_extra_data(sample())};
        const auto changed = [&seen](auto change) {
            ReportBinding binding = sample();
            change(binding);
            CHECK(seen.insert(report_extra_data(binding)).second);
        };
        changed([](ReportBinding& b) { b.hash = HashAlg::sha384; });
        changed([](ReportBinding& b) { b.nonce[31] ^= 1U; });
        changed([](ReportBinding& b) { b.device.value[0] ^= 1U; });
        changed([](ReportBinding& b) { b.ak_name.push_back(3); });
        changed([](ReportBinding& b) { b.ak_name.clear(); });
        changed([](ReportBinding& b) { b.selection.push_back(4); });
        changed([](ReportBinding& b) { b.exporter[0] ^= 1U; });
        changed([](ReportBinding& b) { b.statement.push_back(0); });
        changed([](ReportBinding& b) { b.statement.clear(); });
        CHECK(seen.size() == 10);
    }

    TEST_CASE("fields cannot flow into one another: lengths are part of what is hashed") {
        ReportBinding one = sample();
        ReportBinding two = sample();
        one.ak_name = {1, 2, 3};
        one.selection = {4};
        two.ak_name = {1, 2};
        two.selection = {3, 4};
        CHECK(report_extra_data(one) != report_extra_data(two));
        CHECK(enrolment({{1, 2}, {3}}) != enrolment({{1}, {2, 3}}));
        CHECK(enrolment({{1, 2, 3}}) != enrolment({{1, 2}, {3}}));
        CHECK(enrolment({{1}, {}}) != enrolment({{1}}));
        CHECK(enrolment({{1}, {2}}) != enrolment({{2}, {1}}));
    }

    TEST_CASE("the digest has the size of the scheme's hash, which a TPM's extraData holds") {
        ReportBinding binding = sample();
        CHECK(report_extra_data(binding).bytes().size() == 32);
        binding.hash = HashAlg::sha384;
        CHECK(report_extra_data(binding).bytes().size() == 48);
    }

    TEST_CASE("nonces are unique and depend on the checkpoint (CVE-2026-6420)") {
        std::set<Nonce> seen;
        for (unsigned i = 0; i < 10'000; ++i)
            CHECK(seen.insert(make_nonce(random_array<32>(&system_random), {})).second);
        const std::array<std::uint8_t, 32> random{};
        CHECK(make_nonce(random, {}) != make_nonce(random, Bytes{0}));
        CHECK(make_nonce(random, Bytes{0}) != make_nonce(random, Bytes{0, 0}));
    }
}
