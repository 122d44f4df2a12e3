// Signing in with a token, and what the cookie is then worth: not more than the token, not longer, and nothing to other
// sites.

#include "base/encoding.hpp"
#include "collector/api/operator_session.hpp"
#include "collector/store/sessions.hpp"
#include "tests/collector/api_operator/scene.hpp"

namespace assay::api::test {
namespace {

net::Request own(net::Request request) {
    request.headers.add("x-assay-request", "1");
    request.headers.add("sec-fetch-site", "same-origin");
    request.headers.add("content-type", "application/json");
    return request;
}

net::Request sign_in(const std::string& token) {
    return Scene::request(net::Method::post, "/v1/session", R"({"token":")" + token + R"("})");
}

net::Request with_cookie(net::Request request, const std::string& cookie) {
    request.headers.add("cookie", cookie);
    return request;
}

// "name=value" of the cookie that an answer sets.
std::string cookie_of(const net::Response& answer) {
    const std::string* header = answer.headers.find("set-cookie");
    REQUIRE(header != nullptr);
    return header->substr(0, header->find(';'));
}

const net::Request packs_request = Scene::request(net::Method::get, "/v1/packs");

}  // namespace

TEST_SUITE_BEGIN("operator api: sessions");

TEST_CASE_FIXTURE(Scene, "a token becomes a cookie that no script reads, bound to this host and its own pages") {
    const net::Response answer = api.answer(own(sign_in(ann)));
    REQUIRE(answer.status == 200);
    CHECK(object_of(answer).at("actor").as_string() == "ann");
    const std::string cookie = *answer.headers.find("set-cookie");
    CHECK(cookie.starts_with("__Host-assay="));
    for (const char* attribute : {"; Path=/;", "; Secure;", "; HttpOnly;", "; SameSite=Strict"}) {
        CAPTURE(attribute);
        CHECK(cookie.find(attribute) != std::string::npos);
    }
    CHECK(cookie.find("Domain") == std::string::npos);
    CHECK(cookie.find(ann) == std::string::npos);
    CHECK(answer.body.find(cookie_of(answer).substr(13)) == std::string::npos);

    const std::string mine = cookie_of(answer);
    CHECK(api.answer(with_cookie(packs_request, mine)).status == 200);
    CHECK(api.answer(with_cookie(packs_request, "theme=dark; " + mine + "; other=1")).status == 200);
    CHECK(api.admit(with_cookie(packs_request, mine)).has_value());
    const net::Response who = api.answer(with_cookie(request(net::Method::get, "/v1/session"), mine));
    CHECK(object_of(who).at("actor").as_string() == "ann");
}

TEST_CASE_FIXTURE(Scene, "nobody signs in with a wrong, revoked or expired token, or from another site's page") {
    store.write([](store::Database& db) {
        store::add_api_token(db, {sha256("old-token-0123456789"), "old", {1}, UnixMillis{2}, false});
        store::add_api_token(db, {sha256("gone-token-0123456789"), "gone", {1}, std::nullopt, true});
    });
    for (const std::string& token : std::initializer_list<std::string>{
             "wrong-token-0123456789", "old-token-0123456789", "gone-token-0123456789", ann + "x"
         }) {
        CAPTURE(token);
        const net::Response answer = api.answer(own(sign_in(token)));
        CHECK(answer.status == 401);
        CHECK(answer.headers.find("set-cookie") == nullptr);
    }
    CHECK(api.answer(own(request(net::Method::post, "/v1/session", "{}"))).status == 400);
    CHECK(api.answer(own(request(net::Method::post, "/v1/session", std::string(1025, ' ')))).status == 413);
    CHECK(api.answer(sign_in(ann)).status == 403);
    net::Request elsewhere = sign_in(ann);
    elsewhere.headers.add("x-assay-request", "1");
    elsewhere.headers.add("sec-fetch-site", "cross-site");
    CHECK(api.answer(elsewhere).status == 403);
}

TEST_CASE_FIXTURE(Scene, "a change by cookie needs the header that only the own pages can send") {
    const DeviceId id = device("core-1", inventory({card()}));
    const std::string cookie = cookie_of(api.answer(own(sign_in(ann))));
    const net::Request change =
        with_cookie(request(net::Method::patch, "/v1/devices/" + id.text(), R"({"site":"south"})"), cookie);
    const net::Response refused = api.answer(change);
    CHECK(refused.status == 403);
    CHECK(refused.body.find("x-assay-request") != std::string::npos);
    CHECK(api.admit(change).error().status == 403);
    for (const char* from : {"cross-site", "same-site"}) {
        net::Request foreign = change;
        foreign.headers.add("x-assay-request", "1");
        foreign.headers.add("sec-fetch-site", from);
        CHECK(api.answer(foreign).status == 403);
    }
    net::Request from_elsewhere = own(change);
    from_elsewhere.headers.add("host", "collector.example:9443");
    from_elsewhere.headers.add("origin", "https://other.example");
    CHECK(api.answer(from_elsewhere).status == 403);
    net::Request form = change;
    form.headers.add("x-assay-request", "1");
    form.headers.add("content-type", "text/plain");
    CHECK(api.answer(form).status == 403);
    CHECK(object_of(get("/v1/devices/" + id.text())).at("site").as_string() == "north");
    const net::Response done = api.answer(own(change));
    CHECK(done.status == 200);
    CHECK(object_of(done).at("site").as_string() == "south");
    CHECK(object_of(done).at("events").as_array()[0].as_object().at("actor").as_string() == "ann");
}

TEST_CASE_FIXTURE(Scene, "what is no cookie of ours opens nothing") {
    const std::string cookie = cookie_of(api.answer(own(sign_in(ann))));
    const std::string id = cookie.substr(cookie.find('=') + 1);
    for (const std::string& given : std::initializer_list<std::string>{
             "", "__Host-assay", "__Host-assay=", "__Host-assay=" + id + "A", "__Host-assay=" + id.substr(1),
             "assay=" + id, "x__Host-assay=" + id, "__Host-assay=" + ann, "__Host-assay=" + to_base64url(sha256(id)),
             std::string(8'000, ';'), "__Host-assay=%41"
         }) {
        CAPTURE(given.substr(0, 60));
        CHECK(api.answer(with_cookie(packs_request, given)).status == 401);
    }
    // Which of two counts would be a guess.
    for (const std::string& token : {ann, std::string("wrong-token-0123456789")}) {
        net::Request both = with_cookie(packs_request, cookie);
        both.headers.add("authorization", "Bearer " + token);
        CHECK(api.answer(both).status == 400);
        CHECK(api.admit(both).error().status == 400);
    }
    CHECK(api.answer(with_cookie(packs_request, cookie + "; " + cookie)).status == 400);
}

TEST_CASE_FIXTURE(Scene, "a session ends with sign-out, with its token, and by itself") {
    const auto is_open = [this](const std::string& cookie) {
        const bool open = api.answer(with_cookie(packs_request, cookie)).status == 200;
        CHECK((api.answer(with_cookie(request(net::Method::get, "/v1/session"), cookie)).status == 200) == open);
        return open;
    };
    const std::string first = cookie_of(api.answer(own(sign_in(ann))));
    const std::string second = cookie_of(api.answer(own(sign_in(ann))));
    const std::string other = cookie_of(api.answer(own(sign_in(bob))));
    const net::Request leave = with_cookie(request(net::Method::delete_, "/v1/session"), first);
    CHECK(api.answer(leave).status == 403);
    CHECK(is_open(first));
    const net::Response left = api.answer(own(leave));
    CHECK(left.status == 200);
    CHECK(left.headers.find("set-cookie")->find("Max-Age=0;") != std::string::npos);
    CHECK_FALSE(is_open(first));
    CHECK(is_open(second));
    store.write([](store::Database& db) { store::revoke_api_token(db, "ann"); });
    CHECK_FALSE(is_open(second));
    CHECK(is_open(other));
    store.write([](store::Database& db) {
        db.execute("update operator_sessions set expires_at = $now", {{"$now", db.now()}});
        return true;
    });
    CHECK_FALSE(is_open(other));
}

TEST_CASE_FIXTURE(Scene, "a session ends after an hour without use; a use is written down once a minute at most") {
    const std::string cookie = cookie_of(api.answer(own(sign_in(ann))));
    const auto used_ago = [this](std::chrono::milliseconds ago) {
        store.write([ago](store::Database& db) {
            return db.execute("update operator_sessions set used_at = $used", {{"$used", db.now() - ago}});
        });
    };
    // As kept after every write that waits.
    const auto unused_for = [this] {
        store.write([](store::Database&) { return true; });
        return store.read([](store::Database& db) {
            const auto row = db.query("select used_at from operator_sessions");
            row->next();
            return db.now() - row->time(0);
        });
    };
    used_ago(std::chrono::minutes(59));
    CHECK(api.answer(with_cookie(packs_request, cookie)).status == 200);
    CHECK(unused_for() < std::chrono::minutes(1));
    used_ago(std::chrono::seconds(30));
    CHECK(api.answer(with_cookie(packs_request, cookie)).status == 200);
    CHECK(unused_for() >= std::chrono::seconds(30));
    used_ago(std::chrono::minutes(60));
    CHECK(api.answer(with_cookie(packs_request, cookie)).status == 401);
    CHECK(api.admit(with_cookie(packs_request, cookie)).error().status == 401);
    CHECK(api.answer(with_cookie(request(net::Method::get, "/v1/session"), cookie)).status == 401);
    CHECK(unused_for() >= std::chrono::minutes(60));
}

TEST_CASE_FIXTURE(Scene, "a wrong token at sign-in is kept among the attempts and counted; a good one is not") {
    CHECK(api.answer(own(sign_in(ann)), "192.0.2.7:1").status == 200);
    CHECK(api.answer(own(sign_in("wrong-token-0123456789")), "192.0.2.7:1").status == 401);
    CHECK(api.answer(request(net::Method::get, "/v1/session"), "192.0.2.7:1").status == 401);
    store.write([](store::Database&) { return true; });
    const json::Object kept = object_of(get("/v1/attempts"));
    REQUIRE(items_of(kept).size() == 1);
    const json::Object& one = items_of(kept)[0].as_object();
    CHECK(one.at("step").as_string() == "session");
    CHECK(one.at("peer").as_string() == "192.0.2.7:1");
    CHECK(json::compact(items_of(kept)[0]).find("wrong-token") == std::string::npos);
    CHECK(kept.at("counts").as_array()[0].as_object().at("count") == 1);
}

TEST_CASE_FIXTURE(Scene, "a session lasts no longer than its token, and a token has a bounded number of them") {
    const UnixMillis soon = system_now() + std::chrono::minutes(5);
    store.write([soon](store::Database& db) {
        store::add_api_token(db, {sha256("short-token-0123456789"), "short", {1}, soon, false});
    });
    const net::Response brief = api.answer(own(sign_in("short-token-0123456789")));
    CHECK(object_of(brief).at("expires_at").as_string() == to_rfc3339(soon));
    std::vector<std::string> cookies;
    for (std::size_t i = 0; i < sessions_of_a_token + 3; ++i) {
        cookies.push_back(cookie_of(api.answer(own(sign_in(bob)))));
        CHECK(api.answer(with_cookie(packs_request, cookies.back())).status == 200);
    }
    std::size_t open = 0;
    for (const std::string& cookie : cookies) open += api.answer(with_cookie(packs_request, cookie)).status == 200;
    CHECK(open == sessions_of_a_token);
}

TEST_SUITE_END();
}  // namespace assay::api::test
