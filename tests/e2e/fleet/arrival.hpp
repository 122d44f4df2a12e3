#pragma once
// The fleet arrives at a running collector: every device of the plan enrols over a connection of its own, is put where
// it stands, reports, and does what its fate says. Several at once; any answer but the expected one ends the run.

#include "tests/support/ek_authority.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace assay::fleet {

struct Target {
    std::string devices_url;
    std::string operators_url;
    std::string ca_pem;
    std::string join_token;
    std::string operator_token;
};

struct Range {
    std::uint64_t seed = 1;
    std::size_t first = 0;
    std::size_t count = 0;
    unsigned threads = 4;
};

// How many devices had which fate. Progress goes to standard error. Throws std::runtime_error.
std::map<std::string, std::size_t> arrive(
    const Target& target, const Range& range, const test::EkAuthority& trusted, const test::EkAuthority& unknown
);

// Makes the collector trust the vendor.
void trust(const Target& target, const test::EkAuthority& authority);

}  // namespace assay::fleet
