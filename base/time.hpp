#pragma once
// Wall-clock time as the protocol, the store and people see it: milliseconds since 1970-01-01 UTC, and dates.
// The clock is a parameter: a Clock is handed down from main, tests bring their own.

#include "base/result.hpp"

#include <chrono>
#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace assay {

struct UnixMillis {
    std::int64_t value = 0;
    friend auto operator<=>(const UnixMillis&, const UnixMillis&) = default;
    UnixMillis operator+(std::chrono::milliseconds d) const { return {value + d.count()}; }
    UnixMillis operator-(std::chrono::milliseconds d) const { return {value - d.count()}; }
    std::chrono::milliseconds operator-(UnixMillis other) const {
        return std::chrono::milliseconds(value - other.value);
    }
};

using Clock = std::function<UnixMillis()>;
UnixMillis system_now();

std::string to_rfc3339(UnixMillis time);  // "2026-11-23T08:15:00Z"; milliseconds are dropped

// A calendar day (ISO 8601, UTC), as lists and packs date their entries.
struct Date {
    std::chrono::year_month_day day{};
    static Result<Date> parse(std::string_view text, std::string_view where = "date");  // "2026-11-23" only
    static Date of(UnixMillis time);
    std::string text() const;
    friend auto operator<=>(const Date&, const Date&) = default;
};

}  // namespace assay
