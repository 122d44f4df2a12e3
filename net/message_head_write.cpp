#include "net/message_head.hpp"

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace assay::net {
namespace {

constexpr std::size_t usual_head_bytes = 256;

// Fields that these writers set themselves.
constexpr std::string_view own_fields[] = {
    "connection", "content-length", "date", "expect", "host", "transfer-encoding", "user-agent",
};

// One header as this room writes it; a value that would end its line early is the caller's bug.
void write_field(std::string& out, std::string_view name, std::string_view value) {
    const auto bad_in_name = [](char c) {
        const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        return !letter && c != '-' && c != '_';
    };
    const auto bad_in_value = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    if (name.empty() || std::ranges::any_of(name, bad_in_name) || std::ranges::any_of(value, bad_in_value)) {
        throw std::invalid_argument("a header field that HTTP cannot carry");
    }
    out += name;
    out += ": ";
    out += value;
    out += "\r\n";
}

void write_given_fields(std::string& out, const Headers& headers) {
    for (const auto& [name, value] : headers) {
        if (std::ranges::find(own_fields, name) != std::end(own_fields)) {
            throw std::invalid_argument("the header field " + name + " is not the caller's to set");
        }
        write_field(out, name, value);
    }
}

}  // namespace

std::string write_request_head(
    const Request& request, std::string_view target, std::string_view host, std::string_view user_agent
) {
    std::string out(name(request.method));
    out += ' ';
    out += target;
    out += " HTTP/1.1\r\n";
    write_field(out, "host", host);
    write_field(out, "user-agent", user_agent);
    if (!request.body.empty() || (request.method != Method::get && request.method != Method::head)) {
        write_field(out, "content-length", std::to_string(request.body.size()));
    }
    write_given_fields(out, request.headers);
    out += "\r\n";
    return out;
}

std::string write_response_head(const Response& response, std::string_view date) {
    std::string out;
    out.reserve(usual_head_bytes);
    out += "HTTP/1.1 ";
    out += std::to_string(response.status);
    out += ' ';
    out += reason_phrase(response.status);
    out += "\r\n";
    write_field(out, "date", date);
    if (response.close_after) write_field(out, "connection", "close");
    if (!response.content_type.empty()) write_field(out, "content-type", response.content_type);
    if (response.status != 204 && response.status != 304) {
        write_field(out, "content-length", std::to_string(response.body.size()));
    }
    write_given_fields(out, response.headers);
    out += "\r\n";
    return out;
}

std::string http_date(std::int64_t unix_seconds) {
    using namespace std::chrono;
    constexpr std::string_view days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const sys_seconds time{seconds(unix_seconds)};
    const sys_days day = floor<std::chrono::days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    const auto two = [](auto number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    std::string out(days[weekday(day).c_encoding()]);
    out += ", " + two(static_cast<unsigned>(date.day())) + ' ';
    out += months[static_cast<unsigned>(date.month()) - 1];
    out += ' ' + std::to_string(static_cast<int>(date.year())) + ' ' + two(clock.hours().count()) + ':';
    out += two(clock.minutes().count()) + ':' + two(clock.seconds().count()) + " GMT";
    return out;
}

}  // namespace assay::net
