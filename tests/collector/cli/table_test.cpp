#include "collector/cli/table.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

namespace assay::cli {
TEST_SUITE_BEGIN("cli: tables");

Table two_columns(std::string a, std::string b) {
    return {
        .columns = {{.title = "name", .field = "name", .least = 4}, {.title = "what", .field = "what", .least = 4}},
        .rows = {{std::move(a), std::move(b)}}
    };
}

TEST_CASE("columns are as wide as their widest cell, and no line ends in spaces") {
    Table table = two_columns("a", "first");
    table.rows.push_back({"longer", ""});
    CHECK(render(table, 0, false, "nothing") == "name    what\na       first\nlonger\n");
}

TEST_CASE("no rows: what there is not") {
    Table table = two_columns("", "");
    table.rows.clear();
    CHECK(render(table, 80, false, "nothing here") == "nothing here\n");
    CHECK(csv(table) == "name,what\r\n");
}

TEST_CASE("a table fits the terminal; the widest column is cut first; without a terminal nothing is") {
    const Table table = two_columns("short", std::string(200, 'x'));
    const std::string cut_table = render(table, 40, false, "");
    for (std::size_t at = 0; at < cut_table.size();) {
        const std::size_t end = cut_table.find('\n', at);
        CHECK(display_width(std::string_view(cut_table).substr(at, end - at)) <= 40);
        at = end + 1;
    }
    CHECK(cut_table.find("short  xxx") != std::string::npos);
    CHECK(cut_table.find("..") != std::string::npos);
    CHECK(render(table, 0, false, "").find(std::string(200, 'x')) != std::string::npos);
}

TEST_CASE("wide characters are cut between characters, by the columns they take") {
    CHECK(cut("\u7d93\u7d93\u7d93", 6) == "\u7d93\u7d93\u7d93");
    CHECK(cut("\u7d93\u7d93\u7d93", 5) == "\u7d93..");
    CHECK(cut("abcdef", 5) == "abc..");
    CHECK(cut("abcdef", 3) == "abc");
    CHECK(cut("abc", 0).empty());
}

TEST_CASE("what a device calls itself cannot steer a terminal") {
    const std::string hostile = "a\x1b[2Jb\r\nc\u202ed\x07";
    const std::string shown = render(two_columns(hostile, "x"), 0, true, "");
    CHECK(shown.find('\r') == std::string::npos);
    CHECK(shown.find('\x07') == std::string::npos);
    CHECK(shown.find("\x1b[2J") == std::string::npos);
    CHECK(shown.find("\u202e") == std::string::npos);
    CHECK(std::count(shown.begin(), shown.end(), '\n') == 2);
}

TEST_CASE("no cell of a CSV starts a formula or breaks its row") {
    for (const char* formula : {"=1+1", "+1", "-1", "@x", "\t=1", "\r=1"}) {
        const std::string out = csv(two_columns(formula, "b\"c,\nd"));
        CAPTURE(out);
        const std::size_t row = out.find("\r\n") + 2;
        const std::size_t first = out[row] == '"' ? row + 1 : row;
        // A control character is escaped, and then starts nothing.
        CHECK((out[first] == '\'' || out.substr(first, 3) == "\\u{"));
        CHECK(out.find("\"b\"\"c,\\u{a}d\"\r\n") != std::string::npos);
    }
}

TEST_CASE("colours stand around cells only where they are wanted") {
    Table table = two_columns("a", "b");
    table.rows[0][1].tone = Tone::bad;
    CHECK(render(table, 0, true, "").find("\x1b[31mb\x1b[0m") != std::string::npos);
    CHECK(render(table, 0, false, "").find('\x1b') == std::string::npos);
}

TEST_CASE("numbers are aligned to the right, columns of the CSV alone are not in the table") {
    Table table{
        .columns =
            {{.title = "n", .field = "n", .least = 1, .number = true}, {.title = "", .field = "hidden", .table = false}
            },
        .rows = {{"5", "h"}, {"12", "i"}}
    };
    CHECK(render(table, 0, false, "") == " n\n 5\n12\n");
    CHECK(csv(table) == "n,hidden\r\n5,h\r\n12,i\r\n");
}

TEST_CASE("bars are scaled to the largest; one is never drawn as none") {
    const std::string out = bars({{"affirming", 1000}, {"none", 1}, {"empty", 0}}, 60, false);
    CHECK(out.find("affirming  1000  ###") != std::string::npos);
    CHECK(out.find("none          1  #\n") != std::string::npos);
    CHECK(out.find("empty         0\n") != std::string::npos);
    CHECK(bars({}, 60, false).empty());
}

TEST_SUITE_END();
}  // namespace assay::cli
