#pragma once
// One connection to a database, as the store uses it: query text of literals alone, parameters bound by name, rows read
// in order. SQLite stands behind it today (collector/store/sqlite.hpp); query text keeps to what PostgreSQL also takes:
// lower case, $name parameters, bigint milliseconds. A connection is used by one thread at a time. A broken database
// throws DatabaseBroken; a unique constraint that refuses a row throws ConstraintBroken.

#include "base/bytes.hpp"
#include "base/crypto/hash.hpp"
#include "base/time.hpp"
#include "evidence/device_id.hpp"

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace assay::store {

class DatabaseBroken : public std::runtime_error {
    using std::runtime_error::runtime_error;
};
class ConstraintBroken : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Query text: a literal of the program and nothing else, so its address names the prepared statement.
class Sql {
  public:
    template <std::size_t N>
    consteval Sql(const char (&text)[N]) : text_(text, N - 1) {}
    constexpr std::string_view text() const { return text_; }

  private:
    std::string_view text_;
};

using Null = std::monostate;
using SqlValue = std::variant<Null, std::int64_t, std::string_view, ByteView>;

// One bound parameter: {"$device", id.value}. What a view looks at must live until the query was run.
struct Param {
    Param(const char* n, std::int64_t v) : name(n), value(v) {}
    Param(const char* n, std::uint64_t v) : name(n), value(static_cast<std::int64_t>(v)) {}
    Param(const char* n, int v) : name(n), value(std::int64_t{v}) {}
    Param(const char* n, bool v) : name(n), value(std::int64_t{v ? 1 : 0}) {}
    Param(const char* n, UnixMillis v) : name(n), value(v.value) {}
    Param(const char* n, std::string_view v) : name(n), value(v) {}
    Param(const char* n, const std::string& v) : name(n), value(std::string_view(v)) {}
    Param(const char* n, const char* v) : name(n), value(std::string_view(v)) {}
    Param(const char* n, ByteView v) : name(n), value(v) {}
    Param(const char* n, const Bytes& v) : name(n), value(ByteView(v)) {}
    Param(const char* n, const Sha256& v) : name(n), value(ByteView(v)) {}
    Param(const char* n, const DeviceId& v) : name(n), value(ByteView(v.value)) {}
    Param(const char* n, Null) : name(n) {}
    template <class T>
    Param(const char* n, const std::optional<T>& v) : name(n), value(v ? Param(n, *v).value : SqlValue{}) {}

    const char* name;
    SqlValue value;
};
using Params = std::initializer_list<Param>;

// A prepared statement that is running. Columns count from 0; a column of another type than asked for throws
// DatabaseBroken, as does one that is null where no optional was asked for.
class Cursor {
  public:
    virtual ~Cursor() = default;
    virtual bool next() = 0;  // true: there is a row
    virtual bool is_null(int column) const = 0;
    virtual std::int64_t integer(int column) const = 0;
    virtual std::string_view text(int column) const = 0;  // until the next call of next()
    virtual ByteView blob(int column) const = 0;          // the same

    std::uint64_t count(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    bool boolean(int column) const { return integer(column) != 0; }
    UnixMillis time(int column) const { return {integer(column)}; }
    std::string string(int column) const { return std::string(text(column)); }
    Bytes bytes(int column) const { return to_bytes(blob(column)); }
    Sha256 sha256(int column) const;  // throws DatabaseBroken when it is not 32 bytes
    DeviceId device(int column) const { return {sha256(column)}; }
    std::optional<UnixMillis> time_if(int column) const;
    std::optional<std::string> string_if(int column) const;
    std::optional<std::int64_t> integer_if(int column) const;
};

class Select;  // collector/store/select.hpp: a query put together from literals

class Database {
  public:
    virtual ~Database() = default;

    // The statement stays prepared with the connection. One cursor of the same text at a time.
    virtual std::unique_ptr<Cursor> query(Sql sql, Params params = {}) = 0;
    virtual std::unique_ptr<Cursor> query(const Select& select) = 0;
    // Runs to the end; how many rows were inserted, updated or deleted.
    virtual std::int64_t execute(Sql sql, Params params = {}) = 0;
    // Several statements without parameters or rows: schema changes.
    virtual void script(std::string_view text) = 0;

    // The database's own clock: what valid_until and "now" are compared by.
    virtual UnixMillis now() = 0;

    virtual void begin_read() = 0;   // a snapshot: every query until end() sees the same state
    virtual void begin_write() = 0;  // takes the write lock at once
    virtual void commit() = 0;       // durable on return
    virtual void rollback() noexcept = 0;
};

// Each row as `read` makes it of a const Cursor&. The statement has ended when these return, so that what follows may
// ask again.
template <class Read>
auto every_row(std::unique_ptr<Cursor> row, Read read) {
    std::vector<std::remove_cvref_t<std::invoke_result_t<Read&, const Cursor&>>> out;
    while (row->next()) out.push_back(read(std::as_const(*row)));
    return out;
}
template <class Read>
auto first_row(std::unique_ptr<Cursor> row, Read read) {
    std::optional<std::remove_cvref_t<std::invoke_result_t<Read&, const Cursor&>>> out;
    if (row->next()) out = read(std::as_const(*row));
    return out;
}

}  // namespace assay::store
