#include "agent/doctor/connect_advice.hpp"

#include <fmt/format.h>

namespace assay::agent {
namespace {

using enum net::ConnectFailure;

// Which part of the way failed: the network, TLS, or this machine's clock.
const char* check_of(net::ConnectFailure failure) {
    switch (failure) {
        case name_not_found:
        case refused:
        case unreachable:
        case timed_out: return "collector";
        case not_yet_valid: return "clock";
        default: return "tls";
    }
}

std::string what_happened(const net::ConnectProblem& failed, const std::string& place) {
    const std::string& detail = failed.error.what;
    switch (failed.failure) {
        case refused: return "nobody listens at " + place;
        case not_tls: return "what answers at " + place + " does not speak TLS";
        case no_tls13: return "what answers at " + place + " does not speak TLS 1.3";
        case untrusted_issuer:
            return fmt::format(
                "the certificate presented by {} does not lead to the configured CA: subject {}, issuer {}", place,
                failed.subject, failed.issuer
            );
        case wrong_host:
            return fmt::format(
                "the certificate presented by {} is for another name: subject {}", place, failed.subject
            );
        case timed_out: return fmt::format("{} does not answer in time: {}", place, detail);
        case closed: return fmt::format("{} closed the connection: {}", place, detail);
        case expired:
        case not_yet_valid: return fmt::format("{}: {}", place, detail);
        default: return fmt::format("cannot connect to {}: {}", place, detail);
    }
}

std::string what_to_do(net::ConnectFailure failure, const net::Url& url) {
    switch (failure) {
        case name_not_found:
            return "check collector.url, and the DNS server of this device (getent hosts " + url.host + ")";
        case refused:
            return "start the collector (systemctl start assay-collector), and check the port in collector.url";
        case unreachable: return "check network, routes and firewall";
        case timed_out: return "a firewall on the way may drop the packets, or the collector is overloaded";
        case closed: return "a load balancer or firewall on the way may refuse it; it has to pass TCP through";
        case not_tls: return "check the port in collector.url: it is the one of the collector's device listener";
        case no_tls13:
            return "the collector does: something else answers there, or a proxy ends TLS on the way. Let it pass TCP "
                   "through";
        case untrusted_issuer:
            return "if you know that issuer as a proxy or firewall, it intercepts TLS: have it pass this connection "
                   "through. If the collector has a new CA, put it into collector.ca";
        case wrong_host: return "use the name of the certificate in collector.url, or set collector.server_name to it";
        case expired:
            return "if this machine's clock is wrong: " + clock_advice() + ". Else renew the collector's certificate";
        case not_yet_valid: return "this machine's clock is probably behind: " + clock_advice();
        case bad_certificate:
        case other: break;
    }
    return "look at the collector's own log (journalctl -u assay-collector)";
}

}  // namespace

std::string clock_advice() {
    return "set the clock and keep it right, with timedatectl set-ntp true or the NTP settings of the device";
}

Diagnosis explain_connect_problem(const net::ConnectProblem& failed, const net::Url& url) {
    return problem(check_of(failed.failure), what_happened(failed, url.authority()), what_to_do(failed.failure, url));
}

}  // namespace assay::agent
