#pragma once
// SQLite behind the Database seam: write-ahead log, every commit on disk before it returns (synchronous=FULL), foreign
// keys on, one connection per opened Database. The file is created with mode 0600.

#include "base/result.hpp"
#include "collector/store/database.hpp"

#include <filesystem>
#include <memory>

namespace assay::store {

enum class SqliteAccess { read_write, read_only };

// Errors: io_error (cannot open or create), bad_value (the file is no SQLite database, or another program's).
Result<std::unique_ptr<Database>> open_sqlite(const std::filesystem::path& file, SqliteAccess access);

}  // namespace assay::store
