// Tokens made, listed and revoked in the database of a collector that has it open at the same time.

#include "collector/token_admin.hpp"

#include "base/file.hpp"
#include "collector/store/sqlite.hpp"
#include "collector/store/sqlite_schema.hpp"
#include "collector/store/store.hpp"
#include "tests/support/scratch_directory.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <filesystem>
#include <thread>

using namespace assay;
using namespace assay::collector;

namespace {

struct Running {
    assay::test::ScratchDirectory directory;
    std::string file = directory / "collector.db";
    store::Store store = opened();

    store::Store opened() const {
        auto made = store::Store::open({.file = file});
        if (!made) throw std::runtime_error(made.error().message());
        return *std::move(made);
    }
    MadeToken add(const TokenOptions& options) const {
        auto made = add_token(file, options, system_random);
        if (!made) throw std::runtime_error(made.error().message());
        return *std::move(made);
    }
    bool opens(const std::string& token) {
        return store.read([&](store::Database& db) { return store::usable_api_token(db, sha256(token)).has_value(); });
    }
    bool admits(const std::string& token) {
        return store.read([&](store::Database& db) { return store::usable_join_token(db, sha256(token)).has_value(); });
    }
};

Errc refused(const TokenOptions& options, const std::string& file) {
    const auto made = add_token(file, options, system_random);
    REQUIRE_FALSE(made);
    return made.error().code;
}

}  // namespace

