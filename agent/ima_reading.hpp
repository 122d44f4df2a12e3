#pragma once
// A reading of the IMA list, and the place behind it, between two entries, where the next one begins.

#include "evidence/statement.hpp"

#include <cstdint>
#include <string>

namespace assay::agent {

struct ImaPlace {
    std::string boot;           // the kernel's boot id
    std::uint64_t entries = 0;  // before the place
    std::uint64_t bytes = 0;    // of these entries; 0 with entries before it: not known, so they are counted
    friend bool operator==(const ImaPlace&, const ImaPlace&) = default;
};

struct ImaReading {
    ImaSpan span;
    std::uint64_t end = 0;  // bytes of the list up to the span's last entry
    ImaPlace behind() const { return {span.boot, span.first + span.count, end}; }
    friend bool operator==(const ImaReading&, const ImaReading&) = default;
};

}  // namespace assay::agent
