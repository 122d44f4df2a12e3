#include "collector/cli/listing.hpp"
#include "tests/collector/cli/fake_context.hpp"

namespace assay::cli::test {
TEST_SUITE_BEGIN("cli: with a collector");

const std::string id(64, 'a');

const std::string device = R"({"id":")" + id + R"(","name":"core-1","site":"north","role":"core","origin":"replayed",
 "generation":1,"trusted":false,"enrolled_at":"2026-11-20T10:00:00Z","last_report_at":"2026-11-23T08:15:30Z",
 "host":{"name":"core-1","maker":"","model":"X\u001b[2J","serial":"S1"},
 "shown":{"axis":"boot","state":"none","reason":"boot_not_appraised","since":"2026-11-20T10:00:00Z"},
 "lifecycle":{"state":"active","reason":"approved","detail":"","since":"2026-11-20T10:00:00Z"},
 "identity":{"state":"affirming","reason":"quote_accepted","detail":"","since":"2026-11-20T10:00:00Z"},
 "boot":{"state":"none","reason":"boot_not_appraised","detail":"","since":"2026-11-20T10:00:00Z"},
 "runtime":{"state":"none","reason":"runtime_not_appraised","detail":"","since":"2026-11-20T10:00:00Z"},
 "freshness":{"state":"fresh","reason":"fresh","since":"2026-11-23T08:15:30Z"},
 "checks":[{"check":"signature","outcome":"passed","reason":"","detail":"","meaning":"","advice":""},
  {"check":"pcr_digest","outcome":"failed","reason":"pcr_digest_mismatch","detail":"sha256:0","meaning":"The values differ.","advice":"Look."},
  {"check":"ima","outcome":"not_appraised","reason":"runtime_not_appraised","detail":"","meaning":"Not yet.","advice":"Nothing."}],
 "sources":[{"source":"pci","state":"ok","detail":""},{"source":"usb","state":"denied","detail":"sys/bus/usb"}],
 "events":[{"number":1,"at":"2026-11-20T10:00:00Z","event":"enrolled","actor":"device","detail":""}],
 "components":12,"findings":2,"open_items":1,"conflicts":1,"unknown_identifiers":3})";

const std::string item =
    R"({"id":17,"version":3,"device":")" + id + R"(","device_name":"core-1","site":"north","origin":"live",
 "component":"pci/0000:00/1c.0","kind":"pci_function","label":"Network card","serial":"CARD-0001",
 "location":{"slot":"3","port":"","path":""},"state":"removed","grade":"","meaning":"A person says that the part is out.",
 "demands":[{"finding":"f","entry":"fcc","entity":"huawei","authority":"FCC","action":"remove_by","deadline":"2027-01-01"}],
 "demand":{"finding":"f","entry":"fcc","entity":"huawei","authority":"FCC","action":"remove_by","deadline":"2027-01-01"},
 "conditions":[{"rule":"cold_boot","standing":"not_yet","what":"The TPM's resetCount is still 7.","to_do":"Cold boot the device."},
  {"rule":"part_missing","standing":"holds","what":"The last report does not list the part.","to_do":""}],
 "events":[{"number":1,"at":"2026-11-20T10:00:00Z","actor":"collector","event":"opened","from":"detected","to":"detected","note":"x"},
  {"number":2,"at":"2026-11-21T10:00:00Z","actor":"ann","event":"confirm","from":"detected","to":"confirmed","note":""}],
 "allowed":["reopen","note"],"opened_at":"2026-11-20T10:00:00Z","changed_at":"2026-11-21T10:00:00Z"})";

TEST_CASE("devices: a table of states, and everything as CSV and JSON") {
    Fake fake;
    fake.answer("GET /v1/devices?site=north", R"({"as_of":"2026-11-23T08:16:00Z","items":[)" + device + "]}");
    CHECK(fake.assay({"devices", "--site", "north"}) == Exit::done);
    check_golden("devices.txt", fake.out);
    CHECK(fake.assay({"devices", "--site", "north", "--csv"}) == Exit::done);
    check_golden("devices.csv", fake.out);
    CHECK(fake.assay({"devices", "--site", "north", "--json"}) == Exit::done);
    const auto value = json::parse(fake.out, {}, "out");
    REQUIRE(value);
    CHECK(text_at(value->as_object(), "as_of") == "2026-11-23T08:16:00Z");
}

