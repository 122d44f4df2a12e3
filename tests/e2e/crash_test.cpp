// The collector is killed with SIGKILL at random moments while devices report. What was acknowledged is there after it
// started again by itself, and the devices' chains of reports go on.

#include "tests/support/collector_process.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <random>
#include <thread>

using namespace assay;
using namespace assay::test;

namespace {

constexpr int devices = 4;
constexpr int kills = 6;

// What one device was told: the last report that was acknowledged, and how many were.
struct Told {
    std::optional<Sha256> last;
    std::uint64_t reports = 0;
};

// Reports until it is stopped; connections that break are made anew, as an agent does.
void report_until(const std::atomic<bool>& stop, const CollectorProcess& collector, SoftDevice& device, Told& told) {
    net::Client client = collector.device_client();
    while (!stop) {
        auto connection = client.connect();
        if (!connection) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
            continue;
        }
        try {
            while (!stop) {
                const auto result = device.report_once(*connection);
                if (!result) break;
                told.last = result->accepted;
                ++told.reports;
            }
        } catch (const std::runtime_error&) {
            continue;  // the connection broke amid an exchange
        }
    }
}

std::vector<std::string> columns_of(const std::string& row) {
    std::vector<std::string> out(1);
    for (const char c : row) {
        if (c == '|') {
            out.emplace_back();
        } else {
            out.back() += c;
        }
    }
    return out;
}

// The device's last stored report is the acknowledged one, or one that follows it and whose answer never arrived.
bool holds(const DatabaseDump& dump, const DeviceId& device, const Told& told) {
    if (!told.last) return true;
    for (const std::string& row : dump.at("device_heads")) {
        // device_id | epoch | generation | interval | reports | statement | attest | ...
        const std::vector<std::string> columns = columns_of(row);
        if (columns.at(0) != device.text()) continue;
        if (sha256(from_hex(columns.at(6)).value()) == *told.last) return true;
        const auto statement = decode_statement(as_text(from_hex(columns.at(5)).value()));
        return statement && statement->previous == told.last;
    }
    return false;
}

}  // namespace

TEST_SUITE("crash") {
    TEST_CASE("SIGKILL at random during reports loses no acknowledged report, and the collector starts again by itself"
    ) {
        CollectorProcess collector;
        std::vector<SoftDevice> fleet;
        for (int i = 0; i < devices; ++i) fleet.push_back(collector.enrolled());
        std::vector<Told> told(devices);
        std::mt19937 chance(20'261'123);
        for (int round = 0; round < kills; ++round) {
            CAPTURE(round);
            std::atomic<bool> stop = false;
            std::vector<std::thread> threads;
            for (std::size_t i = 0; i < fleet.size(); ++i) {
                threads.emplace_back([&stop, &collector, &device = fleet[i], &mine = told[i]] {
                    report_until(stop, collector, device, mine);
                });
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(100 + chance() % 300));
            collector.kill();
            stop = true;
            for (std::thread& thread : threads) thread.join();
            collector.start();
            const DatabaseDump kept = collector.dump();
            for (std::size_t i = 0; i < fleet.size(); ++i) CHECK(holds(kept, fleet[i].id(), told[i]));
        }
        // The chain goes on: after the last start every device reports, and no check of the chain fails.
        for (SoftDevice& device : fleet) {
            net::Connection connection = collector.connect();
            const auto result = device.report_once(connection);
            REQUIRE(result);
            for (const CheckResult& check : result->checks) {
                CAPTURE(check.check);
                CHECK(check.outcome != "failed");
            }
        }
        std::uint64_t acknowledged = 0;
        for (const Told& one : told) acknowledged += one.reports;
        CHECK(acknowledged > 0);
        MESSAGE("acknowledged reports: ", acknowledged);
    }

    TEST_CASE("SIGTERM lets the requests at hand end, and the exit is clean") {
        CollectorProcess collector;
        SoftDevice device = collector.enrolled();
        net::Connection connection = collector.connect();
        REQUIRE(device.report_once(connection));
        CHECK(collector.terminate() == 0);
        collector.start();
        net::Connection again = collector.connect();
        CHECK(device.report_once(again));
    }
}
