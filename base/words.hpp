#pragma once
// The words of an enumeration, both ways, from one table. Not for texts of people: these are spelt in files and
// messages. Where every new value must be thought of at each place, a switch is better: the compiler checks it.

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string_view>

namespace assay {

template <class Value>
struct Word {
    Value value;
    std::string_view word;
};

template <class Value, std::size_t count>
class Words {
  public:
    // Does not compile when a value or a word stands there twice: one of the two rows would never be found.
    consteval explicit Words(const Word<Value> (&rows)[count]) {
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (rows[i].value == rows[j].value || rows[i].word == rows[j].word) throw std::logic_error("twice");
            }
            rows_[i] = rows[i];
            values_[i] = rows[i].value;
        }
    }

    // "" for a value without a row.
    constexpr std::string_view of(Value value) const {
        const auto row = std::ranges::find(rows_, value, &Word<Value>::value);
        return row == rows_.end() ? std::string_view() : row->word;
    }
    constexpr std::optional<Value> named(std::string_view word) const {
        const auto row = std::ranges::find(rows_, word, &Word<Value>::word);
        return row == rows_.end() ? std::nullopt : std::optional(row->value);
    }
    constexpr const std::array<Value, count>& values() const { return values_; }  // in the order of the table

  private:
    std::array<Word<Value>, count> rows_{};
    std::array<Value, count> values_{};
};

// constexpr auto colours = words<Colour>({{Colour::red, "red"}, {Colour::blue, "blue"}});
template <class Value, std::size_t count>
consteval Words<Value, count> words(const Word<Value> (&rows)[count]) {
    return Words<Value, count>(rows);
}

}  // namespace assay
