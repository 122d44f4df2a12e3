#include "policy/period.hpp"

namespace assay::policy {

Result<SourceDate> SourceDate::parse(std::string_view text, std::string_view where) {
    using namespace std::chrono;
    if (text.size() == 7) {
        const auto first = Date::parse(std::string(text) + "-01", where);
        if (first) {
            const year_month_day last{first->day.year() / first->day.month() / std::chrono::last};
            return SourceDate(*first, Date{last});
        }
    } else if (const auto day = Date::parse(text, where)) {
        return SourceDate(*day, *day);
    }
    return fail(Errc::bad_value, std::string(where), "not a day like 2026-11-23 or a month like \"2026-11\"");
}

std::string SourceDate::text() const {
    const std::string first = earliest_.text();
    return whole_month() ? first.substr(0, 7) : first;
}

bool Period::covers(Date day) const {
    return (!from || from->latest() <= day) && (!until || day <= until->earliest());
}

bool Period::reversed() const {
    return from && until && until->latest() < from->earliest();
}

bool Period::apart_from(const Period& other) const {
    return (until && other.from && until->latest() < other.from->earliest()) ||
           (other.until && from && other.until->latest() < from->earliest());
}

}  // namespace assay::policy
