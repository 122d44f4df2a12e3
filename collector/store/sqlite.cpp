#include "collector/store/sqlite.hpp"

#include "collector/store/select.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <unordered_map>
#include <utility>

namespace assay::store {
namespace {

constexpr int busy_wait_ms = 10'000;
constexpr std::size_t composed_kept = 256;           // prepared statements of composed text
constexpr std::int64_t application_id = 0x41534159;  // "ASAY"

struct Close {
    void operator()(sqlite3* db) const noexcept { sqlite3_close_v2(db); }
};
struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Handle = std::unique_ptr<sqlite3, Close>;
using StatementPtr = std::unique_ptr<sqlite3_stmt, Finalize>;

[[noreturn]] void raise(sqlite3* db, std::string_view doing) {
    const int code = sqlite3_extended_errcode(db);
    const std::string message = std::string(doing) + ": " + sqlite3_errmsg(db);
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY) throw ConstraintBroken(message);
    throw DatabaseBroken(message);
}

void bind(sqlite3* db, sqlite3_stmt* statement, const Param& param, sqlite3_destructor_type keep) {
    const int index = sqlite3_bind_parameter_index(statement, param.name);
    if (index == 0) throw DatabaseBroken(std::string("no parameter ") + param.name);
    int code = SQLITE_OK;
    if (const auto* number = std::get_if<std::int64_t>(&param.value)) {
        code = sqlite3_bind_int64(statement, index, *number);
    } else if (const auto* text = std::get_if<std::string_view>(&param.value)) {
        const char* at = text->empty() ? "" : text->data();
        code = sqlite3_bind_text64(statement, index, at, text->size(), keep, SQLITE_UTF8);
    } else if (const auto* bytes = std::get_if<ByteView>(&param.value)) {
        code = bytes->empty() ? sqlite3_bind_zeroblob(statement, index, 0)
                              : sqlite3_bind_blob64(statement, index, bytes->data(), bytes->size(), keep);
    } else {
        code = sqlite3_bind_null(statement, index);
    }
    if (code != SQLITE_OK) raise(db, "bind");
}

// Every parameter that the text names must be given: one left out would silently be null.
void bind_all(sqlite3* db, sqlite3_stmt* statement, std::span<const Param> params, sqlite3_destructor_type keep) {
    for (const Param& param : params) bind(db, statement, param, keep);
    if (std::cmp_not_equal(sqlite3_bind_parameter_count(statement), params.size())) {
        throw DatabaseBroken("a parameter is missing: " + std::string(sqlite3_sql(statement)));
    }
}

class SqliteCursor final : public Cursor {
  public:
    SqliteCursor(sqlite3* db, sqlite3_stmt* statement, bool& running)
        : db_(db), statement_(statement), running_(running) {
        running_ = true;
    }
    ~SqliteCursor() override {
        sqlite3_reset(statement_);
        sqlite3_clear_bindings(statement_);
        running_ = false;
    }
    SqliteCursor(const SqliteCursor&) = delete;
    SqliteCursor& operator=(const SqliteCursor&) = delete;

    bool next() override {
        const int code = sqlite3_step(statement_);
        if (code != SQLITE_ROW && code != SQLITE_DONE) raise(db_, "read");
        return code == SQLITE_ROW;
    }
    bool is_null(int column) const override { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
    std::int64_t integer(int column) const override {
        need(column, SQLITE_INTEGER);
        return sqlite3_column_int64(statement_, column);
    }
    std::string_view text(int column) const override {
        need(column, SQLITE_TEXT);
        return as_text({sqlite3_column_text(statement_, column), size(column)});
    }
    ByteView blob(int column) const override {
        need(column, SQLITE_BLOB);
        return {static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column)), size(column)};
    }

  private:
    std::size_t size(int column) const { return static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)); }
    void need(int column, int type) const {
        if (sqlite3_column_type(statement_, column) != type) {
            throw DatabaseBroken("column " + std::to_string(column) + " has another type than expected");
        }
    }
    sqlite3* db_;
    sqlite3_stmt* statement_;
    bool& running_;
};

class SqliteDatabase final : public Database {
  public:
    explicit SqliteDatabase(Handle db) : db_(std::move(db)) {}

    std::unique_ptr<Cursor> query(Sql sql, Params params) override { return run(prepare(sql), {params}); }

    std::unique_ptr<Cursor> query(const Select& select) override { return run(prepare(select), select.params()); }

    std::int64_t execute(Sql sql, Params params) override {
        Prepared& prepared = prepare(sql);
        sqlite3_stmt* statement = prepared.statement.get();
        bind_all(db_.get(), statement, {params}, SQLITE_STATIC);
        const int code = sqlite3_step(statement);
        if (code != SQLITE_DONE && code != SQLITE_ROW) {
            const int extended = sqlite3_extended_errcode(db_.get());
            const std::string message = sqlite3_errmsg(db_.get());
            sqlite3_reset(statement);
            sqlite3_clear_bindings(statement);
            if (extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY) {
                throw ConstraintBroken(message);
            }
            throw DatabaseBroken(message);
        }
        const std::int64_t changed = sqlite3_stmt_readonly(statement) != 0 ? 0 : sqlite3_changes64(db_.get());
        sqlite3_reset(statement);
        sqlite3_clear_bindings(statement);
        return changed;
    }