TEST_CASE("devices ID --why prints each check in order with its meaning and what to do") {
    Fake fake;
    fake.answer("GET /v1/devices/" + id, device);
    CHECK(fake.assay({"devices", id, "--why"}) == Exit::done);
    check_golden("device_why.txt", fake.out);
    CHECK(fake.out.find('\x1b') == std::string::npos);
    CHECK(fake.assay({"devices", id}) == Exit::done);
    check_golden("device.txt", fake.out);
}

TEST_CASE("devices ID --modules and --firmware list what its last report names, and say what was not verified") {
    Fake fake;
    fake.answer(
        "GET /v1/devices/" + id + "/modules",
        R"({"modules":{"format":"assay/modules/1","release":"6.1.0","signature_check":"tainted","modules":[
 {"name":"evil\u001b[2J","state":"absent","match":"unknown","signature":"unread","taint":"OE"},
 {"name":"r8169","file":"kernel/r8169.ko","state":"ok","size":3,"sha256":")" +
            std::string(64, 'a') + R"(","match":"differs","signature":"cms","taint":"","signers":[
 {"issuer":"CN=Key","serial":"01","hash":"sha256"},{"key_id":"ab12","hash":"sha256"}]}]}})"
    );
    CHECK(fake.assay({"devices", id, "--modules"}) == Exit::done);
    check_golden("device_modules.txt", fake.out);
    CHECK(fake.assay({"devices", id, "--modules", "--csv"}) == Exit::done);
    check_golden("device_modules.csv", fake.out);
    fake.answer(
        "GET /v1/devices/" + id + "/firmware",
        R"({"firmware_manifest":{"format":"assay/firmware-manifest/1","log":"cut","files":[
 {"file":"built-in.fw","state":"absent","request":"failed"},
 {"driver":"r8169","file":"a.fw","state":"ok","size":3,"sha256":")" +
            std::string(64, 'b') + R"(","request":"loaded"}]}})"
    );
    CHECK(fake.assay({"devices", id, "--firmware"}) == Exit::done);
    check_golden("device_firmware.txt", fake.out);
    Fake unread;
    unread.answer(
        "GET /v1/devices/" + id + "/modules",
        R"({"modules":{"modules":[{"name":"a","state":"absent","match":"unknown","signature":"unread",)"
        R"("taint":{"unreadable":"denied"},"version":{"unreadable":"timed_out"}}]}})"
    );
    CHECK(unread.assay({"devices", id, "--modules", "--csv"}) == Exit::done);
    CHECK(unread.out.ends_with("\r\na,(denied),unknown,unread,,absent,,,,(timed_out),,unread\r\n"));
    Fake none;
    none.answer("GET /v1/devices/" + id + "/modules", R"({"modules":null})");
    CHECK(none.assay({"devices", id, "--modules"}) == Exit::done);
    CHECK(none.out == "the device's last report names no such document\n");
}

TEST_CASE("worklist: an item with its rules of absence and its events") {
    Fake fake;
    fake.answer("GET /v1/worklist/17", item);
    CHECK(fake.assay({"worklist", "17"}) == Exit::done);
    check_golden("item.txt", fake.out);
    fake.answer("GET /v1/worklist", R"({"as_of":"2026-11-23T08:16:00Z","items":[)" + item + "]}");
    CHECK(fake.assay({"worklist"}) == Exit::done);
    check_golden("worklist.txt", fake.out);
}

