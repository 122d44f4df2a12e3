// Orders, facets and changes: what a page that shows the fleet asks for.

#include "collector/api/operator_query.hpp"
#include "tests/collector/api_operator/scene.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace assay::api::test {
namespace {

// A fleet in three places, with devices of every origin and some of no role.
struct Fleet : Scene {
    std::vector<DeviceId> ids;

    Fleet() {
        for (int i = 0; i < 9; ++i) {
            const bool with_card = i % 3 != 2;
            ids.push_back(device(
                "host-" + std::to_string(i), with_card ? inventory({card()}) : inventory({}),
                std::array{"north", "south", ""}.at(static_cast<std::size_t>(i % 3))
            ));
        }
        store.write([this](store::Database& db) {
            store::set_origin(db, ids[0], store::Origin::replayed);
            store::set_origin(db, ids[1], store::Origin::imported);
            store::set_place(db, ids[2], "", "core");
            store::set_lifecycle(db, ids[3], Lifecycle::retired, Reason::retired, "", {1'000});
            store::set_lifecycle(db, ids[4], Lifecycle::pending_review, Reason::pending_review, "", {1'000});
            Standing good = store::find_device(db, ids[5])->standing;
            good.identity.verdict = Verdict::affirming;
            good.valid_until = {db.now().value + 1'000'000};
            store::set_standing(db, ids[5], good);
        });
    }

    std::size_t count(const std::string& path) const {
        const net::Response answer = get(path);
        CAPTURE(path);
        CAPTURE(answer.body);
        REQUIRE(answer.status == 200);
        return items_of(object_of(answer)).size();
    }

    // Each value of each facet leads to a list with as many rows as it says.
    void check_facets(const std::string& list, const std::string& query) const {
        const json::Object answer = object_of(get(list + "/facets?" + query));
        std::size_t values = 0;
        for (const auto& [key, facet] : answer.at("facets").as_object()) {
            for (const json::Value& one : facet.as_array()) {
                const std::string value(one.as_object().at("value").as_string());
                const std::string path = list + "?" + std::string(key) + "=" + value + "&" + query;
                CAPTURE(path);
                CHECK(std::int64_t(count(path)) == one.as_object().at("count").as_int64());
                ++values;
            }
        }
        CHECK(values > 4);
        CHECK(answer.at("more").as_array().empty());
    }
};

std::vector<std::string> names_of(const json::Object& page, const char* field) {
    std::vector<std::string> out;
    for (const json::Value& item : items_of(page)) out.emplace_back(item.as_object().at(field).as_string());
    return out;
}

}  // namespace

TEST_SUITE_BEGIN("operator api: orders, facets, changes");

TEST_CASE_FIXTURE(Fleet, "devices come in the order that was asked for, through all pages") {
    for (const std::string order : {"id", "name", "site", "state", "last_report", "findings", "open_items"}) {
        for (const std::string& sort : {order, "-" + order}) {
            CAPTURE(sort);
            std::vector<std::string> seen;
            std::string cursor;
            do {
                const json::Object page =
                    object_of(get("/v1/devices?limit=2&sort=" + sort + (cursor.empty() ? "" : "&cursor=" + cursor)));
                for (const std::string& id : names_of(page, "id")) seen.push_back(id);
                cursor = page.contains("next") ? std::string(page.at("next").as_string()) : "";
            } while (!cursor.empty() && seen.size() < 20);
            CHECK(seen == names_of(object_of(get("/v1/devices?sort=" + sort)), "id"));
            CHECK(std::set(seen.begin(), seen.end()).size() == 9);
        }
    }
    const auto up = names_of(object_of(get("/v1/devices?sort=name")), "name");
    CHECK(std::ranges::is_sorted(up));
    const auto down = names_of(object_of(get("/v1/devices?sort=-name")), "name");
    CHECK(std::ranges::equal(up.rbegin(), up.rend(), down.begin(), down.end()));
    CHECK(names_of(object_of(get("/v1/devices?sort=state")), "id").front() == ids[5].text());
    CHECK(names_of(object_of(get("/v1/devices?sort=-state")), "id").front() == ids[3].text());
}

TEST_CASE_FIXTURE(Fleet, "a cursor of another order, or made up, is refused and says why") {
    const json::Object page = object_of(get("/v1/devices?limit=2&sort=name"));
    const std::string cursor(page.at("next").as_string());
    for (const char* sort : {"", "&sort=-name", "&sort=findings"}) {
        const net::Response refused = get("/v1/devices?limit=2" + std::string(sort) + "&cursor=" + cursor);
        CHECK(refused.status == 400);
        CHECK(refusal_of(refused).starts_with("cursor: was given by this list in another order than "));
    }
    const std::string id = ids[0].text();
    for (const std::vector<std::string>& made_up : std::vector<std::vector<std::string>>{
             {"findings", "many", id},
             {"findings", "-1", id},
             {"findings", "1", "x"},
             {"findings", "1"},
             {"findings", "1", id, id},
             {"findings", std::string(3'000, '1'), id},
         }) {
        const net::Response refused = get("/v1/devices?sort=findings&cursor=" + make_cursor(made_up));
        CAPTURE(refused.body);
        CHECK(refused.status == 400);
        CHECK(refusal_of(refused).starts_with("cursor: "));
    }
    CHECK(get("/v1/devices?sort=name&cursor=" + make_cursor({"name", "' or 1 = 1 --", id})).status == 200);
    const std::string items(object_of(get("/v1/worklist?limit=1&sort=site")).at("next").as_string());
    CHECK(get("/v1/worklist?limit=1&cursor=" + items).status == 400);
    CHECK(get("/v1/worklist?limit=1&sort=site&cursor=" + items).status == 200);
    CHECK(get("/v1/worklist?sort=state").status == 400);
    CHECK(get("/v1/worklist?cursor=" + make_cursor({"id", "", "", "x"})).status == 400);
    for (const auto& made_up :
         {make_cursor({"1", id, "0"}), make_cursor({"1", id, "x", "1"}), make_cursor({"now", id, "0", "1"}),
          make_cursor({"1", "x", "0", "1"})})
        CHECK(get("/v1/changes?cursor=" + made_up).status == 400);
}

TEST_CASE_FIXTURE(Fleet, "each facet's value leads to as many devices as it says") {
    for (const char* query : {"", "site=north", "site=", "state=not_trusted", "origin=live", "vendor=19e5"}) {
        CAPTURE(query);
        const json::Object answer = object_of(get(std::string("/v1/devices/facets?") + query));
        for (const auto& [key, facet] : answer.at("facets").as_object()) {
            if (std::string_view(query).starts_with(std::string(key) + "=")) continue;  // given once
            for (const json::Value& one : facet.as_array()) {
                const std::string value(one.as_object().at("value").as_string());
                CAPTURE(value);
                CHECK(
                    std::int64_t(count("/v1/devices?" + std::string(key) + "=" + value + "&" + query)) ==
                    one.as_object().at("count").as_int64()
                );
            }
        }
    }
    check_facets("/v1/devices", "");
    CHECK(count("/v1/devices?state=trusted") == 1);
    CHECK(count("/v1/devices?state=not_trusted") == 8);
    CHECK(count("/v1/devices?role=core") == 1);
    CHECK(count("/v1/devices?role=") == 8);
    CHECK(get("/v1/devices/facets?limit=1").status == 400);
    CHECK(get("/v1/devices/facets?sort=id").status == 400);
    CHECK(get("/v1/devices/facets?state=good").status == 400);
}

TEST_CASE_FIXTURE(
    Fleet, "each facet's value leads to as many items as it says, whether bodies are looked into or not"
) {
    REQUIRE(count("/v1/worklist") == 6);
    check_facets("/v1/worklist", "");
    check_facets("/v1/worklist", "kind=pci_function&all=true");
    const json::Object by_body = object_of(get("/v1/worklist/facets?vendor=19e5"));
    CHECK(by_body.at("facets") == object_of(get("/v1/worklist/facets")).at("facets"));
    CHECK(object_of(get("/v1/worklist/facets?kind=bmc")).at("facets").as_object().at("site").as_array().empty());
    CHECK(get("/v1/worklist/facets?sort=site").status == 400);
    CHECK(get("/v1/worklist/facets?state=done").status == 400);
    const auto by_site = names_of(object_of(get("/v1/worklist?sort=site")), "site");
    CHECK(std::ranges::is_sorted(by_site));
    CHECK(by_site.size() == 6);
}

TEST_CASE_FIXTURE(Fleet, "what a person did is the newest change, with the item that it was done to") {
    const json::Object item = items_of(object_of(get("/v1/worklist?limit=1")))[0].as_object();
    const std::string id = std::to_string(item.at("id").as_int64());
    const json::Object confirm{{"action", "confirm"}, {"note", "seen in the rack"}, {"version", item.at("version")}};
    REQUIRE(post("/v1/worklist/" + id + "/transition", confirm).status == 200);
    const json::Object page = object_of(get("/v1/changes?limit=1"));
    const json::Object& newest = items_of(page)[0].as_object();
    CHECK(newest.at("item") == item.at("id"));
    CHECK(newest.at("device") == item.at("device"));
    CHECK(newest.at("device_name") == item.at("device_name"));
    CHECK(newest.at("actor") == json::Value("ann"));
    CHECK(newest.at("detail") == json::Value("seen in the rack"));
    CHECK(newest.at("from") == json::Value("detected"));
    CHECK(newest.at("to") == json::Value("confirmed"));
    std::size_t seen = 1;
    std::string cursor(page.at("next").as_string());
    for (; !cursor.empty() && seen < 100; ++seen) {
        const json::Object next = object_of(get("/v1/changes?limit=1&cursor=" + cursor));
        cursor = next.contains("next") ? std::string(next.at("next").as_string()) : "";
        if (items_of(next).empty()) break;
    }
    CHECK(seen == count("/v1/changes"));
    CHECK(count("/v1/changes?site=north") + count("/v1/changes?site=south") + count("/v1/changes?site=") == seen);
    const std::size_t of_one = count("/v1/changes?device=" + ids[2].text());
    CHECK(of_one == 1);
    const json::Object enrolled = items_of(object_of(get("/v1/changes?device=" + ids[2].text())))[0].as_object();
    CHECK(enrolled.at("event") == json::Value("enrolled"));
    CHECK_FALSE(enrolled.contains("item"));
    CHECK_FALSE(enrolled.contains("from"));
    CHECK(count("/v1/changes?changed_since=2999-01-01") == 0);
    CHECK(get("/v1/changes?device=x").status == 400);
    CHECK(get("/v1/changes?event=confirm").status == 400);
}

TEST_CASE_FIXTURE(Fleet, "the overview counts by trust, and open items by site") {
    const json::Object overview = object_of(get("/v1/overview"));
    const auto counts = [&overview](const char* key) { return json::compact(overview.at(key)); };
    CHECK(counts("devices_by_trust") == R"([{"label":"trusted","count":1},{"label":"not_trusted","count":8}])");
    CHECK(counts("items_by_site") == R"([{"label":"north","count":3},{"label":"south","count":3}])");
    std::int64_t shown = 0;
    for (const json::Value& one : overview.at("devices_by_state").as_array()) {
        if (one.as_object().at("label").as_string() != "trusted") shown += one.as_object().at("count").as_int64();
    }
    CHECK(shown == 8);
}

TEST_SUITE_END();
}  // namespace assay::api::test
