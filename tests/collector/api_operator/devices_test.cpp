#include "collector/api/operator_json.hpp"
#include "tests/collector/api_operator/scene.hpp"

namespace assay::api::test {
TEST_SUITE_BEGIN("operator api: devices and parts");

TEST_CASE_FIXTURE(Scene, "devices are listed with their three axes and what is shown of them") {
    const DeviceId id = device("core-1", inventory({card()}));
    const json::Object list = object_of(get("/v1/devices"));
    CHECK(list.contains("as_of"));
    REQUIRE(items_of(list).size() == 1);
    const json::Object& one = items_of(list)[0].as_object();
    CHECK(one.at("id") == json::Value(id.text()));
    CHECK(one.at("name") == json::Value("core-1"));
    for (const char* axis : {"lifecycle", "identity", "boot", "runtime", "freshness", "shown"}) {
        CAPTURE(axis);
        const json::Object& state = one.at(axis).as_object();
        for (const char* field : {"state", "reason", "detail", "meaning", "advice", "since"})
            CHECK(state.contains(field));
    }
    CHECK(one.at("trusted") == json::Value(false));
    CHECK(one.at("findings") == json::Value(1));
    CHECK(one.at("open_items") == json::Value(1));
}

TEST_CASE_FIXTURE(Scene, "devices are filtered; a parameter that is none is refused with the nearest") {
    device("core-1", inventory({card()}), "north");
    device("edge-1", inventory({}), "south");
    const auto count = [this](const std::string& query) {
        const net::Response answer = get("/v1/devices?" + query);
        REQUIRE(answer.status == 200);
        return items_of(object_of(answer)).size();
    };
    CHECK(count("site=north") == 1);
    CHECK(count("state=active") == 2);
    CHECK(count("state=affirming") == 0);
    CHECK(count("authority=FCC") == 1);
    CHECK(count("entity=huawei") == 1);
    CHECK(count("kind=pci_function") == 1);
    CHECK(count("vendor=19e5") == 1);
    CHECK(count("vendor=pci:19e5:1822") == 1);
    CHECK(count("vendor=usb:19e5") == 0);
    CHECK(count("match=core-1") == 1);
    CHECK(count("changed_since=1970-01-01T00:00:01Z") == 2);
    CHECK(count("changed_since=1970-01-01T00:00:02Z") == 0);
    CHECK(count("changed_since=2999-01-01") == 0);
    const net::Response wrong = get("/v1/devices?sight=north");
    CHECK(wrong.status == 400);
    CHECK(refusal_of(wrong).find("did you mean site?") != std::string::npos);
    for (const char* query :
         {"state=good", "kind=thing", "limit=0", "limit=1001", "limit=x", "limit=-1", "changed_since=today",
          "changed_since=2026-11-23T25:00:00Z", "authority=", "origin=elsewhere", "sort=", "sort=size", "sort=--id",
          "cursor=!", "cursor=W10"}) {
        CAPTURE(query);
        CHECK(get(std::string("/v1/devices?") + query).status == 400);
    }
}

TEST_CASE_FIXTURE(Scene, "pages go on where the last one ended, through every list") {
    for (const char* name : {"a", "b", "c"}) device(name, inventory({card(), card("pci/0000:00/1d.0", "CARD-0002")}));
    for (const auto& [path, all] : std::vector<std::pair<std::string, std::size_t>>{
             {"/v1/devices", 3}, {"/v1/components", 6}, {"/v1/findings", 6}, {"/v1/worklist", 6}
         }) {
        CAPTURE(path);
        std::set<std::string> seen;
        std::string cursor;
        std::size_t pages = 0;
        for (; pages < 20; ++pages) {
            const json::Object page = object_of(get(path + "?limit=2" + (cursor.empty() ? "" : "&cursor=" + cursor)));
            for (const json::Value& item : items_of(page)) seen.insert(json::compact(item));
            if (!page.contains("next")) break;
            cursor = std::string(page.at("next").as_string());
        }
        CHECK(pages < 20);
        CHECK(seen.size() == all);
    }
}

TEST_CASE_FIXTURE(Scene, "one device: checks in order with meaning and advice, sources, reports, events, keys") {
    const DeviceId id = device("core-1", inventory({card()}));
    const json::Object one = object_of(get("/v1/devices/" + id.text()));
    const json::Array& checks = one.at("checks").as_array();
    REQUIRE(checks.size() == 2);
    CHECK(checks[0].as_object().at("check") == json::Value("signature"));
    CHECK_FALSE(checks[1].as_object().at("advice").as_string().empty());
    CHECK(one.at("sources").as_array().size() == 2);
    const json::Object& report = one.at("reports").as_array()[0].as_object();
    CHECK(report.at("clock").as_object().at("reset_count") == json::Value(7));
    CHECK_FALSE(one.at("events").as_array().empty());
    CHECK(one.at("failed_report").is_null());
    CHECK(get("/v1/devices/" + std::string(64, '0')).status == 404);
    CHECK(get("/v1/devices/xyz").status == 400);
}

TEST_CASE_FIXTURE(Scene, "a replayed device and an imported one are labelled wherever they are shown") {
    const DeviceId id = device("tree", inventory({card()}));
    store.write([&id](store::Database& db) { store::set_origin(db, id, store::Origin::replayed); });
    for (const std::string& path :
         {std::string("/v1/devices"), std::string("/v1/components"), std::string("/v1/findings"),
          std::string("/v1/worklist")}) {
        CAPTURE(path);
        const json::Object list = object_of(get(path));
        CHECK(items_of(list)[0].as_object().at("origin") == json::Value("replayed"));
    }
}

TEST_CASE_FIXTURE(Scene, "components and findings say what they are and why") {
    const DeviceId id = device("core-1", inventory({card()}));
    const json::Object parts = object_of(get("/v1/components?vendor=19e5&site=north&kind=pci_function"));
    REQUIRE(items_of(parts).size() == 1);
    const json::Object& part = items_of(parts)[0].as_object();
    CHECK(part.at("key") == json::Value("pci/0000:00/1c.0"));
    CHECK(part.at("label") == json::Value("Network card"));
    CHECK(part.at("serial") == json::Value("CARD-0001"));
    CHECK(part.at("proof") == json::Value("reported"));
    const json::Object found = object_of(get("/v1/findings?authority=FCC&action=remove_by"));
    REQUIRE(items_of(found).size() == 1);
    const json::Object& finding = items_of(found)[0].as_object();
    CHECK(finding.at("deadline") == json::Value("2030-03-04"));
    CHECK_FALSE(finding.at("finding").as_object().at("explanation").as_array().empty());
    CHECK(items_of(object_of(get("/v1/devices/" + id.text() + "/components"))).size() == 1);
    CHECK(items_of(object_of(get("/v1/devices/" + id.text() + "/findings"))).size() == 1);
    CHECK(get("/v1/devices/" + std::string(64, '0') + "/findings").status == 404);
    CHECK(get("/v1/devices/" + id.text() + "/components?device=" + id.text()).status == 400);
}

TEST_CASE_FIXTURE(Scene, "an inventory comes out as a scan: what went in decodes again") {
    const Inventory in = inventory({card()});
    const DeviceId id = device("core-1", in);
    const json::Object out = object_of(get("/v1/devices/" + id.text() + "/inventory"));
    const auto decoded = decode_inventory(json::canonical(out.at("inventory")));
    REQUIRE(decoded);
    CHECK(*decoded == in);
}

TEST_CASE_FIXTURE(Scene, "modules and firmware come out as they were reported, null when the report names none") {
    const DeviceId id = device("core-1", inventory({card()}));
    const std::string path = "/v1/devices/" + id.text();
    CHECK(object_of(get(path + "/modules")).at("modules").is_null());
    CHECK(object_of(get(path + "/firmware")).at("firmware_manifest").is_null());
    report_documents(id);
    const auto list = decode_module_list(json::canonical(object_of(get(path + "/modules")).at("modules")));
    CHECK(list.value() == modules());
    const auto files =
        decode_firmware_manifest(json::canonical(object_of(get(path + "/firmware")).at("firmware_manifest")));
    CHECK(files.value() == firmware());
    for (const char* part : {"/modules", "/firmware"}) {
        CHECK(get("/v1/devices/" + std::string(64, '0') + part).status == 404);
        CHECK(get("/v1/devices/xyz" + std::string(part)).status == 400);
    }
}

TEST_CASE_FIXTURE(Scene, "a device is put at a site, by name, and that is an event") {
    const DeviceId id = device("core-1", inventory({card()}));
    const auto patch = [&](const std::string& body) {
        return send(request(net::Method::patch, "/v1/devices/" + id.text(), body));
    };
    const net::Response moved = patch(R"({"site":"south","role":"core"})");
    REQUIRE(moved.status == 200);
    const json::Object one = object_of(moved);
    CHECK(one.at("site") == json::Value("south"));
    CHECK(one.at("events").as_array()[0].as_object().at("actor") == json::Value("ann"));
    CHECK(object_of(patch(R"({"role":""})")).at("site") == json::Value("south"));
    CHECK(patch("{}").status == 400);
    CHECK(patch(R"({"sight":"x"})").status == 400);
    CHECK(patch(R"({"site":"a\u202eb"})").status == 400);
    CHECK(patch(R"({"site":")" + std::string(65, 'x') + "\"}").status >= 400);
    CHECK(patch("{").status == 400);
}

TEST_CASE_FIXTURE(Scene, "texts of a hostile device come out as JSON, unchanged and whole") {
    Component hostile = card();
    hostile.names["product"] = Reading::of("</script>\"=cmd|' /C calc'!A0");
    device("</script><b>", inventory({hostile}));
    const json::Object parts = object_of(get("/v1/components"));
    CHECK(items_of(parts)[0].as_object().at("label") == json::Value("</script>\"=cmd|' /C calc'!A0"));
    CHECK(items_of(parts)[0].as_object().at("device_name") == json::Value("</script><b>"));
}

TEST_SUITE_END();
}  // namespace assay::api::test
