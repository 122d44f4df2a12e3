#pragma once
// A place in the IMA list as JSON: in the agent's state, and in the orders to its scanning child.

#include "agent/ima_reading.hpp"
#include "base/fields.hpp"
#include "base/json.hpp"

namespace assay::agent {

inline json::Object ima_place_value(const ImaPlace& place) {
    return {
        {"boot", place.boot},
        {"bytes", static_cast<std::int64_t>(place.bytes)},
        {"entries", static_cast<std::int64_t>(place.entries)}
    };
}

inline ImaPlace read_ima_place(Fields& f) {
    ImaPlace out;
    out.boot = f.text("boot", 64);
    out.bytes = static_cast<std::uint64_t>(f.number("bytes", 0, json::max_integer));
    out.entries = static_cast<std::uint64_t>(f.number("entries", 0, json::max_integer));
    return out;
}

}  // namespace assay::agent