    void script(std::string_view text) override {
        if (sqlite3_exec(db_.get(), std::string(text).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
            raise(db_.get(), "script");
        }
    }

    UnixMillis now() override {
        const auto row = query("select cast((julianday('now') - 2440587.5) * 86400000.0 as integer)", {});
        row->next();
        return row->time(0);
    }

    void begin_read() override {
        execute("begin deferred", {});
        query("select count(*) from sqlite_schema", {})->next();  // the snapshot is taken at the first read
    }
    void begin_write() override { execute("begin immediate", {}); }
    void commit() override { execute("commit", {}); }
    void rollback() noexcept override {
        if (sqlite3_get_autocommit(db_.get()) == 0) sqlite3_exec(db_.get(), "rollback", nullptr, nullptr, nullptr);
    }

  private:
    struct Prepared {
        StatementPtr statement;
        bool running = false;
    };

    std::unique_ptr<Cursor> run(Prepared& prepared, std::span<const Param> params) {
        bind_all(db_.get(), prepared.statement.get(), params, SQLITE_TRANSIENT);
        return std::make_unique<SqliteCursor>(db_.get(), prepared.statement.get(), prepared.running);
    }

    Prepared& prepare(Sql sql) { return ready(literal_[sql.text().data()], sql.text()); }

    Prepared& prepare(const Select& select) {
        const auto known = composed_.find(select.text());
        if (known != composed_.end()) return ready(known->second, select.text());
        if (composed_.size() >= composed_kept)
            std::erase_if(composed_, [](const auto& one) { return !one.second.running; });
        return ready(composed_[select.text()], select.text());
    }

    Prepared& ready(Prepared& prepared, std::string_view text) {
        if (prepared.running) throw DatabaseBroken("a statement is still running: " + std::string(text));
        if (!prepared.statement) {
            sqlite3_stmt* statement = nullptr;
            const int code = sqlite3_prepare_v3(
                db_.get(), text.data(), static_cast<int>(text.size()), SQLITE_PREPARE_PERSISTENT, &statement, nullptr
            );
            prepared.statement.reset(statement);
            if (code != SQLITE_OK) raise(db_.get(), "prepare " + std::string(text));
        }
        return prepared;
    }

    Handle db_;
    // Both die before db_.
    std::unordered_map<const char*, Prepared> literal_;  // by the literal's address
    std::unordered_map<std::string, Prepared> composed_;
};

// SQLite would create the file with the umask's mode.
Result<void> create_private(const std::filesystem::path& file) {
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor < 0) return fail(Errc::io_error, file.string(), std::strerror(errno));
    ::close(descriptor);
    return {};
}

Result<void> check_owner(Database& db, const std::filesystem::path& file, SqliteAccess access) {
    std::int64_t id = 0;
    std::int64_t tables = 0;
    {
        const auto row = db.query("select application_id from pragma_application_id");
        if (row->next()) id = row->integer(0);
        const auto count = db.query("select count(*) from sqlite_schema");
        if (count->next()) tables = count->integer(0);
    }
    if (id == application_id) return {};
    if (id != 0 || tables != 0) return fail(Errc::bad_value, file.string(), "is a database of another program");
    if (access == SqliteAccess::read_write) db.script("pragma application_id = 0x41534159");
    return {};
}

}  // namespace

Result<std::unique_ptr<Database>> open_sqlite(const std::filesystem::path& file, SqliteAccess access) {
    if (access == SqliteAccess::read_write) CHECK_OK(create_private(file));
    sqlite3* raw = nullptr;
    const int mode = access == SqliteAccess::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    const int code = sqlite3_open_v2(file.c_str(), &raw, mode | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    Handle handle(raw);
    if (code != SQLITE_OK) return fail(Errc::io_error, file.string(), sqlite3_errstr(code));
    sqlite3_busy_timeout(raw, busy_wait_ms);
    auto db = std::make_unique<SqliteDatabase>(std::move(handle));
    try {
        CHECK_OK(check_owner(*db, file, access));
        if (access == SqliteAccess::read_write) db->script("pragma journal_mode = wal");
        db->script("pragma synchronous = full; pragma foreign_keys = on; pragma trusted_schema = off");
        db->script("pragma cache_size = -65536; pragma temp_store = memory");
    } catch (const DatabaseBroken& broken) {
        return fail(Errc::bad_value, file.string(), broken.what());
    }
    return std::unique_ptr<Database>(std::move(db));
}

}  // namespace assay::store
