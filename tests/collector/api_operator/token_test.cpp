#include "collector/api/operator_context.hpp"
#include "collector/api/operator_routes.hpp"
#include "tests/collector/api_operator/scene.hpp"

namespace assay::api::test {
TEST_SUITE_BEGIN("operator api: tokens");

// A path that the route's pattern takes.
std::string path_of(const OperatorRoute& route) {
    std::string path(route.pattern);
    while (path.find('{') != std::string::npos)
        path.replace(path.find('{'), path.find('}') - path.find('{') + 1, std::string(64, 'a'));
    return path;
}

TEST_CASE_FIXTURE(Scene, "every route answers 401 without a token, with a wrong, an expired and a revoked one") {
    const UnixMillis now = system_now();
    store.write([&](store::Database& db) {
        store::add_api_token(
            db, {sha256("expired-token-0123456789"), "old", {1}, now - std::chrono::seconds(1), false}
        );
        store::add_api_token(db, {sha256("revoked-token-0123456789"), "gone", {1}, std::nullopt, false});
        store::revoke_api_token(db, "gone");
    });
    std::size_t routes = 0;
    for (const OperatorRoute& route : operator_routes()) {
        CAPTURE(route.pattern);
        ++routes;
        const net::Request bare = request(route.method, path_of(route), "{}");
        const std::vector<std::string> headers{
            "Bearer wrong-token-0123456789",
            "Bearer expired-token-0123456789",
            "Bearer revoked-token-0123456789",
            "Bearer ",
            "Bearer " + ann + "x",
            "bearer " + ann,
            "Basic " + ann,
            ann,
            "Bearer " + ann + ", Bearer " + ann,
            "Bearer " + std::string(10'000, 'x'),
        };
        CHECK(api.answer(bare).status == 401);
        CHECK(api.admit(bare).error().status == 401);
        for (const std::string& header : headers) {
            CAPTURE(header.substr(0, 60));
            net::Request asked = bare;
            asked.headers.add("authorization", header);
            const net::Response answer = api.answer(asked);
            CHECK(answer.status == 401);
            REQUIRE(answer.headers.find("www-authenticate") != nullptr);
            CHECK(api.admit(asked).error().status == 401);
        }
        CHECK(send(bare).status != 401);
    }
    CHECK(routes == 35);
}

TEST_CASE_FIXTURE(Scene, "without a token no path says whether it exists") {
    CHECK(api.answer(request(net::Method::get, "/v1/nothing")).status == 401);
    CHECK(api.answer(request(net::Method::get, "/")).status == 401);
    CHECK(get("/v1/nothing").status == 404);
    CHECK(send(request(net::Method::put, "/v1/devices")).status == 405);
}

TEST_CASE_FIXTURE(Scene, "a token works until the moment it expires or is revoked") {
    store.write([](store::Database& db) {
        const UnixMillis soon = system_now() + std::chrono::hours(1);
        store::add_api_token(db, {sha256("young-token-0123456789"), "young", {1}, soon, false});
        store::add_api_token(db, {sha256("brief-token-0123456789"), "brief", {1}, soon, false});
    });
    const net::Request asked = request(net::Method::get, "/v1/packs");
    CHECK(send(asked, "young-token-0123456789").status == 200);
    store.write([](store::Database& db) { store::revoke_api_token(db, "young"); });
    CHECK(send(asked, "young-token-0123456789").status == 401);
    CHECK(send(asked, "brief-token-0123456789").status == 200);
    store.write([](store::Database& db) {
        db.execute("update api_tokens set expires_at = $now where name = 'brief'", {{"$now", db.now()}});
        return true;
    });
    CHECK(send(asked, "brief-token-0123456789").status == 401);
}

TEST_CASE_FIXTURE(Scene, "when a token was last used is known; one that is refused counts as no use") {
    const auto used = [this](const std::string& token) {
        return store.read([&token](store::Database& db) { return find_api_token(db, sha256(token))->last_used_at; });
    };
    store.write([](store::Database& db) { store::revoke_api_token(db, "bob"); });
    CHECK(!used(ann));
    CHECK(get("/v1/packs").status == 200);
    CHECK(send(request(net::Method::get, "/v1/packs"), bob).status == 401);
    store.write([](store::Database&) {});  // what was submitted before is committed now
    CHECK(used(ann));
    CHECK(!used(bob));
}

TEST_CASE_FIXTURE(Scene, "a route takes the body it says, and not a byte more") {
    for (const OperatorRoute& route : operator_routes()) {
        CAPTURE(route.pattern);
        net::Request head = request(route.method, path_of(route));
        head.headers.add("authorization", "Bearer " + ann);
        const auto admitted = api.admit(head);
        REQUIRE(admitted);
        CHECK(*admitted == route.body_bytes);
        CHECK((route.method == net::Method::get || route.method == net::Method::delete_) == (route.body_bytes == 0));
        if (route.body_bytes > (1U << 20U)) continue;
        CHECK(send(request(route.method, path_of(route), std::string(route.body_bytes + 1, 'x'))).status == 413);
    }
}

TEST_SUITE_END();
}  // namespace assay::api::test
