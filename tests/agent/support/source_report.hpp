#pragma once
// What a scan says of one of its sources.

#include "agent/scan.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string_view>

namespace assay::test {

inline const SourceReport& report(const agent::Scan& scan, std::string_view source) {
    CAPTURE(source);
    const auto found = std::ranges::find(scan.inventory.sources, source, &SourceReport::source);
    REQUIRE(found != scan.inventory.sources.end());
    return *found;
}

}  // namespace assay::test
