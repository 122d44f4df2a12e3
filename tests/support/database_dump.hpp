#pragma once
// Every row of every table of a collector's database as text, read beside the running collector: equal dumps, equal
// stores. Tables of attempts are left out: they are where a rejected attempt is meant to show.

#include <map>
#include <set>
#include <string>
#include <vector>

namespace assay::test {

using DatabaseDump = std::map<std::string, std::vector<std::string>>;  // table -> its rows, sorted
DatabaseDump dump_database(const std::string& file);

// The dump without the rows of these tables that mention `hex`: what may change when a device fails by itself.
DatabaseDump without(DatabaseDump dump, const std::set<std::string>& tables, const std::string& hex);

// One text for messages of a test: the lines in which they differ, empty when they do not.
std::string difference(const DatabaseDump& before, const DatabaseDump& after);

}  // namespace assay::test
