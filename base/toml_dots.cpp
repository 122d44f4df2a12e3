#include "base/toml_dots.hpp"

#include <algorithm>

namespace assay::toml {
namespace {

// The length of the string that begins at `text`, quotes included; a string that does not end is the rest.
std::size_t string_length(std::string_view text) {
    const char quote = text.front();
    const bool is_long = text.size() >= 3 && text[1] == quote && text[2] == quote;
    const std::string_view quotes = text.substr(0, is_long ? 3 : 1);
    for (std::size_t i = quotes.size(); i < text.size(); ++i) {
        if (quote == '"' && text[i] == '\\') {
            ++i;
        } else if (!is_long && text[i] == '\n') {
            return i;
        } else if (text.substr(i).starts_with(quotes)) {
            i += quotes.size();
            while (is_long && i < text.size() && text[i] == quote) ++i;  // the last of four or five is inside
            return i;
        }
    }
    return text.size();
}

}  // namespace

bool has_too_many_dots(std::string_view text) {
    std::size_t dots = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        switch (text[i]) {
            case '\n': dots = 0; break;
            case '.':
                if (++dots > max_dots_in_line) return true;
                break;
            case '#': i = std::min(text.find('\n', i), text.size()) - 1; break;
            case '"':
            case '\'': i += string_length(text.substr(i)) - 1; break;
            default: break;
        }
    }
    return false;
}

}  // namespace assay::toml
