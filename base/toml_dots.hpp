#pragma once
// A bound on dotted TOML keys, checked before the library sees a document. A key of many dots is a table of many
// levels, which the library destroys by recursion, so that 60 KB of text end the stack. Not a check of TOML.

#include <cstddef>
#include <string_view>

namespace assay::toml {

inline constexpr std::size_t max_dots_in_line = 16;

// Whether a line has more dots outside strings and comments. What is well-formed up to a place is read here as the
// library reads it; past the first mistake the library reads no further.
bool has_too_many_dots(std::string_view text);

}  // namespace assay::toml
