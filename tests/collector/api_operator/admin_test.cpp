#include "collector/api/operator_query.hpp"
#include "collector/store/attempts.hpp"
#include "collector/store/packs.hpp"
#include "evidence/reason.hpp"
#include "tests/collector/api_operator/scene.hpp"
#include "tests/support/test_ca.hpp"

namespace assay::api::test {
TEST_SUITE_BEGIN("operator api: enrolments, trust, imports, overview");

TEST_CASE_FIXTURE(Scene, "a waiting device is approved or rejected once, with a note, by a named person") {
    const DeviceId id = device("core-1", inventory({}));
    enrolment(id, store::Decision::pending);
    store.write([&id](store::Database& db) {
        store::set_lifecycle(db, id, Lifecycle::pending_review, Reason::pending_review, "", {1'000});
    });
    CHECK(items_of(object_of(get("/v1/enrolments?state=waiting"))).size() == 1);
    const std::string path = "/v1/enrolments/" + id.text() + "/approve";
    CHECK(post(path, {{"note", ""}}).status == 400);
    CHECK(post(path, {}).status == 400);
    CHECK(post(path, {{"note", "a\nb"}}).status == 400);
    const net::Response approved = post(path, {{"note", "serial checked"}});
    CAPTURE(approved.body);
    REQUIRE(approved.status == 200);
    CHECK(object_of(approved).at("decision") == json::Value("approved"));
    CHECK(object_of(approved).at("decided_by") == json::Value("ann"));
    CHECK(object_of(approved).at("note") == json::Value("serial checked"));
    CHECK(object_of(get("/v1/devices/" + id.text())).at("lifecycle").as_object().at("state") == json::Value("active"));
    CHECK(post(path, {{"note", "again"}}).status == 409);
    CHECK(items_of(object_of(get("/v1/enrolments?state=waiting"))).empty());
    CHECK(items_of(object_of(get("/v1/enrolments?state=approved"))).size() == 1);
    CHECK(post("/v1/enrolments/" + std::string(64, '0') + "/reject", {{"note", "x"}}).status == 404);
    CHECK(get("/v1/enrolments?state=maybe").status == 400);
}

TEST_CASE_FIXTURE(Scene, "CAs are added, listed and taken back; what is none adds nothing") {
    const assay::test::TestCa ca("Vendor Root");
    const net::Response added = post("/v1/trust-anchors", {{"pem", ca.certificate_pem()}, {"note", "from the vendor"}});
    CAPTURE(added.body);
    REQUIRE(added.status == 200);
    const json::Object list = object_of(added);
    CHECK(items_of(list)[0].as_object().at("added") == json::Value(true));
    CHECK(anchors_changed == 1);
    const json::Object again = object_of(post("/v1/trust-anchors", {{"pem", ca.certificate_pem()}}));
    CHECK(items_of(again)[0].as_object().at("added") == json::Value(false));
    const json::Object listed = object_of(get("/v1/trust-anchors"));
    REQUIRE(items_of(listed).size() == 1);
    CHECK(items_of(listed)[0].as_object().at("added_by") == json::Value("ann"));
    const std::string hash(items_of(listed)[0].as_object().at("sha256").as_string());
    CHECK(send(request(net::Method::delete_, "/v1/trust-anchors/" + hash)).status == 200);
    CHECK(send(request(net::Method::delete_, "/v1/trust-anchors/" + hash)).status == 404);
    CHECK(send(request(net::Method::delete_, "/v1/trust-anchors/xyz")).status == 400);
    const unsigned before = anchors_changed;
    for (const char* pem : {"", "hello", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
        CHECK(post("/v1/trust-anchors", {{"pem", pem}}).status == 400);
    CHECK(post("/v1/trust-anchors", {{"note", "x"}}).status == 400);
    CHECK(anchors_changed == before);
    CHECK(items_of(object_of(get("/v1/trust-anchors"))).empty());
}

TEST_CASE_FIXTURE(Scene, "an imported scan is a device whose every part is declared, and its findings open items") {
    const auto scan = json::parse(encode_inventory(inventory({card()})), {.max_bytes = 1U << 20U, .max_depth = 12});
    json::Object body{{"name", "old-switch"}, {"site", "north"}, {"inventory", *scan}};
    const net::Response imported = post("/v1/inventories", body);
    CAPTURE(imported.body);
    REQUIRE(imported.status == 200);
    const std::string id(object_of(imported).at("id").as_string());
    CHECK(id == imported_device_id("old-switch").text());
    const json::Object shown = object_of(get("/v1/devices/" + id));
    CHECK(shown.at("origin") == json::Value("imported"));
    CHECK(shown.at("trusted") == json::Value(false));
    CHECK(shown.at("lifecycle").as_object().at("reason") == json::Value("imported"));
    const json::Object parts = object_of(get("/v1/components"));
    CHECK(items_of(parts)[0].as_object().at("proof") == json::Value("declared"));
    CHECK(items_of(object_of(get("/v1/worklist"))).size() == 1);

    // The same name again is the same device; a part that is gone keeps its item, which proves nothing by itself.
    const auto empty = json::parse(encode_inventory(inventory({})), {.max_bytes = 1U << 20U, .max_depth = 12});
    body["inventory"] = *empty;
    body.erase("site");
    REQUIRE(post("/v1/inventories", body).status == 200);
    CHECK(items_of(object_of(get("/v1/devices"))).size() == 1);
    const json::Object item = object_of(get("/v1/worklist/1"));
    CHECK(item.at("state") == json::Value("detected"));
    CHECK_FALSE(item.at("missing_since").is_null());
    CHECK(item.at("site") == json::Value("north"));
}

TEST_CASE_FIXTURE(Scene, "an import that is not an inventory changes nothing, and names what is wrong") {
    const auto scan = json::parse(encode_inventory(inventory({card()})), {.max_bytes = 1U << 20U, .max_depth = 12});
    json::Object broken = scan->as_object();
    broken["components"].as_array()[0].as_object()["kind"] = "thing";
    for (const json::Object& body : std::vector<json::Object>{
             {{"name", "x"}},
             {{"inventory", *scan}},
             {{"name", "x"}, {"inventory", broken}},
             {{"name", "x"}, {"inventory", "text"}},
             {{"name", "x"}, {"inventory", *scan}, {"placement", "y"}},
             {{"name", "x"}, {"inventory", *scan}, {"extra", 1}},
             {{"name", "a\tb"}, {"inventory", *scan}},
             {{"name", std::string(65, 'x')}, {"inventory", *scan}},
         }) {
        const net::Response answer = post("/v1/inventories", body);
        CAPTURE(answer.body);
        CHECK(answer.status >= 400);
        CHECK(answer.status < 500);
    }
    CHECK(items_of(object_of(get("/v1/devices"))).empty());
}

TEST_CASE_FIXTURE(Scene, "the same unit in an imported device and gone from its own has reappeared") {
    device("core-1", inventory({card()}));
    store.write([this](store::Database& db) {
        // It is gone from its own device.
        store::Device one = store::find_device(db, DeviceId{sha256("core-1")}).value();
        store::replace_inventory(db, one.id, inventory({}), ProofLevel::reported, {3'000});
        const Inventory without = inventory({});
        worklist::Facts facts;
        facts.at = {3'000};
        facts.inventory = &without;
        const worklist::Rules absence;
        const auto packs = rules.packs();
        const PolicyContext policy{*packs, absence, {3'000}};
        write_judged(db, one.id, judge_stored(db, one, without, facts, ProofLevel::reported, false, policy), {3'000});
    });
    const auto scan =
        json::parse(encode_inventory(inventory({card("pci/0000:00/1f.0")})), {.max_bytes = 1U << 20U, .max_depth = 12});
    REQUIRE(post("/v1/inventories", {{"name", "elsewhere"}, {"inventory", *scan}}).status == 200);
    CHECK(object_of(get("/v1/worklist/1")).at("state") == json::Value("reappeared"));
}

TEST_CASE_FIXTURE(Scene, "the overview counts; attempts, packs and reasons are listed") {
    device("core-1", inventory({card()}));
    store.write([](store::Database& db) {
        const store::Attempt attempt{
            0, {5}, "192.0.2.7:1", std::nullopt, "report", "bad_signature", "signature_invalid", "d"
        };
        store::add_attempts(db, std::vector{attempt, attempt, attempt});
        const std::vector<store::StoredPack> stored{
            {"test", 1, "2026-01-02", "Test list", sha256(pack_text), pack_text, {9}}
        };
        store::set_active_packs(db, stored);
    });
    const json::Object overview = object_of(get("/v1/overview"));
    CHECK(json::compact(overview.at("devices_by_state")).find("\"count\":1") != std::string::npos);
    CHECK(json::compact(overview.at("findings_by_authority")) == R"([{"label":"FCC","count":1}])");
    CHECK(json::compact(overview.at("items_by_state")) == R"([{"label":"detected","count":1}])");
    const json::Object attempts = object_of(get("/v1/attempts?limit=2"));
    CHECK(items_of(attempts).size() == 2);
    CHECK(items_of(object_of(get("/v1/attempts?cursor=" + std::string(attempts.at("next").as_string())))).size() == 1);
    CHECK(json::compact(attempts.at("counts")).find("\"count\":3") != std::string::npos);
    CHECK(items_of(object_of(get("/v1/packs")))[0].as_object().at("id") == json::Value("test"));
    CHECK(items_of(object_of(get("/v1/reasons"))).size() == all_reasons().size());
    CHECK(get("/v1/overview?x=1").status == 400);
}

TEST_CASE("cursors and numbers are read strictly") {
    CHECK(number_of("0") == 0);
    CHECK(number_of("17") == 17);
    for (const char* text : {"", "01", "-1", "+1", " 1", "1 ", "1e3", "9999999999999999999", "x"}) {
        CAPTURE(text);
        CHECK_FALSE(number_of(text));
    }
    const std::string cursor = make_cursor({"a", "b\n\"c"});
    net::Query query{{"cursor", cursor}};
    QueryReader two(query);
    CHECK(two.cursor(2) == std::vector<std::string>{"a", "b\n\"c"});
    CHECK(two.finish());
    QueryReader one(query);
    CHECK_FALSE(one.cursor(1));
    CHECK_FALSE(one.finish());
    for (std::size_t n = 0; n < cursor.size(); ++n) {
        net::Query cut{{"cursor", cursor.substr(0, n)}};
        QueryReader reader(cut);
        CHECK_FALSE(reader.cursor(2));
        CHECK_FALSE(reader.finish());
    }
}

TEST_SUITE_END();
}  // namespace assay::api::test
