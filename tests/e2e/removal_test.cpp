// A part that has to be removed by a day, from the finding to the closed item, against the running collector: two
// persons, each with a token that was made while it ran.

#include "base/json.hpp"
#include "tests/support/collector_process.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace assay;
using namespace assay::test;

namespace {

std::string to_be_removed() {
    std::string out = CollectorProcess::listed_maker();
    const std::string review = "action = \"review\"";
    return out.replace(out.find(review), review.size(), "action = \"remove_by\"\ndeadline = 2999-02-01");
}

// Somebody at the operators' API, on one connection.
class Person {
  public:
    Person(const CollectorProcess& collector, std::string token)
        : client_(collector.operator_client()), connection_(client_.connect().value()), token_(std::move(token)) {}

    static Person named(const CollectorProcess& collector, const std::string& name) {
        const auto made = json::parse(collector.command("token add " + name + " --days 2 --json"), {});
        return {collector, std::string(made.value().at("token").as_string())};
    }

    // With the same token: a refusal ends the connection.
    Person reconnected(const CollectorProcess& collector) const { return {collector, token_}; }

    net::Response ask(net::Method method, const std::string& path, const std::string& body = {}) {
        net::Request request;
        request.method = method;
        request.path = path;
        request.headers.add("authorization", "Bearer " + token_);
        if (!body.empty()) request.headers.add("content-type", "application/json");
        request.body = to_bytes(body);
        return connection_.exchange(request, std::chrono::seconds(30)).value();
    }
    json::Object item() {
        const net::Response list = ask(net::Method::get, "/v1/worklist/1");
        REQUIRE(list.status == 200);
        return json::parse(list.body, {}).value().as_object();
    }
    std::string state() { return std::string(item().at("state").as_string()); }
    net::Response act(const std::string& action) {
        json::Object body{{"action", action}, {"note", "as agreed"}, {"version", item().at("version")}};
        if (action == "plan") body["date"] = "2999-01-02";
        return ask(net::Method::post, "/v1/worklist/1/transition", json::compact(body));
    }

  private:
    net::Client client_;
    net::Connection connection_;
    std::string token_;
};

Component serial_bearing(std::string key, ComponentKind kind, std::string serial) {
    Component out;
    out.key = std::move(key);
    out.kind = kind;
    out.serial = Reading::of(std::move(serial));
    return out;
}

Inventory without_card() {
    Inventory out;
    out.sources = {
        {.source = "pci", .state = SourceState::ok, .detail = {}, .covered = {"pci/0000:00"}},
        {.source = "smbios", .state = SourceState::ok, .detail = {}, .covered = {"smbios"}},
    };
    out.components = {
        serial_bearing("block/1", ComponentKind::block_device, "DISK-1111"),
        serial_bearing("system", ComponentKind::system, "CHASSIS-77"),
    };
    normalise(out);
    return out;
}

Inventory with_card() {
    Inventory out = without_card();
    Component card = serial_bearing("pci/0000:00/1c.0", ComponentKind::pci_function, "CARD-0001");
    card.identifiers = {make_identifier(Registry::pci, "19e5:1822").value()};
    out.components.push_back(std::move(card));
    normalise(out);
    return out;
}

void report(const CollectorProcess& collector, SoftDevice& device, const Inventory& inventory) {
    device.inventory() = inventory;
    net::Client client = collector.device_client();
    net::Connection connection = client.connect().value();
    const auto result = device.report_once(connection);
    REQUIRE_MESSAGE(result, result.error().message());
}

}  // namespace

TEST_SUITE("removal") {
    TEST_CASE("what has to be removed by a day is closed by two persons, each with a token of their own") {
        CollectorProcess collector(to_be_removed());
        collector.configure("#min_reports = 3", "min_reports = 2");
        collector.configure("#min_hours = 24", "min_hours = 0");
        CHECK(collector.terminate() == 0);
        collector.start();

        SoftDevice device = collector.enrolled();
        report(collector, device, with_card());
        Person ann = Person::named(collector, "ann");
        Person bob = Person::named(collector, "bob");
        for (const char* action : {"confirm", "plan", "start", "removed"}) REQUIRE(ann.act(action).status == 200);
        ++device.clock().clock.reset_count;
        report(collector, device, without_card());
        CHECK(ann.state() == "removed");
        report(collector, device, without_card());
        REQUIRE(ann.state() == "absence_observed");
        CHECK(ann.item().at("grade") == "reported");
        REQUIRE(bob.act("dispose").status == 200);

        REQUIRE(ann.act("close").status == 200);
        CHECK(ann.state() == "disposed");
        CHECK(ann.act("close").status == 403);
        CHECK(ann.state() == "disposed");
        REQUIRE(bob.act("close").status == 200);
        CHECK(bob.state() == "closed");
        std::vector<std::string> closers;
        for (const json::Value& event : bob.item().at("events").as_array()) {
            if (event.at("event").as_string().starts_with("close"))
                closers.push_back(std::string(event.at("actor").as_string()));
        }
        CHECK(closers == std::vector<std::string>{"ann", "bob"});
    }

    TEST_CASE("a person's second token is the same person; a revoked one is refused on a connection that stays open") {
        CollectorProcess collector(to_be_removed());
        SoftDevice device = collector.enrolled();
        report(collector, device, with_card());
        Person ann = Person::named(collector, "ann");
        REQUIRE(ann.act("confirm").status == 200);
        collector.command("token revoke ann");
        CHECK(ann.ask(net::Method::get, "/v1/devices").status == 401);
        CHECK(ann.reconnected(collector).ask(net::Method::post, "/v1/worklist/1/transition", "{}").status == 401);
        Person again = Person::named(collector, "ann");
        REQUIRE(again.act("plan").status == 200);
        CHECK(ann.reconnected(collector).ask(net::Method::get, "/v1/devices").status == 401);
        CHECK_THROWS(collector.command("token add ann"));
        CHECK_THROWS(collector.command("token add collector"));
        for (const json::Value& event : again.item().at("events").as_array()) {
            const auto& actor = event.at("actor").as_string();
            CHECK((actor == "ann" || actor == "collector"));
        }
    }
}
