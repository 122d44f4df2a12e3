#include "collector/store/select.hpp"

#include "collector/store/sqlite.hpp"
#include "tests/support/scratch_directory.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::store;

namespace {

struct Numbers {
    assay::test::ScratchDirectory directory;
    std::unique_ptr<Database> db = open_sqlite(directory / "a.db", SqliteAccess::read_write).value();

    Numbers() { db->script("create table t (a integer not null, b text not null) strict"); }
    void put(int a, std::string_view b) { db->execute("insert into t (a, b) values ($a, $b)", {{"$a", a}, {"$b", b}}); }
    std::vector<std::int64_t> numbers(const Select& select) {
        return every_row(db->query(select), [](const Cursor& row) { return row.integer(0); });
    }
};

}  // namespace

TEST_SUITE("select") {
    TEST_CASE_FIXTURE(Numbers, "conditions that were asked for all hold; one that was not is not in the text") {
        for (int i = 0; i < 4; ++i) put(i, i % 2 == 0 ? "even" : "odd");
        const std::optional<std::string> word = "even";
        const std::optional<std::string> none;
        Select query{"select a", " from t"};
        query.where("a >= $least", {{"$least", 1}})
            .where_if("b = $word", "$word", word)
            .where_if("b = $other", "$other", none);
        CHECK(query.text() == "select a from t where (a >= $least) and (b = $word)");
        CHECK(numbers(query) == std::vector<std::int64_t>{2});
        Select both{"select a from t"};
        both.where("a = 0 or a = 1").where("b = 'odd'").then({" order by a"}).limit(1);
        CHECK(numbers(both) == std::vector<std::int64_t>{1});
    }

    TEST_CASE_FIXTURE(Numbers, "what a client says is compared as text, whatever it holds") {
        put(1, "x' or '1' = '1");
        put(2, "y");
        Select query{"select a from t"};
        CHECK(numbers(query.where("b = $b", {{"$b", "x' or '1' = '1"}})) == std::vector<std::int64_t>{1});
    }

    TEST_CASE_FIXTURE(Numbers, "a parameter that was not given, or is not there, is refused") {
        Select missing{"select a from t"};
        CHECK_THROWS_AS((void)numbers(missing.where("a = $a")), DatabaseBroken);
        Select unknown{"select a from t"};
        CHECK_THROWS_AS((void)numbers(unknown.where("a = 1", {{"$a", 1}})), DatabaseBroken);
    }

    TEST_CASE_FIXTURE(Numbers, "a text runs once at a time, and again when its rows were read") {
        put(1, "x");
        const Select query{"select a from t"};
        {
            const auto row = db->query(query);
            CHECK_THROWS_AS((void)db->query(query), DatabaseBroken);
        }
        CHECK(numbers(query).size() == 1);
    }

    TEST_CASE_FIXTURE(Numbers, "many texts are prepared one after the other while one is still read") {
        put(1, "x");
        const Select held{"select a from t"};
        const auto row = db->query(held);
        for (int i = 0; i < 600; ++i) {
            Select query{"select a from t"};
            for (int bit = 0; bit < 10; ++bit) {
                if ((i >> bit & 1) != 0) query.where("a = 1");
                if ((i >> bit & 1) == 0) query.where("b = 'x'");
            }
            CHECK(numbers(query).size() == 1);
        }
        CHECK(row->next());
        CHECK(row->integer(0) == 1);
    }
}
