#include "collector/worklist/operate.hpp"
#include "tests/collector/api_operator/scene.hpp"

#include <thread>

namespace assay::api::test {
TEST_SUITE_BEGIN("operator api: worklist");

std::int64_t version_of(const json::Object& item) {
    return item.at("version").as_int64();
}

json::Object doing(const char* action, std::int64_t version, const char* note = "as agreed") {
    return {{"action", action}, {"version", version}, {"note", note}};
}

TEST_CASE_FIXTURE(Scene, "an item shows its part, its demands, what a person can do, and its events") {
    device("core-1", inventory({card()}));
    const json::Object list = object_of(get("/v1/worklist"));
    REQUIRE(items_of(list).size() == 1);
    const std::string id = std::to_string(items_of(list)[0].as_object().at("id").as_int64());
    const json::Object item = object_of(get("/v1/worklist/" + id));
    CHECK(item.at("state") == json::Value("detected"));
    CHECK(item.at("serial") == json::Value("CARD-0001"));
    CHECK(item.at("demand").as_object().at("deadline") == json::Value("2030-03-04"));
    CHECK(item.at("two_persons") == json::Value(true));
    CHECK(item.at("events").as_array().size() == 1);
    CHECK(json::compact(item.at("allowed")) == R"(["confirm","dismiss","except","note"])");
    CHECK(get("/v1/worklist/999").status == 404);
    CHECK(get("/v1/worklist/x").status == 404);
    CHECK(get("/v1/worklist/01").status == 404);
}

TEST_CASE_FIXTURE(Scene, "an item goes its way, and each step is an event with who and why") {
    device("core-1", inventory({card()}));
    json::Object item = object_of(get("/v1/worklist/1"));
    json::Object plan = doing("plan", 0);
    for (const char* action : {"confirm", "plan", "start", "removed"}) {
        CAPTURE(action);
        json::Object asked = doing(action, version_of(item));
        if (action == std::string_view("plan")) asked["date"] = "2999-01-02";
        const net::Response answer = post("/v1/worklist/1/transition", asked);
        CAPTURE(answer.body);
        REQUIRE(answer.status == 200);
        item = object_of(answer);
    }
    CHECK(item.at("state") == json::Value("removed"));
    CHECK(item.at("planned_for") == json::Value("2999-01-02"));
    // What the removal is measured against: the counters of the last quote.
    CHECK(item.at("claim").as_object().at("reset_count") == json::Value(7));
    CHECK(item.at("claim").as_object().at("by") == json::Value("ann"));
    CHECK(item.at("events").as_array().size() == 5);
}

TEST_CASE_FIXTURE(Scene, "an action on a version that is no longer there is a conflict and changes nothing") {
    device("core-1", inventory({card()}));
    const std::int64_t version = version_of(object_of(get("/v1/worklist/1")));
    REQUIRE(post("/v1/worklist/1/transition", doing("note", version, "first")).status == 200);
    const net::Response second = post("/v1/worklist/1/transition", doing("confirm", version), bob);
    CHECK(second.status == 409);
    CHECK(refusal_of(second).starts_with("version: "));
    CHECK(object_of(get("/v1/worklist/1")).at("state") == json::Value("detected"));
}

TEST_CASE_FIXTURE(Scene, "of many who act on one version at once, one wins") {
    device("core-1", inventory({card()}));
    const std::int64_t version = version_of(object_of(get("/v1/worklist/1")));
    std::atomic<int> won{0};
    std::atomic<int> lost{0};
    const auto act = [&] {
        const unsigned status = post("/v1/worklist/1/transition", doing("confirm", version)).status;
        if (status == 200) ++won;
        if (status == 409) ++lost;
    };
    {
        std::vector<std::jthread> people;
        for (int i = 0; i < 8; ++i) people.emplace_back(act);
    }
    CHECK(won == 1);
    CHECK(lost == 7);
}

TEST_CASE_FIXTURE(Scene, "refusals name what is wrong") {
    device("core-1", inventory({card()}));
    const std::int64_t version = version_of(object_of(get("/v1/worklist/1")));
    const auto refused = [&](json::Object body, unsigned status, const std::string& text) {
        const net::Response answer = post("/v1/worklist/1/transition", body);
        CAPTURE(answer.body);
        CHECK(answer.status == status);
        CHECK(answer.body.find(text) != std::string::npos);
    };
    refused(doing("start", version), 409, "it takes: confirm, dismiss, except, note");
    refused(doing("absence_observed", version), 400, "action");
    refused(doing("dismiss", version, ""), 400, "note");
    refused({{"action", "confirm"}}, 400, "version");
    refused({{"action", "confirm"}, {"version", version}, {"nots", "x"}}, 400, "note");
    json::Object past = doing("except", version);
    past["date"] = "2001-01-01";
    refused(past, 400, "date");
    CHECK(post("/v1/worklist/999/transition", doing("confirm", 1)).status == 404);
}

TEST_CASE_FIXTURE(Scene, "items are filtered; what was set aside shows only when it is asked for") {
    device("core-1", inventory({card()}), "north");
    device("edge-1", inventory({card()}), "south");
    const auto count = [this](const std::string& query) {
        const net::Response answer = get("/v1/worklist?" + query);
        CAPTURE(answer.body);
        REQUIRE(answer.status == 200);
        return items_of(object_of(answer)).size();
    };
    CHECK(count("site=north") == 1);
    CHECK(count("state=detected") == 2);
    CHECK(count("authority=FCC") == 2);
    CHECK(count("entity=huawei") == 2);
    CHECK(count("entity=nobody") == 0);
    CHECK(count("kind=pci_function") == 2);
    CHECK(count("kind=usb_device") == 0);
    CHECK(count("vendor=19e5") == 2);
    CHECK(count("vendor=pci:19e5:1822") == 2);
    CHECK(count("vendor=usb:19e5") == 0);
    CHECK(count("changed_since=2999-01-01") == 0);
    REQUIRE(
        post("/v1/worklist/1/transition", doing("dismiss", version_of(object_of(get("/v1/worklist/1"))))).status == 200
    );
    CHECK(count("limit=10") == 1);
    CHECK(count("all=true") == 2);
    CHECK(count("state=false_positive") == 1);
    CHECK(get("/v1/worklist?state=done").status == 400);
    CHECK(get("/v1/worklist?all=yes").status == 400);
}

TEST_SUITE_END();
}  // namespace assay::api::test