TEST_CASE("worklist: an action sends the version that was read, and a conflict is said") {
    Fake fake;
    fake.answer("GET /v1/worklist/17", item);
    fake.answer("POST /v1/worklist/17/transition", R"({"id":17,"state":"detected"})");
    CHECK(fake.assay({"worklist", "17", "reopen", "--note", "it is still there"}) == Exit::done);
    CHECK(fake.out == "item 17: removed -> detected\n");
    CHECK(fake.log.bodies.back() == R"({"action":"reopen","note":"it is still there","version":3})");
    fake.log.answers.clear();
    fake.answer("GET /v1/worklist/17", item);
    fake.answer(
        "POST /v1/worklist/17/transition",
        R"({"error":{"code":"conflict","where":"version","what":"somebody else changed it"}})", 409
    );
    CHECK(fake.assay({"worklist", "17", "reopen", "--note", "x"}) == Exit::refused);
    CHECK(fake.err.find("item 17: somebody else changed it") != std::string::npos);
}

TEST_CASE("worklist: several items are moved one by one, and one refusal does not stop the others") {
    Fake fake;
    fake.answer("GET /v1/worklist/17", item);
    fake.answer("GET /v1/worklist/18", item);
    fake.answer(
        "POST /v1/worklist/17/transition", R"({"error":{"code":"conflict","where":"action","what":"no"}})", 409
    );
    fake.answer("POST /v1/worklist/18/transition", R"({"id":18,"state":"confirmed"})");
    CHECK(fake.assay({"worklist", "17,18", "confirm"}) == Exit::refused);
    CHECK(fake.out == "item 18: removed -> confirmed\n");
}

TEST_CASE("components and findings are listed, findings with their chain") {
    Fake fake;
    fake.answer(
        "GET /v1/components?vendor=19e5", R"({"as_of":"2026-11-23T08:16:00Z","items":[{"device":")" + id +
                                              R"(","device_name":"core-1","key":"pci/0000:00/1c.0",
 "kind":"pci_function","label":"Network card","identifiers":[{"registry":"pci","value":"19e5:1822"}],
 "serial":{"unreadable":"denied"},"location":{"slot":"3"},"firmware":[{"name":"firmware","version":"1.2"}],"proof":"reported"}]})"
    );
    CHECK(fake.assay({"components", "--vendor", "19e5"}) == Exit::done);
    check_golden("components.txt", fake.out);
    fake.answer(
        "GET /v1/findings?authority=FCC",
        R"({"as_of":"2026-11-23T08:16:00Z","items":[{"device":")" + id + R"(","device_name":"core-1","site":"north",
 "component":"pci/0000:00/1c.0","entity":"huawei","authority":"FCC","action":"remove_by","deadline":"2027-01-01",
 "reason":"vendor_chip","excepted":"","proof":"reported","finding":{"explanation":["It has 19e5:1822.","Listed by FCC."]}}]})"
    );
    CHECK(fake.assay({"findings", "--authority", "FCC", "--why"}) == Exit::done);
    check_golden("findings_why.txt", fake.out);
}

TEST_CASE("a policy that was learned is told with what became of the list's entries") {
    Fake fake;
    const std::string answer = R"({"sha256":")" + std::string(64, 'b') +
                               R"(","kind":"runtime_policy","name":"What it has run","state":"draft","added":true,)";
    fake.answer("POST /v1/references", answer + R"("learned":{"added":214,"known":3,"violations":2,"unreadable":1}})");
    fake.answer("POST /v1/references", answer + R"("learned":{"added":214,"known":0,"violations":0,"unreadable":0}})");
    CHECK(fake.assay({"reference", "learn", id, "--runtime"}) == Exit::done);
    CHECK(fake.out.find("214 entries learned, 3 were in it already\n") != std::string::npos);
    CHECK(fake.out.find("2 left out: files that were changed while they were measured\n") != std::string::npos);
    CHECK(fake.out.find("1 left out: entries that cannot be read\n") != std::string::npos);
    CHECK(fake.assay({"reference", "learn", id, "--runtime"}) == Exit::done);
    CHECK(fake.out.find("left out") == std::string::npos);
}

