#pragma once
// Words of enumerations (base/words.hpp) as they are stored: one in the database that this program does not know is a
// broken database, not a default.

#include "base/result.hpp"
#include "base/words.hpp"
#include "collector/store/database.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay::store {

// What a table or another room makes of a stored word: nothing where it knows none such.
template <class T>
T stored_word(std::optional<T> value, std::string_view text) {
    if (!value) throw DatabaseBroken("unknown word in the database: " + std::string(text.substr(0, 64)));
    return *value;
}

// For filters by an enumerator.
template <class T>
std::optional<std::string_view> word_if(const std::optional<T>& value) {
    if (!value) return std::nullopt;
    return name(*value);
}

// What a Result-returning decoder makes of a stored value: an error means that the database is broken.
template <class T>
T stored(Result<T> decoded) {
    if (!decoded) throw DatabaseBroken("the database holds what cannot be read: " + decoded.error().message());
    return *std::move(decoded);
}

}  // namespace assay::store
