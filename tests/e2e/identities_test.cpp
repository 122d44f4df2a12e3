// What registers say of a real report, against the running collector: a contradiction and a number of nobody's are
// shown, follow the snapshots in force, and open no item.

#include "base/json.hpp"
#include "tests/support/collector_process.hpp"

#include <doctest/doctest.h>

#include <string>
#include <thread>

using namespace assay;
using namespace assay::test;

namespace {

Component part(std::string key, ComponentKind kind, std::vector<Identifier> identifiers) {
    Component out;
    out.key = std::move(key);
    out.kind = kind;
    out.identifiers = std::move(identifiers);
    return out;
}

// Huawei's address on an Intel chip of a Dell card in a Dell, and a chip of nobody's.
Inventory contradicting() {
    Inventory out;
    out.sources = {{.source = "pci", .state = SourceState::ok, .detail = {}, .covered = {"pci/0000:00"}}};
    Component port = part("net/1", ComponentKind::network_interface, {{Registry::mac, "00e0fc000001"}});
    port.parent = "pci/1";
    Component machine = part("system", ComponentKind::system, {});
    machine.names["manufacturer"] = Reading::of("Dell Inc.");
    out.components = {
        part(
            "pci/1", ComponentKind::pci_function, {{Registry::pci, "8086:1572"}, {Registry::pci_subsystem, "1028:0001"}}
        ),
        part("pci/2", ComponentKind::pci_function, {{Registry::pci, "abce:8139"}}), port, machine
    };
    normalise(out);
    return out;
}

json::Array list(const CollectorProcess& collector, const std::string& path, const net::Query& query = {}) {
    net::Client client = collector.operator_client();
    net::Connection connection = client.connect().value();
    net::Request request;
    request.path = path;
    request.query = query;
    request.headers.add("authorization", "Bearer " + collector.operator_token());
    const net::Response answer = connection.exchange(request, std::chrono::seconds(30)).value();
    REQUIRE(answer.status == 200);
    return json::parse(answer.body, {.max_bytes = 1U << 20U, .max_depth = 16}).value().at("items").as_array();
}

}  // namespace

TEST_SUITE("identities") {
    TEST_CASE("a report that contradicts itself is shown, a number of nobody's queues, and no item opens") {
        CollectorProcess collector;
        const std::string shipped = std::string(ASSAY_SOURCE_DIR) + "/policy/registries";
        collector.terminate();
        collector.configure(
            "#registries = [\"/usr/share/assay/registries\"]", "registries = [\"" + shipped + "\"]  # in force"
        );
        collector.start();
        SoftDevice device = collector.enrolled();
        device.inventory() = contradicting();
        {
            net::Connection connection = collector.connect();
            REQUIRE(device.report_once(connection));
        }
        const json::Array conflicts = list(collector, "/v1/conflicts");
        REQUIRE(conflicts.size() == 1);
        CHECK(conflicts[0].at("component").as_string() == "net/1");
        CHECK(conflicts[0].at("holder").as_string() == "HUAWEI TECHNOLOGIES CO.,LTD");
        CHECK(conflicts[0].at("against").as_string() == "Intel Corporation");
        CHECK(conflicts[0].at("proof").as_string() == "reported");
        const json::Array unknown = list(collector, "/v1/unknown-identifiers");
        REQUIRE(unknown.size() == 1);
        CHECK(unknown[0].at("vendor").as_string() == "abce");
        CHECK(unknown[0].at("reason").as_string() == "not_registered");
        CHECK(list(collector, "/v1/worklist").empty());

        // Other snapshots: every device is judged again, without a report of its own.
        collector.terminate();
        collector.configure("registries = [\"" + shipped + "\"]  # in force", "registries = []");
        collector.start();
        for (int i = 0; i < 2'000 && !list(collector, "/v1/conflicts").empty(); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        CHECK(list(collector, "/v1/conflicts").empty());
        CHECK(
            list(collector, "/v1/unknown-identifiers", {{"reason", "no_snapshot"}}).size() == 4
        );  // pci twice, card, address
    }
}
