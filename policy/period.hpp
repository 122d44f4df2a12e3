#pragma once
// The dates of a rule, as its source gives them: a day, or only a month. Nothing is read into a month: what begins in
// "2021-03" is certainly in force from the 31st, what ends in "2020-11" is certainly in force until the 1st. Days are
// UTC calendar days; no clock is asked here.

#include "base/time.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay::policy {

class SourceDate {
  public:
    // "2021-03-12" or "2021-03"; bad_value otherwise.
    static Result<SourceDate> parse(std::string_view text, std::string_view where = "date");

    Date earliest() const { return earliest_; }
    Date latest() const { return latest_; }
    bool whole_month() const { return earliest_ != latest_; }
    std::string text() const;  // as it was written
    friend bool operator==(const SourceDate&, const SourceDate&) = default;

  private:
    SourceDate(Date earliest, Date latest) : earliest_(earliest), latest_(latest) {}
    Date earliest_;
    Date latest_;
};

// From the first day to the last, both included; an absent end is open.
struct Period {
    std::optional<SourceDate> from;
    std::optional<SourceDate> until;

    // True when the day lies in the period whatever day of a whole month was meant.
    bool covers(Date day) const;
    // `until` lies before `from`, whatever days were meant.
    bool reversed() const;
    // No day can lie in both, whatever days were meant.
    bool apart_from(const Period& other) const;
    friend bool operator==(const Period&, const Period&) = default;
};

}  // namespace assay::policy
