// Upgrades: a database of every earlier version becomes what a new one is, and a newer one is not touched.

#include "collector/store/sqlite.hpp"
#include "collector/store/sqlite_schema.hpp"
#include "collector/store/tokens.hpp"
#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

namespace {

std::unique_ptr<Database> opened(const std::filesystem::path& file) {
    auto db = open_sqlite(file, SqliteAccess::read_write);
    REQUIRE(db);
    return *std::move(db);
}

std::vector<std::string> objects(Database& db) {
    const auto row = db.query("select name || ': ' || coalesce(sql, '') from sqlite_schema order by name");
    std::vector<std::string> out;
    while (row->next()) out.push_back(row->string(0));
    return out;
}

}  // namespace

TEST_SUITE("schema") {
    TEST_CASE("a database of every earlier version is brought to the schema of a new one") {
        const assay::test::ScratchDirectory directory;
        const auto fresh = opened(directory / "new.db");
        REQUIRE(migrate(*fresh, sqlite_schema()));
        for (std::size_t version = 0; version <= sqlite_schema().size(); ++version) {
            CAPTURE(version);
            const auto old = opened(directory / ("old-" + std::to_string(version) + ".db"));
            REQUIRE(migrate(*old, sqlite_schema().first(version)));
            REQUIRE(migrate(*old, sqlite_schema()));
            CHECK(objects(*old) == objects(*fresh));
        }
    }

    TEST_CASE("rows stay when a version is added, and each text is applied once") {
        const assay::test::ScratchDirectory directory;
        const auto db = opened(directory / "a.db");
        const std::array<std::string_view, 2> texts{
            "create table t (a integer not null) strict; insert into t values (7)",
            "alter table t add column b text not null default 'x'"
        };
        REQUIRE(migrate(*db, std::span(texts).first(1)));
        REQUIRE(migrate(*db, texts));
        REQUIRE(migrate(*db, texts));
        const auto row = db->query("select count(*), max(a), max(b) from t");
        REQUIRE(row->next());
        CHECK(row->integer(0) == 1);
        CHECK(row->integer(1) == 7);
        CHECK(row->text(2) == "x");
    }

    TEST_CASE("tokens of the first version stay usable") {
        const assay::test::ScratchDirectory directory;
        const auto db = opened(directory / "a.db");
        REQUIRE(migrate(*db, sqlite_schema().first(1)));
        db->script(
            "insert into api_tokens values (zeroblob(32), 'operator', 5, null, 0), (x'01', 'gone', 6, 7, 1);"
            "insert into join_tokens values (zeroblob(32), 'first', 'North', 9, 5, null)"
        );
        REQUIRE(migrate(*db, sqlite_schema()));
        const auto token = usable_api_token(*db, Sha256{});
        REQUIRE(token);
        CHECK(token->name == "operator");
        CHECK(token->created_at == UnixMillis{5});
        CHECK(!token->last_used_at);
        const auto join = usable_join_token(*db, Sha256{});
        REQUIRE(join);
        CHECK(join->site == "North");
        CHECK(join->uses_left == 9);
        CHECK(db->query("select 1 from api_tokens where name = 'gone' and revoked = 1 and expires_at = 7")->next());
    }

    TEST_CASE("an upgrade that fails half-way leaves the database as it was") {
        const assay::test::ScratchDirectory directory;
        const auto db = opened(directory / "a.db");
        const std::array<std::string_view, 1> good{"create table t (a integer not null) strict"};
        REQUIRE(migrate(*db, good));
        const auto before = objects(*db);
        const std::array<std::string_view, 3> bad{good[0], "create table u (a integer not null) strict", "no sql"};
        CHECK_THROWS_AS((void)migrate(*db, bad), DatabaseBroken);
        CHECK(objects(*db) == before);
    }

    TEST_CASE("a newer schema is refused with both versions, and not changed") {
        const assay::test::ScratchDirectory directory;
        const std::array<std::string_view, 2> newer{
            "create table t (a integer not null) strict", "create table u (a integer not null) strict"
        };
        const auto db = opened(directory / "a.db");
        REQUIRE(migrate(*db, newer));
        const auto before = objects(*db);
        const auto refused = migrate(*db, std::span(newer).first(1));
        REQUIRE(!refused);
        CHECK(refused.error().code == Errc::unsupported);
        CHECK(refused.error().what.find("version 2") != std::string::npos);
        CHECK(objects(*db) == before);
    }

    TEST_CASE("a file that is no database, another program's or a newer program's is refused by name") {
        const assay::test::ScratchDirectory directory;
        std::ofstream(directory / "text.db") << std::string(4096, 'x');
        const auto text = Store::open({.file = directory / "text.db"});
        REQUIRE(!text);
        CHECK(text.error().code == Errc::bad_value);

        {
            const auto foreign = opened(directory / "foreign.db");
            foreign->script("pragma application_id = 7; create table t (a)");
        }
        const auto foreign = Store::open({.file = directory / "foreign.db"});
        REQUIRE(!foreign);
        CHECK(foreign.error().code == Errc::bad_value);

        {
            const auto db = opened(directory / "newer.db");
            REQUIRE(migrate(*db, sqlite_schema()));
            db->execute("insert into schema_versions (version, applied_at) values (999, 1)");
        }
        const auto newer = Store::open({.file = directory / "newer.db"});
        REQUIRE(!newer);
        CHECK(newer.error().code == Errc::unsupported);

        const auto nowhere = Store::open({.file = directory / "no/such/directory.db"});
        REQUIRE(!nowhere);
        CHECK(nowhere.error().code == Errc::io_error);
    }

    TEST_CASE("the database is readable by its owner only") {
        const assay::test::ScratchDirectory directory;
        const auto db = opened(directory / "a.db");
        const auto mode = std::filesystem::status(directory / "a.db").permissions();
        CHECK(
            (mode & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) ==
            std::filesystem::perms::none
        );
    }
}
