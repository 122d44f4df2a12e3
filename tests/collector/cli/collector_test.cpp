#include "tests/collector/cli/fake_context.hpp"

namespace assay::cli::test {
TEST_SUITE_BEGIN("cli: asking");

TEST_CASE("every page is asked for, and the items come as one list") {
    Fake fake;
    fake.answer("GET /v1/packs", R"({"as_of":"2026-11-23T08:00:00Z","items":[{"id":"a"}],"next":"c1"})");
    fake.answer("GET /v1/packs?cursor=c1", R"({"as_of":"2026-11-23T08:00:01Z","items":[{"id":"b"}],"next":"c2"})");
    fake.answer("GET /v1/packs?cursor=c2", R"({"as_of":"2026-11-23T08:00:02Z","items":[]})");
    const auto all = ask_all(fake.context, {.path = "/v1/packs", .query = {}, .body = {}}, 10);
    REQUIRE(all);
    CHECK(array_at(*all, "items").size() == 2);
    CHECK(text_at(*all, "as_of") == "2026-11-23T08:00:00Z");
    CHECK_FALSE(all->contains("more"));
}

TEST_CASE("a list stops at the limit and says so; a cursor that repeats ends it") {
    Fake fake;
    fake.answer("GET /v1/packs", R"({"items":[{"id":"a"},{"id":"b"}],"next":"c"})");
    fake.answer("GET /v1/packs?cursor=c", R"({"items":[],"next":"c"})");
    const Call call{.path = "/v1/packs", .query = {}, .body = {}};
    const auto one = ask_all(fake.context, call, 1);
    REQUIRE(one);
    CHECK(one->contains("more"));
    CHECK(array_at(*one, "items").size() == 1);
    CHECK_FALSE(ask_all(fake.context, call, 10));
}

TEST_CASE("each kind of trouble has its exit status") {
    Fake fake;
    const Call call{.path = "/v1/packs", .query = {}, .body = {}};
    fake.answer(
        "GET /v1/packs", R"({"error":{"code":"denied","reason":"","where":"authorization","what":"no token"}})", 401
    );
    auto answer = ask(fake.context, call);
    CHECK(answer.error().status == Exit::refused);
    CHECK(answer.error().error.what.find("token") != std::string::npos);
    fake.log.answers.clear();
    fake.answer("GET /v1/packs", "{");
    CHECK(ask(fake.context, call).error().status == Exit::failed);
    fake.log.answers.clear();
    fake.answer("GET /v1/packs", "[]");
    CHECK(ask(fake.context, call).error().status == Exit::failed);
    fake.log.gone = true;
    CHECK(ask(fake.context, call).error().status == Exit::unreachable);
    fake.reachable = false;
    CHECK(ask(fake.context, call).error().status == Exit::unreachable);
    fake.context.connect = []() -> Result<std::shared_ptr<Collector>> {
        return fail(Errc::missing_field, "server", "is not set");
    };
    CHECK(ask(fake.context, call).error().status == Exit::usage);
}

TEST_CASE("a refusal names its reason code and how to read about it") {
    Fake fake;
    fake.answer(
        "GET /v1/packs", R"({"error":{"code":"denied","reason":"device_retired","where":"","what":"no"}})", 403
    );
    const auto answer = ask(fake.context, {.path = "/v1/packs", .query = {}, .body = {}});
    CHECK(answer.error().error.what.find("assay explain device_retired") != std::string::npos);
}

TEST_CASE("a device is named by its id, the beginning of it, or its name, if that is one device") {
    Fake fake;
    const std::string id(64, 'a');
    CHECK(*device_id(fake.context, id) == id);
    CHECK(fake.log.asked.empty());
    fake.answer("GET /v1/devices?limit=10&match=aa", R"({"items":[{"id":")" + id + R"("}]})");
    CHECK(*device_id(fake.context, "aa") == id);
    fake.answer("GET /v1/devices?limit=10&match=b", R"({"items":[]})");
    CHECK(device_id(fake.context, "b").error().error.code == Errc::not_found);
    fake.answer("GET /v1/devices?limit=10&match=c", R"({"items":[{"id":"c1"},{"id":"c2"}]})");
    CHECK(device_id(fake.context, "c").error().error.what.find("c1 c2") != std::string::npos);
}

TEST_CASE("segments of a path are escaped") {
    CHECK(escaped("a/b?c d%") == "a%2Fb%3Fc%20d%25");
    CHECK(escaped("aZ09-._~") == "aZ09-._~");
}

TEST_SUITE_END();
}  // namespace assay::cli::test