TEST_CASE("enrolments, trust, imports, attempts, packs and the overview ask their routes") {
    Fake fake;
    fake.answer("POST /v1/enrolments/" + id + "/approve", R"({"decision":"approved"})");
    CHECK(fake.assay({"enrolments", "approve", id, "--note", "serial checked"}) == Exit::done);
    CHECK(fake.log.bodies.back() == R"({"note":"serial checked"})");
    CHECK(fake.out == "aaaaaaaaaaaa approved\n");

    fake.files["ca.pem"] = "-----BEGIN CERTIFICATE-----\n";
    fake.answer("POST /v1/trust-anchors", R"({"items":[{"sha256":"abcd","subject":"CN=Root","added":true}]})");
    CHECK(fake.assay({"trust", "add", "ca.pem", "--note", "vendor's site"}) == Exit::done);
    CHECK(fake.out == "added abcd CN=Root\n");
    fake.answer("DELETE /v1/trust-anchors/abcd", "{}");
    CHECK(fake.assay({"trust", "remove", "abcd"}) == Exit::done);

    fake.files["scan.json"] = encode_inventory(Inventory{});
    fake.answer("POST /v1/inventories", R"({"id":")" + id + R"(","components":0,"findings":0,"changed_items":0})");
    CHECK(fake.assay({"import", "inventory", "scan.json", "--name", "old-switch", "--site", "north"}) == Exit::done);
    CHECK(fake.log.bodies.back().find("old-switch") != std::string::npos);
    CHECK(fake.assay({"import", "inventory", "nothing.json", "--name", "x"}) == Exit::failed);

    fake.answer("PATCH /v1/devices/" + id, R"({"site":"south","role":""})");
    CHECK(fake.assay({"devices", id, "--set-site", "south"}) == Exit::done);
    CHECK(fake.log.bodies.back() == R"({"site":"south"})");

    fake.answer("GET /v1/attempts", R"({"items":[]})");
    CHECK(fake.assay({"attempts"}) == Exit::done);
    CHECK(fake.out == "no rejected attempt\n");
    fake.answer("GET /v1/packs", R"({"items":[]})");
    CHECK(fake.assay({"packs"}) == Exit::done);
    fake.answer("GET /v1/enrolments?state=pending", R"({"items":[]})");
    CHECK(fake.assay({"enrolments", "--state", "pending"}) == Exit::done);
    fake.answer("GET /v1/trust-anchors", R"({"items":[]})");
    CHECK(fake.assay({"trust", "list"}) == Exit::done);

    fake.answer(
        "GET /v1/overview",
        R"({"as_of":"2026-11-23T08:16:00Z","devices_by_state":[{"label":"affirming","count":40},{"label":"none","count":3}],
 "devices_by_origin":[{"label":"live","count":43}],"findings_by_authority":[{"label":"FCC","count":12}],
 "findings_by_site":[{"label":"","count":12}],"items_by_state":[],
 "items_by_site":[{"label":"north","count":2},{"label":"south","count":1}]})"
    );
    CHECK(fake.assay({"overview"}) == Exit::done);
    check_golden("overview.txt", fake.out);
}

TEST_CASE("changes: of a device as of an item, with what they came to") {
    Fake fake;
    fake.answer(
        "GET /v1/changes?changed_since=2026-11-22&site=north",
        R"({"as_of":"2026-11-23T08:16:00Z","items":[
 {"at":"2026-11-23T08:15:00Z","device":")" +
            id + R"(","device_name":"core-1","site":"north","origin":"live","item":17,"event":"confirm",
  "actor":"ann","from":"detected","to":"confirmed","detail":"seen in the rack"},
 {"at":"2026-11-22T20:00:00Z","device":")" +
            id + R"(","device_name":"core-1","site":"north","origin":"live","event":"placed","actor":"ann",
  "detail":"site \"north\""}]})"
    );
    CHECK(fake.assay({"changes", "--site", "north", "--changed-since", "2026-11-22"}) == Exit::done);
    check_golden("changes.txt", fake.out);
    fake.answer("GET /v1/changes", R"({"items":[]})");
    CHECK(fake.assay({"changes"}) == Exit::done);
    CHECK(fake.out == "nothing has happened\n");
}

