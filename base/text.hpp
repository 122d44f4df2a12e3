#pragma once
// Hostile text. What a device, a peer or a file calls itself passes through here before it is kept or shown.

#include "base/bytes.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace assay {

bool valid_utf8(std::string_view text);

// The number that all of the text is: no blank, no sign but a '-' of a signed type, no prefix, and within the type.
template <class Number>
std::optional<Number> whole_number(std::string_view text, int base = 10) {
    Number value{};
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value, base);
    return error == std::errc() && stop == end ? std::optional(value) : std::nullopt;
}

// A to Z in lower case, whatever the locale; every other byte as it is.
std::string ascii_lower(std::string_view text);

// Text fit to be kept: valid UTF-8 without control, bidirectional-control or other invisible format characters. Bytes
// that are no UTF-8 become \xNN, such characters \u{NN}; trailing spaces and NULs go; cut at `max_bytes` with "...".
std::string clean_text(ByteView raw, std::size_t max_bytes);
inline std::string clean_text(std::string_view raw, std::size_t max_bytes) {
    return clean_text(as_bytes(raw), max_bytes);
}

// For a terminal or a log: the same escapes, nothing cut. Idempotent on what clean_text returned.
std::string printable(std::string_view text);

// A JSON text whose strings hold such characters, with each of them as \uNNNN: the same value, fit for a terminal.
std::string printable_json(std::string_view json);

// One CSV field (RFC 4180), never a formula: a cell that starts with = + - @ tab or return gets a leading '.
std::string csv_field(std::string_view text);

// Columns a terminal gives the text (wide characters count two); the text must be printable().
std::size_t display_width(std::string_view text);

// The candidate nearest to `word` by edit distance, or "" when none is near.
template <class Range>
std::string nearest_word(std::string_view word, const Range& candidates);
std::size_t edit_distance(std::string_view a, std::string_view b);

template <class Range>
std::string nearest_word(std::string_view word, const Range& candidates) {
    std::string best;
    std::size_t best_distance = word.size() / 2 + 2;
    for (const auto& candidate : candidates) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < best_distance) {
            best_distance = distance;
            best = std::string(candidate);
        }
    }
    return best;
}

}  // namespace assay
