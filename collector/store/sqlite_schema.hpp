#pragma once
// The schema's versions and how a database comes from one to the next. Texts are append-only: one that was released
// never changes, so a database made by any earlier version can be brought up to date.

#include "base/result.hpp"
#include "collector/store/database.hpp"

#include <span>
#include <string_view>

namespace assay::store {

// Text i brings a database from version i to version i+1.
std::span<const std::string_view> sqlite_schema();

// Applies what is lacking, all of it or nothing. Errors: unsupported, when the database's version is newer than
// `schema` knows. Throws DatabaseBroken when a text cannot be applied.
Result<void> migrate(Database& db, std::span<const std::string_view> schema);

// For a program beside the running collector, whose database it must not change under it. Errors: unsupported (another
// version than `schema`'s last), bad_value (an empty database).
Result<void> check_schema(Database& db, std::span<const std::string_view> schema);

}  // namespace assay::store
