#include "agent/doctor/collector_checks.hpp"

#include "evidence/messages.hpp"
#include "evidence/reason.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace assay::agent {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds answer_deadline{10'000};
constexpr milliseconds tolerable_difference{120'000};
constexpr std::string_view clock_advice =
    "set the clock and keep it right: timedatectl set-ntp true, or the NTP settings of the device";

Result<net::Client> client_for(const Config& config, const Clock& clock) {
    TRY(std::string ca, read_ca(config));
    net::ClientConfig settings;
    settings.url = config.url;
    settings.ca_pem = std::move(ca);
    settings.server_name = config.server_name;
    settings.user_agent = "assay-agent/" ASSAY_VERSION;
    settings.clock = clock;
    return net::Client::create(std::move(settings));
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

std::optional<int> number(std::string_view text) {
    int out = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    if (error != std::errc() || stop != text.data() + text.size()) return std::nullopt;
    return out;
}

}  // namespace

std::optional<UnixMillis> http_date_of(std::string_view text) {
    constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT") return std::nullopt;
    const auto day = number(text.substr(5, 2));
    const auto month = std::ranges::find(months, text.substr(8, 3));
    const auto year = number(text.substr(12, 4));
    const auto hour = number(text.substr(17, 2));
    const auto minute = number(text.substr(20, 2));
    const auto second = number(text.substr(23, 2));
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
        std::string(clock_advice)
    );
}

Diagnosis explain_connect_problem(const net::ConnectProblem& failed, const Config& config) {
    using enum net::ConnectFailure;
    const std::string place = config.url.authority();
    const std::string& what = failed.error.what;
    switch (failed.failure) {
        case name_not_found:
            return problem(
                "collector", fmt::format("the name {} is not found: {}", config.url.host, what),
                "check collector.url, and the DNS server of this device (getent hosts " + config.url.host + ")"
            );
        case refused:
            return problem(
                "collector", "nobody listens at " + place,
                "start the collector (systemctl start assay-collector), and check the port in collector.url"
            );
        case unreachable:
            return problem(
                "collector", fmt::format("no way to {}: {}", place, what), "check network, routes and firewall"
            );
        case timed_out:
            return problem(
                "collector", fmt::format("{} does not answer in time: {}", place, what),
                "a firewall on the way may drop the packets, or the collector is overloaded"
            );
        case closed:
            return problem(
                "tls", fmt::format("{} closed the connection: {}", place, what),
                "a load balancer or firewall on the way may refuse it; it has to pass TCP through"
            );
        case not_tls:
            return problem(
                "tls", "what answers at " + place + " does not speak TLS",
                "check the port in collector.url: it is the one of the collector's device listener"
            );
        case no_tls13:
            return problem(
                "tls", "what answers at " + place + " does not speak TLS 1.3",
                "the collector does: something else answers there, or a proxy ends TLS on the way. Let it pass TCP "
                "through"
            );
        case untrusted_issuer:
            return problem(
                "tls",
                fmt::format(
                    "the certificate presented by {} does not lead to the configured CA: subject {}, issuer {}", place,
                    failed.subject, failed.issuer
                ),
                "if you know that issuer as a proxy or firewall, it intercepts TLS: have it pass this connection "
                "through. If the "
                "collector has a new CA, put it into collector.ca"
            );
        case wrong_host:
            return problem(
                "tls",
                fmt::format("the certificate presented by {} is for another name: subject {}", place, failed.subject),
                "use the name of the certificate in collector.url, or set collector.server_name to it"
            );
        case expired:
            return problem(
                "tls", fmt::format("the certificate of {} or its CA is out of date: {}", place, what),
                "if this machine's clock is wrong: " + std::string(clock_advice) +
                    ". Else renew the certificate on the collector"
            );
        case not_yet_valid:
            return problem(
                "clock", fmt::format("the certificate of {} is not valid yet: {}", place, what),
                "this machine's clock is probably behind: " + std::string(clock_advice)
            );
        case bad_certificate:
        case other: break;
    }
    return problem(
        "tls", fmt::format("{}: {}", place, what), "look at the collector's own log (journalctl -u assay-collector)"
    );
}

Diagnoses check_collector(const Config& config, const Memory& memory, const Clock& clock) {
    auto client = client_for(config, clock);
    if (!client) return {ca_problem(client.error())};
    Diagnoses out{healthy("ca", config.ca_file.empty() ? "in the configuration" : config.ca_file)};
    auto connection = client->connect();
    if (!connection) {
        out.push_back(explain_connect_problem(client->problem().value_or(net::ConnectProblem{}), config));
        return out;
    }
    out.push_back(healthy("collector", config.url.text() + " answers over TLS 1.3 with a certificate of the CA"));
    for (Diagnosis& one : check_answer(*connection, config, memory, clock)) out.push_back(std::move(one));
    return out;
}

}  // namespace assay::agent
