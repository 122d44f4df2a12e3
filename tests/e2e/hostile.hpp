#pragma once
// What every test of bad input does: a running collector, a victim and a bystander that reported once and hold a listed
// part, something wrong, and then: nothing has changed, and the reason is written down.

#include "tests/support/collector_process.hpp"

#include <doctest/doctest.h>

#include <functional>
#include <string>

namespace assay::test {

inline Component listed_part(std::string key) {
    Component out;
    out.key = std::move(key);
    out.kind = ComponentKind::pci_function;
    out.identifiers = {make_identifier(Registry::pci, "19e5:1822").value()};
    return out;
}

// Tables of a device's own state: what its own failure may change.
inline const std::set<std::string>& own_state() {
    static const std::set<std::string> tables{
        "device_heads", "device_events", "standings", "report_checks", "failed_reports"
    };
    return tables;
}

inline std::string reason_of(const net::Response& response) {
    const auto refusal = decode_refusal(response.body);
    return refusal ? refusal->reason : "status " + std::to_string(response.status);
}

class Hostile : public CollectorProcess {
  public:
    Hostile() : victim(enrolled({"L-1", "L-2"})), bystander(enrolled()) {
        for (SoftDevice* device : {&victim, &bystander}) {
            device->inventory().components = {listed_part("pci/1")};
            net::Connection connection = connect();
            REQUIRE(device->report_once(connection));
        }
        before = dump();
    }

    // A report of the victim that is right in everything, under a fresh challenge on this connection.
    Report good_report(net::Connection& connection) {
        last_challenge = victim.challenge(connection).value();
        return victim.report(last_challenge, connection.exporter(), victim.next_statement());
    }

    net::Response deliver(net::Connection& connection, const Report& report) {
        return post(connection, "/v1/reports", encode_report(report));
    }

    // The report was refused as nobody's: no row of any device changed, the reason stands in the list of attempts.
    void check_rejected(const net::Response& response, const std::string& reason) {
        CHECK(response.status >= 400);
        CHECK(response.status < 500);
        CHECK(reason_of(response) == reason);
        attempts = attempt_with(reason, attempts);
        CHECK(attempts > 0);
        CHECK(difference(before, dump()) == "");
    }

    // The report failed as the victim's own: its state says why; inventory, findings, worklist and every other device
    // stay.
    void check_failed(const net::Response& response, const std::string& reason) {
        CHECK(response.status == 422);
        CHECK(reason_of(response) == reason);
        const std::string id = victim.id().text();
        const DatabaseDump after = dump();
        CHECK(difference(without(before, own_state(), id), without(after, own_state(), id)) == "");
        bool told = false;
        for (const std::string& row : after.at("standings")) {
            told = told || (row.starts_with(id + "|identity|") && row.find("|" + reason + "|") != std::string::npos);
        }
        CHECK(told);
        before = after;
    }

    // The victim is what it was: its next report is accepted.
    void check_alive() {
        net::Connection connection = connect();
        const auto result = victim.report_once(connection);
        CHECK(result);
    }

    SoftDevice victim;
    SoftDevice bystander;
    DatabaseDump before;
    Challenge last_challenge;
    std::uint64_t attempts = 0;
};

}  // namespace assay::test
