// docs/openapi.json against the program: the same routes, the same parameters, and answers that fit their schemas.

#include "collector/store/attempts.hpp"
#include "collector/store/packs.hpp"
#include "tests/collector/api_operator/scene.hpp"
#include "tests/support/files.hpp"
#include "tests/support/test_ca.hpp"

#include <algorithm>

namespace assay::api::test {
namespace {

const json::Object& description() {
    static const json::Value value = [] {
        const Bytes text = assay::test::read_file(std::string(ASSAY_SOURCE_DIR) + "/docs/openapi.json");
        auto parsed = json::parse(as_text(text), {.max_bytes = 1U << 20U, .max_depth = 32, .max_values = 100'000});
        if (!parsed) throw std::runtime_error(parsed.error().message());
        return *std::move(parsed);
    }();
    return value.as_object();
}

const json::Object& schema_named(std::string_view name) {
    return description().at("components").as_object().at("schemas").as_object().at(name).as_object();
}

bool is_of_type(const json::Value& value, std::string_view type) {
    if (type == "null") return value.is_null();
    if (type == "string") return value.is_string();
    if (type == "integer") return value.is_int64() || value.is_uint64();
    if (type == "boolean") return value.is_bool();
    if (type == "array") return value.is_array();
    return type == "object" && value.is_object();
}

// What does not fit, or "". As much of JSON Schema as docs/openapi.json uses.
std::string misfit(const json::Value& value, const json::Object& schema, const std::string& at);

std::string misfit_of_object(const json::Object& value, const json::Object& schema, const std::string& at) {
    const json::Value* properties = schema.if_contains("properties");
    const json::Value* more = schema.if_contains("additionalProperties");
    if (const json::Value* required = schema.if_contains("required")) {
        for (const json::Value& name : required->as_array()) {
            if (!value.contains(name.as_string())) return at + "." + std::string(name.as_string()) + " is missing";
        }
    }
    for (const auto& [key, member] : value) {
        const json::Value* known = properties == nullptr ? nullptr : properties->as_object().if_contains(key);
        const std::string where = at + "." + std::string(key);
        if (known == nullptr && more != nullptr && more->is_bool()) return where + " is not described";
        if (known == nullptr && more != nullptr) known = more;
        if (known == nullptr) continue;
        if (const std::string bad = misfit(member, known->as_object(), where); !bad.empty()) return bad;
    }
    return "";
}

std::string misfit(const json::Value& value, const json::Object& schema, const std::string& at) {
    if (const json::Value* reference = schema.if_contains("$ref")) {
        const std::string_view path = reference->as_string();
        return misfit(value, schema_named(path.substr(path.rfind('/') + 1)), at);
    }
    if (const json::Value* any = schema.if_contains("anyOf")) {
        const auto fits = [&](const json::Value& one) { return misfit(value, one.as_object(), at).empty(); };
        return std::ranges::any_of(any->as_array(), fits) ? "" : at + " fits nothing of anyOf";
    }
    if (const json::Value* type = schema.if_contains("type")) {
        const auto is = [&value](const json::Value& one) { return is_of_type(value, one.as_string()); };
        const bool good = type->is_string() ? is(*type) : std::ranges::any_of(type->as_array(), is);
        if (!good) return at + " is of another type";
    }
    if (const json::Value* words = schema.if_contains("enum")) {
        if (std::ranges::find(words->as_array(), value) == words->as_array().end())
            return at + " is none of its words: " + json::compact(value);
    }
    if (schema.contains("pattern")) {  // there is only one: 64 hex digits
        if (value.as_string().size() != 64) return at + " is not 64 hex digits";
    }
    if (value.is_array() && schema.contains("items")) {
        for (const json::Value& one : value.as_array()) {
            if (const std::string bad = misfit(one, schema.at("items").as_object(), at + "[]"); !bad.empty())
                return bad;
        }
    }
    return value.is_object() ? misfit_of_object(value.as_object(), schema, at) : "";
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    return out;
}

const json::Object& operation(const OperatorRoute& route) {
    return description()
        .at("paths")
        .as_object()
        .at(route.pattern)
        .as_object()
        .at(lower(net::name(route.method)))
        .as_object();
}

bool answers_with_json(const OperatorRoute& route) {
    const json::Object& done = operation(route).at("responses").as_object().at("200").as_object();
    return done.at("content").as_object().contains("application/json");
}

void check_answer(const net::Response& answer, const OperatorRoute& route) {
    CAPTURE(route.pattern);
    CAPTURE(answer.body.substr(0, 400));
    REQUIRE(answer.status == 200);
    const json::Object& schema = operation(route)
                                     .at("responses")
                                     .as_object()
                                     .at("200")
                                     .as_object()
                                     .at("content")
                                     .as_object()
                                     .at("application/json")
                                     .as_object()
                                     .at("schema")
                                     .as_object();
    CHECK(misfit(json::Value(object_of(answer)), schema, "answer") == "");
}

std::vector<OperatorRoute> all_routes() {
    const auto routes = operator_routes();
    const auto sessions = session_routes();
    std::vector<OperatorRoute> out(routes.begin(), routes.end());
    out.insert(out.end(), sessions.begin(), sessions.end());
    return out;
}

const OperatorRoute& route_at(net::Method method, std::string_view pattern) {
    const auto routes = operator_routes();
    return *std::ranges::find_if(routes, [&](const OperatorRoute& one) {
        return one.method == method && one.pattern == pattern;
    });
}

}  // namespace

TEST_SUITE_BEGIN("operator api: its description");

TEST_CASE("docs/openapi.json has every route with its summary, and no other") {
    std::size_t described = 0;
    for (const auto& [path, methods] : description().at("paths").as_object()) described += methods.as_object().size();
    CHECK(described == all_routes().size());
    for (const OperatorRoute& route : all_routes()) {
        CAPTURE(route.pattern);
        CHECK(std::string_view(operation(route).at("summary").as_string()) == route.summary);
        CHECK(operation(route).contains("requestBody") == (route.body_bytes > 0));
    }
}

TEST_CASE("docs/API.md names every route") {
    const std::string text = to_text(assay::test::read_file(std::string(ASSAY_SOURCE_DIR) + "/docs/API.md"));
    for (const OperatorRoute& route : all_routes()) {
        CAPTURE(route.pattern);
        CHECK(
            text.find("`" + std::string(net::name(route.method)) + " " + std::string(route.pattern) + "`") !=
            std::string::npos
        );
    }
}

TEST_CASE_FIXTURE(Scene, "every described parameter is taken, and any other is refused") {
    const DeviceId id = device("core-1", inventory({card()}));
    for (const OperatorRoute& route : operator_routes()) {
        std::string path(route.pattern);
        const std::string id_in_path = path.starts_with("/v1/worklist") ? "1" : id.text();
        if (const std::size_t at = path.find('{'); at != std::string::npos)
            path.replace(at, path.find('}') - at + 1, id_in_path);
        CAPTURE(path);
        const net::Response refused =
            send(request(route.method, path + "?no_such=1", route.body_bytes > 0 ? "{}" : ""));
        CHECK(refused.status == 400);
        CHECK(refused.body.find("no parameter of this route") != std::string::npos);
        if (route.method != net::Method::get) continue;
        const json::Value* parameters = operation(route).if_contains("parameters");
        const json::Array none;
        for (const json::Value& value : parameters == nullptr ? none : parameters->as_array()) {
            const json::Object& one = value.as_object();
            if (one.at("in").as_string() != "query") continue;
            const std::string name(one.at("name").as_string());
            const json::Object& schema = one.at("schema").as_object();
            std::string given = "1";
            if (schema.contains("enum")) given = std::string(schema.at("enum").as_array()[0].as_string());
            if (name == "device") given = id.text();
            if (name == "changed_since") given = "2026-11-23";
            CAPTURE(path + "?" + name + "=" + given);
            const net::Response answer = get(path + "?" + name + "=" + given);
            CAPTURE(answer.body);
            CHECK((answer.status == 200 || name == "cursor"));
            CHECK(answer.body.find("no parameter of this route") == std::string::npos);
        }
    }
}

TEST_CASE_FIXTURE(Scene, "what is answered fits its schema") {
    using net::Method;
    Component unreadable = card("pci/0000:00/1d.0");
    unreadable.serial = Reading::unreadable("denied");
    unreadable.firmware = {
        {.name = "firmware", .version = Reading::of("1.2"), .sha256 = sha256("image"), .obtained = "ethtool"}
    };
    const DeviceId id = device("core-1", inventory({card(), unreadable}));
    enrolment(id, store::Decision::automatic);
    report_documents(id);
    store.write([&id](store::Database& db) {
        store::set_lifecycle(db, id, Lifecycle::pending_review, Reason::pending_review, "", {1'000});
        const store::Attempt attempt{0, {5}, "192.0.2.7:1", id, "report", "bad_signature", "signature_invalid", "d"};
        store::add_attempts(db, std::vector{attempt});
        const std::vector<store::StoredPack> stored{{"test", 1, "2026-01-02", "T", sha256(pack_text), pack_text, {9}}};
        store::set_active_packs(db, stored);
        store::set_failed_report(db, id, {{5}, Reason::pcr_digest_mismatch, "d", {}});
    });
    const assay::test::TestCa ca("Vendor Root");
    const net::Response drafted = post("/v1/references", {{"document", reference_document()}});
    check_answer(drafted, route_at(Method::post, "/v1/references"));
    const std::string reference(object_of(drafted).at("sha256").as_string());
    const auto answered = [&](Method method, std::string_view pattern, const json::Object& body = {}) {
        std::string path(pattern);
        const std::string_view value = path.starts_with("/v1/worklist") ? "1" : std::string_view();
        if (const std::size_t at = path.find("{id}"); at != std::string::npos)
            path.replace(at, 4, value.empty() ? id.text() : std::string(value));
        if (const std::size_t at = path.find("{sha256}"); at != std::string::npos) path.replace(at, 8, reference);
        const net::Response answer = send(request(method, path, body.empty() ? "" : json::compact(body)));
        check_answer(answer, route_at(method, pattern));
    };
    for (const OperatorRoute& route : operator_routes()) {
        // What is no JSON is one route's alone, which tests/e2e/bundle_test.py asks.
        CHECK(answers_with_json(route) == (route.pattern != "/v1/devices/{id}/bundle"));
        if (route.method == Method::get && answers_with_json(route)) answered(route.method, route.pattern);
    }
    answered(Method::patch, "/v1/devices/{id}", {{"site", "south"}});
    answered(Method::post, "/v1/enrolments/{id}/approve", {{"note", "checked"}});
    answered(Method::post, "/v1/references/{sha256}/approve", {{"note", "checked"}});
    answered(Method::post, "/v1/references/{sha256}/retire", {{"note", "replaced"}});
    answered(Method::get, "/v1/references");
    answered(Method::post, "/v1/trust-anchors", {{"pem", ca.certificate_pem()}});
    answered(Method::get, "/v1/trust-anchors");
    const auto scan = json::parse(encode_inventory(inventory({card()})), {.max_bytes = 1U << 20U, .max_depth = 12});
    answered(Method::post, "/v1/inventories", {{"name", "old-switch"}, {"inventory", *scan}});
    for (const char* action : {"confirm", "plan", "start", "removed"}) {
        json::Object asked{
            {"action", action}, {"note", "x"}, {"version", object_of(get("/v1/worklist/1")).at("version")}
        };
        if (action == std::string_view("plan")) asked["date"] = "2999-01-02";
        answered(Method::post, "/v1/worklist/{id}/transition", asked);
    }
    const net::Response refused = get("/v1/devices/xyz");
    CHECK(misfit(json::Value(object_of(refused)), schema_named("Refusal"), "refusal") == "");
}

TEST_CASE("the check of schemas finds what does not fit") {
    const json::Object& count = schema_named("Count");
    CHECK(misfit(json::Object{{"label", "x"}, {"count", 1}}, count, "") == "");
    CHECK(misfit(json::Object{{"label", "x"}}, count, "") != "");
    CHECK(misfit(json::Object{{"label", "x"}, {"count", "1"}}, count, "") != "");
    CHECK(misfit(json::Object{{"label", "x"}, {"count", 1}, {"more", 1}}, count, "") != "");
    const json::Object& condition = schema_named("Condition");
    CHECK(misfit(json::Object{{"rule", "r"}, {"standing", "maybe"}, {"what", ""}, {"to_do", ""}}, condition, "") != "");
}

TEST_SUITE_END();
}  // namespace assay::api::test
