#include "tests/support/database_dump.hpp"

#include "base/encoding.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <stdexcept>

namespace assay::test {
namespace {

std::string column_text(sqlite3_stmt* row, int column) {
    const auto* bytes = static_cast<const std::uint8_t*>(sqlite3_column_blob(row, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(row, column));
    if (sqlite3_column_type(row, column) == SQLITE_BLOB) return to_hex({bytes, size});
    return to_text({bytes, size});
}

std::vector<std::string> rows(sqlite3* db, const std::string& query) {
    sqlite3_stmt* row = nullptr;
    if (sqlite3_prepare_v2(db, query.c_str(), -1, &row, nullptr) != SQLITE_OK) throw std::runtime_error(query);
    std::vector<std::string> out;
    while (sqlite3_step(row) == SQLITE_ROW) {
        std::string line;
        for (int i = 0; i < sqlite3_column_count(row); ++i) line += (i > 0 ? "|" : "") + column_text(row, i);
        out.push_back(std::move(line));
    }
    sqlite3_finalize(row);
    std::ranges::sort(out);
    return out;
}

}  // namespace

DatabaseDump dump_database(const std::string& file) {
    sqlite3* db = nullptr;
    if (sqlite3_open_v2(file.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) != SQLITE_OK) {
        sqlite3_close(db);
        throw std::runtime_error("cannot open " + file);
    }
    sqlite3_busy_timeout(db, 10'000);
    sqlite3_exec(db, "begin", nullptr, nullptr, nullptr);
    DatabaseDump out;
    for (const std::string& table : rows(db, "select name from sqlite_schema where type = 'table'")) {
        if (!table.starts_with("attempt")) out[table] = rows(db, "select * from " + table);
    }
    sqlite3_close(db);
    return out;
}

DatabaseDump without(DatabaseDump dump, const std::set<std::string>& tables, const std::string& hex) {
    for (const std::string& table : tables) {
        std::erase_if(dump[table], [&hex](const std::string& row) { return row.find(hex) != std::string::npos; });
    }
    return dump;
}

std::string difference(const DatabaseDump& before, const DatabaseDump& after) {
    std::string out;
    const auto only_in = [&out](const DatabaseDump& here, const DatabaseDump& there, std::string_view sign) {
        for (const auto& [table, lines] : here) {
            const auto other = there.find(table);
            for (const std::string& line : lines) {
                const bool found = other != there.end() && std::ranges::binary_search(other->second, line);
                if (!found) out += std::string(sign) + table + ": " + line.substr(0, 200) + "\n";
            }
        }
    };
    only_in(before, after, "- ");
    only_in(after, before, "+ ");
    return out;
}

}  // namespace assay::test