TEST_SUITE("token commands") {
    TEST_CASE_FIXTURE(
        Running, "a new token opens at once beside the running store, and is refused at once when revoked"
    ) {
        const MadeToken ann = add({.name = "ann"});
        CHECK(ann.text.starts_with("assay-op-"));
        CHECK_FALSE(ann.expires_at);
        CHECK(opens(ann.text));
        CHECK(store.read([&](store::Database& db) {
            return store::find_api_token(db, sha256(ann.text))->name;
        }) == "ann");
        REQUIRE(revoke_token(file, {.name = "ann"}));
        CHECK_FALSE(opens(ann.text));
        CHECK(revoke_token(file, {.name = "ann"}).error().code == Errc::not_found);
    }

    TEST_CASE_FIXTURE(Running, "a name has one token that is not revoked; after that it is the same person's again") {
        const MadeToken first = add({.name = "ann"});
        CHECK(refused({.name = "ann"}, file) == Errc::conflict);
        CHECK(opens(first.text));
        REQUIRE(revoke_token(file, {.name = "ann"}));
        const MadeToken second = add({.name = "ann"});
        CHECK(second.text != first.text);
        CHECK(opens(second.text));
        CHECK_FALSE(opens(first.text));
        const auto list = list_tokens(file);
        REQUIRE(list);
        CHECK(list->operators.size() == 2);
    }

    TEST_CASE_FIXTURE(Running, "days count from now by the database's clock") {
        const MadeToken made = add({.name = "ann", .days = 7});
        CHECK(*made.expires_at - made.created_at == std::chrono::days(7));
        CHECK(opens(made.text));
        CHECK(add({.name = "bob", .days = 1}).expires_at);
        CHECK(add({.name = "cal", .days = max_token_days}).expires_at);
        CHECK(refused({.name = "dan", .days = 0}, file) == Errc::out_of_range);
        CHECK(refused({.name = "dan", .days = max_token_days + 1}, file) == Errc::out_of_range);
    }

    TEST_CASE_FIXTURE(Running, "a join token admits as often as it says, for its site, and not when it is revoked") {
        const MadeToken made = add({.name = "north-2026", .join = true, .days = {}, .site = "North", .uses = 2});
        CHECK(made.text.starts_with("assay-join-"));
        CHECK(*made.expires_at - made.created_at == std::chrono::days(join_token_days));
        const auto use = [&] {
            return store.write([&](store::Database& db) { return store::use_join_token(db, sha256(made.text)); });
        };
        CHECK(store.read([&](store::Database& db) {
            return store::find_join_token(db, sha256(made.text))->site;
        }) == "North");
        CHECK(use());
        CHECK(admits(made.text));
        CHECK_FALSE(opens(made.text));
        CHECK(revoke_token(file, {.name = "north-2026"}).error().code == Errc::not_found);  // no operator's
        REQUIRE(revoke_token(file, {.name = "north-2026", .join = true}));
        CHECK_FALSE(admits(made.text));
        CHECK_FALSE(use());
        CHECK(refused({.name = "x", .join = true, .days = {}, .site = {}, .uses = 0}, file) == Errc::out_of_range);
        CHECK(
            refused({.name = "x", .join = true, .days = {}, .site = {}, .uses = max_token_uses + 1}, file) ==
            Errc::out_of_range
        );
        const std::string longest(max_token_site_bytes, 's');
        CHECK(add({.name = "long", .join = true, .days = {}, .site = longest}).expires_at);
        CHECK(refused({.name = "x", .join = true, .days = {}, .site = longest + "s"}, file) == Errc::limit_exceeded);
        CHECK(refused({.name = "x", .join = true, .days = {}, .site = "a\x1b[1m"}, file) == Errc::bad_value);
    }

    TEST_CASE("names are small, plain and no one's but a person's") {
        for (const std::string& good :
             {std::string("a"), std::string("ann.smith-2@example.net"), std::string("7"),
              std::string(max_token_name_bytes, 'n')}) {
            CAPTURE(good);
            CHECK(check_token_name(good));
        }
        CHECK(check_token_name("").error().code == Errc::missing_field);
        CHECK(check_token_name(std::string(max_token_name_bytes + 1, 'n')).error().code == Errc::limit_exceeded);
        for (const char* bad :
             {"Ann", "ann smith", " ann", "ann\n", "-ann", ".ann", "@", "\xc3\xa4nn", "collector", "device"}) {
            CAPTURE(bad);
            CHECK(check_token_name(bad).error().code == Errc::bad_value);
        }
    }

    TEST_CASE_FIXTURE(Running, "a list tells everything of tokens but the tokens") {
        const MadeToken ann = add({.name = "ann", .days = 7});
        const MadeToken bob = add({.name = "bob"});
        const MadeToken join = add({.name = "north", .join = true, .days = {}, .site = "North"});
        REQUIRE(revoke_token(file, {.name = "bob"}));
        store.write([&](store::Database& db) {
            store::record_api_token_use(db, sha256(ann.text));
            store::use_join_token(db, sha256(join.text));
        });
        const auto list = list_tokens(file);
        REQUIRE(list);
        const std::string json = shown(*list, true);
        const std::string table = shown(*list, false);
        const auto parsed = json::parse(json, {});
        REQUIRE(parsed);
        const json::Array& items = parsed->as_object().at("items").as_array();
        REQUIRE(items.size() == 3);
        CHECK(items[0].at("name") == "ann");
        CHECK(items[0].at("state") == "usable");
        CHECK(items[0].at("last_used_at").is_string());
        CHECK(items[1].at("state") == "revoked");
        CHECK(items[1].at("last_used_at").is_null());
        CHECK(items[2].at("kind") == "join");
        CHECK(items[2].at("site") == "North");
        CHECK(items[2].at("state") == "used_up");
        for (const std::string& text : {json, table}) {
            CHECK(text.find("revoked") != std::string::npos);
            for (const MadeToken& made : {ann, bob, join}) CHECK(text.find(made.text) == std::string::npos);
        }
        CHECK(shown(ann, {.name = "ann"}).find(ann.text) != std::string::npos);
        const auto made = json::parse(
            shown(join, {.name = "north", .join = true, .days = {}, .site = "North", .uses = 1, .json = true}), {}
        );
        REQUIRE(made);
        CHECK(made->at("token").as_string() == std::string_view(join.text));
        CHECK(made->at("site") == "North");
    }

    TEST_CASE_FIXTURE(Running, "the database and its log hold no token") {
        const MadeToken made = add({.name = "ann"});
        for (const char* suffix : {"", "-wal"}) {
            const auto bytes = read_file(file + suffix, 1U << 26U);
            REQUIRE(bytes);
            CHECK(bytes->find(made.text) == std::string::npos);
        }
    }

    TEST_CASE_FIXTURE(Running, "while the collector writes without a pause, neither loses a write") {
        store.write([](store::Database& db) {
            store::add_api_token(db, {sha256("busy"), "busy", {1}, std::nullopt, false});
        });
        std::atomic<bool> stop = false;
        std::atomic<int> written = 0;
        std::thread busy([&] {
            while (!stop) {
                store.write([](store::Database& db) { store::record_api_token_use(db, sha256("busy")); });
                ++written;
            }
        });
        constexpr int many = 20;
        std::vector<std::string> made;
        for (int i = 0; i < many; ++i) made.push_back(add({.name = "p" + std::to_string(i)}).text);
        while (written == 0) std::this_thread::yield();
        stop = true;
        busy.join();
        for (const std::string& token : made) CHECK(opens(token));
    }

    TEST_CASE("no database, and one of another version, are refused and left as they are") {
        const assay::test::ScratchDirectory directory;
        const std::string none = directory / "none.db";
        CHECK(refused({.name = "ann"}, none) == Errc::not_found);
        CHECK_FALSE(std::filesystem::exists(none));
        const std::string old = directory / "old.db";
        {
            auto db = store::open_sqlite(old, store::SqliteAccess::read_write);
            REQUIRE(db);
            REQUIRE(store::migrate(**db, store::sqlite_schema().first(1)));
        }
        CHECK(refused({.name = "ann"}, old) == Errc::unsupported);
        CHECK(list_tokens(old).error().code == Errc::unsupported);
        CHECK(revoke_token(old, {.name = "ann"}).error().code == Errc::unsupported);
        auto db = store::open_sqlite(old, store::SqliteAccess::read_write);
        REQUIRE(db);
        CHECK(store::check_schema(**db, store::sqlite_schema().first(1)));
        const std::string empty = directory / "empty.db";
        REQUIRE(create_file(empty, "", 0600));
        CHECK(refused({.name = "ann"}, empty) == Errc::bad_value);
    }
}
