#include "base/json_writer.hpp"

#include <array>
#include <charconv>
#include <stdexcept>
#include <utility>

namespace assay::json {

void append_text(std::string& out, std::string_view text) {
    constexpr std::string_view hex_digits = "0123456789abcdef";
    out += '"';
    std::size_t written = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out += text.substr(written, i - written);
        written = i + 1;
        out += '\\';
        switch (c) {
            case '\b': out += 'b'; break;
            case '\f': out += 'f'; break;
            case '\n': out += 'n'; break;
            case '\r': out += 'r'; break;
            case '\t': out += 't'; break;
            case '"':
            case '\\': out += text[i]; break;
            default:
                out += "u00";
                out += hex_digits[c >> 4U];
                out += hex_digits[c & 15U];
        }
    }
    out += text.substr(written);
    out += '"';
}

void append_number(std::string& out, std::int64_t number) {
    std::array<char, 20> digits;
    out.append(digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr);
}

void Writer::separate() {
    if (open_.empty() || open_.back().is_object) return;
    if (!open_.back().empty) out_ += ',';
    open_.back().empty = false;
}

Writer& Writer::object() {
    separate();
    out_ += '{';
    open_.push_back({.is_object = true});
    return *this;
}

Writer& Writer::array() {
    separate();
    out_ += '[';
    open_.push_back({});
    return *this;
}

Writer& Writer::end() {
    if (open_.empty()) throw std::logic_error("json::Writer: nothing is open");
    out_ += open_.back().is_object ? '}' : ']';
    open_.pop_back();
    return *this;
}

Writer& Writer::key(std::string_view key) {
    if (open_.empty() || !open_.back().is_object) throw std::logic_error("json::Writer: a key outside an object");
    Open& open = open_.back();
    if (!open.empty) {
        if (key <= open.last_key) throw std::logic_error("json::Writer: key out of order: " + std::string(key));
        out_ += ',';
    }
    open.empty = false;
    open.last_key = key;
    append_text(out_, key);
    out_ += ':';
    return *this;
}

Writer& Writer::text(std::string_view text) {
    separate();
    append_text(out_, text);
    return *this;
}

Writer& Writer::number(std::int64_t number) {
    separate();
    append_number(out_, number);
    return *this;
}

Writer& Writer::boolean(bool value) {
    separate();
    out_ += value ? "true" : "false";
    return *this;
}

std::string Writer::take() {
    if (!open_.empty()) throw std::logic_error("json::Writer: not everything was ended");
    return std::exchange(out_, {});
}

}  // namespace assay::json
