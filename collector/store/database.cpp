#include "collector/store/database.hpp"

#include <algorithm>

namespace assay::store {

Sha256 Cursor::sha256(int column) const {
    const ByteView bytes = blob(column);
    Sha256 out{};
    if (bytes.size() != out.size()) throw DatabaseBroken("a digest in the database is not 32 bytes");
    std::ranges::copy(bytes, out.begin());
    return out;
}

std::optional<UnixMillis> Cursor::time_if(int column) const {
    if (is_null(column)) return std::nullopt;
    return time(column);
}

std::optional<std::string> Cursor::string_if(int column) const {
    if (is_null(column)) return std::nullopt;
    return string(column);
}

std::optional<std::int64_t> Cursor::integer_if(int column) const {
    if (is_null(column)) return std::nullopt;
    return integer(column);
}

}  // namespace assay::store
