#pragma once
// Enumerators and the words they are stored as, both ways. A word in the database that this program does not know is a
// broken database, not a default.

#include "base/result.hpp"
#include "collector/store/database.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace assay::store {

template <class T>
struct Word {
    T value;
    std::string_view text;
};

template <class T, std::size_t N>
constexpr std::string_view word_of(const std::array<Word<T>, N>& words, T value) {
    return std::ranges::find(words, value, &Word<T>::value)->text;
}

template <class T, std::size_t N>
std::optional<T> value_named(const std::array<Word<T>, N>& words, std::string_view text) {
    const auto found = std::ranges::find(words, text, &Word<T>::text);
    if (found == words.end()) return std::nullopt;
    return found->value;
}

// A word that another room knows: nothing where it does not.
template <class T>
T stored_word(std::optional<T> value, std::string_view text) {
    if (!value) throw DatabaseBroken("unknown word in the database: " + std::string(text.substr(0, 64)));
    return *value;
}

template <class T, std::size_t N>
T stored_value(const std::array<Word<T>, N>& words, std::string_view text) {
    return stored_word(value_named(words, text), text);
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
