#include "collector/api/operator_query.hpp"

#include "base/encoding.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace assay::api {
namespace {

constexpr std::size_t text_bytes = 256;
constexpr std::size_t cursor_bytes = 2'048;

// hh:mm:ss of "THH:MM:SSZ".
std::optional<std::chrono::seconds> time_of_day(std::string_view text) {
    if (text.size() != 10 || text[0] != 'T' || text[3] != ':' || text[6] != ':' || text[9] != 'Z') return std::nullopt;
    const auto two = [text](std::size_t at) -> unsigned {
        unsigned value = 100;
        const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + 2, value);
        return error == std::errc() && end == text.data() + at + 2 ? value : 100;
    };
    const unsigned hour = two(1);
    const unsigned minute = two(4);
    const unsigned second = two(7);
    if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
    return std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

}  // namespace

const std::string* QueryReader::find(std::string_view key) {
    asked_.emplace_back(key);
    if (error_) return nullptr;
    const auto found = query_.find(key);
    return found == query_.end() ? nullptr : &found->second;
}

void QueryReader::refuse(Errc code, std::string_view key, std::string what) {
    if (!error_) error_ = Error{code, std::string(key), std::move(what)};
}

std::optional<std::string> QueryReader::text(std::string_view key) {
    const std::string* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (value->empty() || value->size() > text_bytes || printable(*value) != *value) {
        refuse(Errc::bad_value, key, "is not 1 to 256 bytes of text without control characters");
        return std::nullopt;
    }
    return *value;
}

std::optional<std::string> QueryReader::place(std::string_view key) {
    const auto given = query_.find(key);
    if (given == query_.end() || !given->second.empty()) return text(key);
    find(key);
    return std::string();
}

std::optional<std::string> QueryReader::site() {
    return place("site");
}

std::optional<std::string> QueryReader::role() {
    return place("role");
}

std::optional<DeviceId> QueryReader::device(std::string_view key) {
    const std::string* value = find(key);
    if (value == nullptr) return std::nullopt;
    const auto id = DeviceId::parse(*value, key);
    if (!id) {
        refuse(id.error().code, key, id.error().what);
        return std::nullopt;
    }
    return *id;
}

std::optional<ComponentKind> QueryReader::kind(std::string_view key) {
    const std::optional<std::string> value = text(key);
    if (!value) return std::nullopt;
    const auto kind = component_kind_named(*value, key);
    if (!kind) {
        refuse(kind.error().code, key, kind.error().what);
        return std::nullopt;
    }
    return *kind;
}

bool QueryReader::flag(std::string_view key) {
    const std::string* value = find(key);
    if (value == nullptr) return false;
    if (*value != "true" && *value != "false") refuse(Errc::bad_value, key, "is neither true nor false");
    return *value == "true";
}

std::optional<UnixMillis> QueryReader::time(std::string_view key) {
    const std::string* value = find(key);
    if (value == nullptr) return std::nullopt;
    const auto day = Date::parse(value->substr(0, 10), key);
    const auto rest = value->size() == 10 ? std::optional(std::chrono::seconds(0))
                                          : time_of_day(value->substr(std::min<std::size_t>(10, value->size())));
    if (!day || !rest) {
        refuse(Errc::bad_value, key, "is no day (2026-11-23) and no time (2026-11-23T08:15:00Z)");
        return std::nullopt;
    }
    const auto midnight = std::chrono::sys_days(day->day).time_since_epoch();
    return UnixMillis{std::chrono::duration_cast<std::chrono::milliseconds>(midnight + *rest).count()};
}

std::size_t QueryReader::limit() {
    const std::string* value = find("limit");
    if (value == nullptr) return default_page;
    const auto number = number_of(*value);
    if (!number || *number == 0 || *number > largest_page) {
        refuse(Errc::out_of_range, "limit", "is not 1 to 1000");
        return default_page;
    }
    return static_cast<std::size_t>(*number);
}

std::optional<std::vector<std::string>> QueryReader::cursor(std::size_t texts) {
    const std::string* value = find("cursor");
    if (value == nullptr) return std::nullopt;
    const auto broken = [this] {
        refuse_cursor();
        return std::nullopt;
    };
    if (value->size() > cursor_bytes) return broken();
    const auto bytes = from_base64url(*value);
    if (!bytes) return broken();
    const auto parsed = json::parse(as_text(*bytes), {.max_bytes = cursor_bytes, .max_depth = 2, .max_values = 16});
    if (!parsed || !parsed->is_array() || parsed->get_array().size() != texts) return broken();
    std::vector<std::string> out;
    for (const json::Value& one : parsed->get_array()) {
        if (!one.is_string()) return broken();
        out.emplace_back(one.get_string());
    }
    return out;
}

std::optional<std::vector<std::string>> QueryReader::cursor_in(std::string_view order, std::size_t texts) {
    auto out = cursor(texts);
    if (!out || out->front() == order) return out;
    refuse(
        Errc::bad_value, "cursor",
        "was given by this list in another order than " + std::string(order) + ": begin with the first page"
    );
    return std::nullopt;
}

void QueryReader::refuse_cursor() {
    refuse(Errc::bad_value, "cursor", "was not given by this list");
}

store::PartNumber QueryReader::vendor() {
    const std::optional<std::string> value = text("vendor");
    if (!value) return {};
    const std::size_t colon = value->find(':');
    if (colon != std::string::npos) {
        const auto registry = registry_named(value->substr(0, colon), "vendor");
        if (registry) return {std::string(name(*registry)), value->substr(colon + 1)};
    }
    return {std::nullopt, value};
}

Result<void> QueryReader::finish() {
    if (error_) return fail(*error_);
    for (const auto& [key, ignored] : query_) {
        if (std::ranges::find(asked_, key) != asked_.end()) continue;
        const std::string near = nearest_word(key, asked_);
        return fail(
            Errc::unknown_field, printable(key),
            near.empty() ? "is no parameter of this route" : "is no parameter of this route; did you mean " + near + "?"
        );
    }
    return {};
}

Result<void> no_parameters(const net::Query& query) {
    return QueryReader(query).finish();
}

std::string make_cursor(const std::vector<std::string>& texts) {
    json::Array out;
    for (const std::string& one : texts) out.push_back(json::Value(one));
    return to_base64url(as_bytes(json::compact(out)));
}

std::optional<std::uint64_t> number_of(std::string_view text) {
    if (text.empty() || text.size() > 18 || (text.size() > 1 && text.front() == '0')) return std::nullopt;
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace assay::api
