#pragma once
// A list of the API as a table, CSV or JSON: one description of its columns for all three.

#include "collector/cli/collector.hpp"
#include "collector/cli/online.hpp"

#include <functional>
#include <vector>

namespace assay::cli {

struct Listed {
    Column column;
    std::function<Cell(const json::Object& item)> cell;
};

// A column that is a member of the item as it stands.
Listed member(std::string title, std::string field, std::string path, std::size_t least = 8);
Listed only_csv(std::string field, std::string path);
// "2026-11-23 08:15" of a time in RFC 3339; the CSV keeps it as it came.
Listed time_member(std::string title, std::string field, std::string path);
// The first 12 digits of an id in tables.
Listed id_member(std::string title, std::string field, std::string path);

Table table_of(const json::Array& items, const std::vector<Listed>& columns, Format format);

// Asks for every page and shows it.
Exit show_list(
    const Context& context, Call call, std::size_t limit, const std::vector<Listed>& columns, std::string_view empty
);

void add_filters(Query& query, const Filters& filters);
Tone tone_of(std::string_view state);  // of a state of any axis, or an outcome
std::string short_time(std::string_view rfc3339);
std::string sentence(std::string_view label, std::string_view text);  // "  label: text\n", or nothing; printable

}  // namespace assay::cli
