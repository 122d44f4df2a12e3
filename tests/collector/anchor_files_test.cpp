#include "collector/anchor_files.hpp"

#include "base/file.hpp"
#include "collector/store/store.hpp"
#include "collector/store/trust.hpp"
#include "tests/support/ek_authority.hpp"
#include "tests/support/scratch_directory.hpp"

#include <doctest/doctest.h>

using namespace assay;

TEST_SUITE("anchor files") {
    TEST_CASE("CAs of files and of the database count together, and a file that holds none is named") {
        const test::ScratchDirectory scratch;
        const test::EkAuthority one("one");
        const test::EkAuthority two("two");
        REQUIRE(create_file(scratch / "one.pem", test::pem(one.root()), 0644));
        REQUIRE(create_file(scratch / "none.pem", "nothing here\n", 0644));
        auto store = store::Store::open({.file = scratch / "c.db"});
        REQUIRE(store);
        const Sha256 allowed = sha256("an EK");
        store->write([&two, &allowed](store::Database& db) {
            store::add_trust_anchor(db, {sha256(two.root()), two.root(), "two", "", "operator", UnixMillis{1}});
            store::add_allowed_ek(db, {allowed, "", "operator", UnixMillis{1}});
        });
        const auto load = [&store](const std::string& file) {
            return store->read([&file](store::Database& db) { return collector::load_anchors(std::vector{file}, db); });
        };
        const auto anchors = load(scratch / "one.pem");
        REQUIRE_MESSAGE(anchors, anchors.error().message());
        CHECK(anchors->roots() == 2);
        CHECK(anchors->allows(allowed));
        CHECK(load(scratch / "none.pem").error().where == (scratch / "none.pem").string());
        CHECK(load(scratch / "missing.pem").error().code == Errc::not_found);
    }
}
