#pragma once
// What the decoders and encoders of documents share (inventory, placement, firmware manifest, module list): their
// bounds, readings of three values, and that a document has one spelling. Only evidence/*_json.cpp include it.

#include "base/fields.hpp"
#include "base/json.hpp"
#include "evidence/component.hpp"
#include "evidence/limits.hpp"

#include <string>
#include <string_view>

namespace assay {

inline constexpr json::Limits document_limits{
    .max_bytes = limits::document_bytes, .max_depth = limits::json_depth, .max_values = limits::json_values
};

json::Value reading_value(const Reading& reading);  // REQUIRES: not absent
Reading read_reading(Fields& f, std::string_view key);
void put_text(json::Object& object, std::string_view key, const std::string& text);    // nothing when empty
void put_reading(json::Object& object, std::string_view key, const Reading& reading);  // nothing when absent

// Takes what a *_named() function found, or refuses in the Fields' name.
template <class T>
T taken(Fields& f, std::string_view key, Result<T> found) {
    if (found) return *found;
    f.refuse(found.error().code, key, found.error().what);
    return T{};
}

void check_format(Fields& f, std::string_view format);
// bad_value unless the text is what encoding the decoded value gave.
Result<void> check_canonical(std::string_view text, const std::string& again, std::string_view where);

}  // namespace assay