TEST_CASE("conflicts are listed, with both statements on --why; the queue of unknown numbers has counts and an example"
) {
    Fake fake;
    const std::string page = R"({"as_of":"2026-11-23T08:16:00Z","items":[{"id":"c1","device":")" + id +
                             R"(","device_name":"core-1\u001b[2J","site":"north","origin":"live","component":"net/1",
 "kind":"network_interface","label":"","rule":"mac_maker","registry":"mac","value":"00e0fc000001",
 "holder":"HUAWEI TECHNOLOGIES CO.,LTD","against":"Intel Corporation","proof":"reported",
 "first_seen_at":"2026-11-23T08:15:00Z","conflict":{"explanation":["mac 00e0fc000001: A.","Both can be right."]}}]})";
    fake.answer("GET /v1/conflicts?rule=mac_maker&site=north", page);
    CHECK(fake.assay({"conflicts", "--site", "north", "--rule", "mac_maker", "--why"}) == Exit::done);
    check_golden("conflicts_why.txt", fake.out);
    CHECK(fake.assay({"conflicts", "--site", "north", "--rule", "mac_maker", "--csv"}) == Exit::done);
    check_golden("conflicts.csv", fake.out);
    CHECK(fake.assay({"conflicts", "--site", "north", "--rule", "mac_maker", "--json"}) == Exit::done);
    CHECK(fake.out.find("\"explanation\"") != std::string::npos);
    fake.answer("GET /v1/conflicts", R"({"items":[]})");
    CHECK(fake.assay({"conflicts"}) == Exit::done);
    CHECK(fake.out == "no identity conflict\n");

    fake.answer(
        "GET /v1/unknown-identifiers?reason=not_registered&registry=pci",
        R"({"as_of":"2026-11-23T08:16:00Z","items":[{"registry":"pci","vendor":"1cf2","reason":"not_registered",
 "meaning":"m","values":2,"devices":40,"components":80,"first_seen_at":"2026-11-23T08:15:00Z","example":{"value":"1cf2:8139",
 "device":")" +
            id + R"(","device_name":"=core-1","site":"north","component":"pci/1","kind":"pci_function","label":""}}]})"
    );
    const std::vector<std::string> asked{"unknown", "--registry", "pci", "--reason", "not_registered"};
    CHECK(fake.assay(asked) == Exit::done);
    check_golden("unknown.txt", fake.out);
    auto as_csv = asked;
    as_csv.push_back("--csv");
    CHECK(fake.assay(as_csv) == Exit::done);
    check_golden("unknown.csv", fake.out);
    fake.answer("GET /v1/unknown-identifiers", R"({"items":[]})");
    CHECK(fake.assay({"unknown"}) == Exit::done);
    CHECK(fake.out == "no unknown identifier\n");
}

TEST_CASE("the order of a list is sent as it was given") {
    Fake fake;
    fake.answer("GET /v1/devices?sort=-findings", R"({"items":[]})");
    CHECK(fake.assay({"devices", "--sort", "-findings"}) == Exit::done);
    fake.answer("GET /v1/worklist?sort=site", R"({"items":[]})");
    CHECK(fake.assay({"worklist", "--sort", "site"}) == Exit::done);
}

TEST_CASE("times are cut to the minute, tones follow states, filters that were not given are not sent") {
    CHECK(short_time("2026-11-23T08:15:30Z") == "2026-11-23 08:15");
    CHECK(short_time("yesterday") == "yesterday");
    CHECK(tone_of("affirming") == Tone::good);
    CHECK(tone_of("contraindicated") == Tone::bad);
    CHECK(tone_of("none") != Tone::good);
    CHECK(tone_of("anything else") == Tone::warn);
    Query query;
    add_filters(
        query,
        Filters{
            .vendor = {},
            .entity = {},
            .authority = "FCC",
            .site = {},
            .kind = {},
            .state = {},
            .changed_since = {},
            .sort = {}
        }
    );
    CHECK(query == Query{{"authority", "FCC"}});
    CHECK(sentence("name", "").empty());
    CHECK(sentence("name", "a\nb") == "  name: a\\u{a}b\n");
}

TEST_SUITE_END();
}  // namespace assay::cli::test
