#pragma once
// Rows for people and for programs: a table that fits the terminal, and CSV. Every cell is hostile text until it comes
// out of here: printable() in tables, csv_field() in CSV.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace assay::cli {

enum class Tone { plain, good, warn, bad, faint };

struct Cell {
    Cell(std::string t, Tone o = Tone::plain) : text(std::move(t)), tone(o) {}
    Cell(const char* t) : text(t) {}
    std::string text;
    Tone tone = Tone::plain;
};

struct Column {
    std::string title;      // of the table: "last report"
    std::string field;      // of the CSV: "last_report_at"
    std::size_t least = 8;  // columns of the terminal that it is never cut below
    bool number = false;    // aligned to the right
    bool table = true;      // false: only in CSV
};

struct Table {
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;  // as many cells as columns
};

// `width`: of the terminal; 0: nothing is cut. The widest columns are cut first, with "..". `colour`: ANSI escapes for
// tones. Ends with a newline; no rows: only `empty` and a newline.
std::string render(const Table& table, std::size_t width, bool colour, std::string_view empty);
// A header of field names, and every column. RFC 4180 lines.
std::string csv(const Table& table);

// "label  ########  12": a bar for each, scaled to the largest; `width` as above, at least 40.
struct Bar {
    std::string label;
    std::size_t count = 0;
    Tone tone = Tone::plain;
};
std::string bars(const std::vector<Bar>& all, std::size_t width, bool colour);

std::string toned(std::string_view text, Tone tone, bool colour);
// At most `width` columns of printable text, cut with "..".
std::string cut(std::string_view printable_text, std::size_t width);

}  // namespace assay::cli
