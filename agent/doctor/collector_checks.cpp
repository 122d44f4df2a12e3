#include "agent/doctor/collector_checks.hpp"

#include "agent/doctor/connect_advice.hpp"
#include "agent/exchange.hpp"
#include "base/text.hpp"
#include "evidence/messages.hpp"
#include "evidence/reason.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace assay::agent {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds answer_deadline{10'000};
constexpr milliseconds tolerable_difference{120'000};
Result<net::Client> client_for(const Config& config, const Clock& clock) {
    TRY(std::string ca, read_ca(config));
    return net::Client::create(client_settings(config, std::move(ca), clock));
}

Diagnosis ca_problem(const Error& error) {
    const std::string where = "put the collector's CA certificate (PEM) there, or into collector.ca itself";
    switch (error.code) {
        case Errc::not_found: return problem("ca", "the CA file is missing: " + error.message(), where);
        case Errc::denied:
            return problem("ca", "the CA file may not be read: " + error.message(), "run as root, or chmod 0644 it");
        default: return problem("ca", "the CA cannot be used: " + error.message(), where);
    }
}

// What answered a challenge request is judged: a collector says that it knows the device, or that it does not.
Diagnosis judge_answer(const net::Response& response, const Memory& memory, const Config& config) {
    const std::string here = config.url.text();
    if (response.status == 200 && decode_challenge(response.body)) {
        return healthy("enrolment", "the collector knows this device as " + memory.device->text());
    }
    const auto refusal = decode_refusal(response.body);
    if (!refusal) {
        return problem(
            "collector", fmt::format("{} answers with status {}, but not as a collector does", here, response.status),
            "check collector.url: the host, the port of the device listener, the path"
        );
    }
    const auto reason = reason_named(refusal->reason);
    if (reason == Reason::unknown_device && !memory.device) {
        return noted(
            "enrolment", "this device has not been enrolled yet",
            config.join_token ? "start the agent: it enrols by itself with the join token"
                              : "start the agent: it enrols by itself; if the collector wants a join token, set "
                                "collector.join_token"
        );
    }
    if (reason == Reason::unknown_device) {
        return noted(
            "enrolment", "the collector does not know this device any more",
            "start the agent: it enrols again by itself"
        );
    }
    const std::string what = fmt::format("{} ({})", refusal->what, refusal->reason);
    return problem("enrolment", what, reason ? std::string(explain(*reason).advice) : "ask the collector's operator");
}

Diagnoses check_answer(net::Connection& connection, const Config& config, const Memory& memory, const Clock& clock) {
    net::Request request;
    request.method = net::Method::post;
    request.path = "/v1/challenge";
    request.headers.add("content-type", "application/json");
    request.body = to_bytes(encode_challenge_request(memory.device.value_or(DeviceId{})));
    const auto response = connection.exchange(request, answer_deadline);
    if (!response) {
        return {problem(
            "collector", "it does not answer: " + response.error().message(),
            "look at the collector's own log (journalctl -u assay-collector)"
        )};
    }
    Diagnoses out{judge_answer(*response, memory, config)};
    const std::string* date = response->headers.find("date");
    const auto there = date == nullptr ? std::nullopt : http_date_of(*date);
    if (there) out.push_back(compare_clocks(clock(), *there));
    return out;
}

}  // namespace

std::optional<UnixMillis> http_date_of(std::string_view text) {
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return std::nullopt;
    const auto day = whole_number<int>(text.substr(5, 2));
    const auto month = std::ranges::find(months, text.substr(8, 3));
    const auto year = whole_number<int>(text.substr(12, 4));
    const auto hour = whole_number<int>(text.substr(17, 2));
    const auto minute = whole_number<int>(text.substr(20, 2));
    const auto second = whole_number<int>(text.substr(23, 2));
    if (!day || month == months.end() || !year || !hour || !minute || !second) return std::nullopt;
    const std::chrono::year_month_day date(
        std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
        std::chrono::day(static_cast<unsigned>(*day))
    );
    if (!date.ok() || *day < 0 || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59 || *second < 0 ||
        *second > 60) {
        return std::nullopt;
    }
    const auto time = std::chrono::sys_days(date).time_since_epoch() + std::chrono::hours(*hour) +
                      std::chrono::minutes(*minute) + std::chrono::seconds(*second);
    return UnixMillis{std::chrono::duration_cast<milliseconds>(time).count()};
}

Diagnosis compare_clocks(UnixMillis here, UnixMillis there) {
    const milliseconds ahead = here - there;
    const std::string what = fmt::format("here {}, at the collector {}", to_rfc3339(here), to_rfc3339(there));
    if (std::chrono::abs(ahead) <= tolerable_difference) return healthy("clock", what);
    return noted(
        "clock",
        fmt::format(
            "{}: this machine is {} seconds {}", what, std::chrono::abs(ahead).count() / 1000,
            ahead.count() > 0 ? "ahead" : "behind"
        ),
        clock_advice()
    );
}

Diagnoses check_collector(const Config& config, const Memory& memory, const Clock& clock) {
    auto client = client_for(config, clock);
    if (!client) return {ca_problem(client.error())};
    Diagnoses out{healthy("ca", config.ca_file.empty() ? "in the configuration" : config.ca_file)};
    auto connection = client->connect();
    if (!connection) {
        out.push_back(explain_connect_problem(client->problem().value_or(net::ConnectProblem{}), config.url));
        return out;
    }
    out.push_back(healthy("collector", config.url.text() + " answers over TLS 1.3 with a certificate of the CA"));
    for (Diagnosis& one : check_answer(*connection, config, memory, clock)) out.push_back(std::move(one));
    return out;
}

}  // namespace assay::agent
