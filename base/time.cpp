#include "base/time.hpp"

#include <fmt/format.h>

namespace assay {

UnixMillis system_now() {
    using namespace std::chrono;
    return {duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

std::string to_rfc3339(UnixMillis time) {
    using namespace std::chrono;
    const sys_seconds at{floor<seconds>(milliseconds(time.value))};
    const hh_mm_ss clock{at - floor<days>(at)};
    return fmt::format(
        "{}T{:02}:{:02}:{:02}Z", Date::of(time).text(), clock.hours().count(), clock.minutes().count(),
        clock.seconds().count()
    );
}

Result<Date> Date::parse(std::string_view text, std::string_view where) {
    const auto refused = fail(Errc::bad_value, std::string(where), "not a date like 2026-11-23");
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return refused;
    int numbers[3] = {};
    int which = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (i == 4 || i == 7) {
            ++which;
            continue;
        }
        if (text[i] < '0' || text[i] > '9') return refused;
        numbers[which] = numbers[which] * 10 + (text[i] - '0');
    }
    const std::chrono::year_month_day day{
        std::chrono::year(numbers[0]), std::chrono::month(static_cast<unsigned>(numbers[1])),
        std::chrono::day(static_cast<unsigned>(numbers[2]))
    };
    if (!day.ok()) return refused;
    return Date{day};
}

Date Date::of(UnixMillis time) {
    using namespace std::chrono;
    return Date{year_month_day{floor<days>(sys_time<milliseconds>(milliseconds(time.value)))}};
}

std::string Date::text() const {
    if (const int year = static_cast<int>(day.year()); year >= 0 && year <= 9999) {  // asked at every report
        std::string out = "0000-00-00";
        const auto put = [&out](std::size_t last, unsigned number) {
            for (std::size_t at = last; number > 0; number /= 10) out[at--] = static_cast<char>('0' + number % 10);
        };
        put(3, static_cast<unsigned>(year));
        put(6, static_cast<unsigned>(day.month()));
        put(9, static_cast<unsigned>(day.day()));
        return out;
    }
    return fmt::format(
        "{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
        static_cast<unsigned>(day.day())
    );
}

}  // namespace assay
