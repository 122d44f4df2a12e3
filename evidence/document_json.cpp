#include "evidence/document_json.hpp"

namespace assay {

json::Value reading_value(const Reading& reading) {
    if (reading.readable()) return json::Value(reading.text());
    return json::Object{{"unreadable", reading.why()}};
}

Reading read_reading(Fields& f, std::string_view key) {
    const json::Value* value = f.any(key);
    if (value == nullptr) return {};
    if (value->is_object()) return Reading::unreadable(f.object(key).text("unreadable", limits::text_bytes));
    return Reading::of(f.text_or_empty(key, limits::text_bytes));
}

void put_text(json::Object& object, std::string_view key, const std::string& text) {
    if (!text.empty()) object[key] = text;
}

void put_reading(json::Object& object, std::string_view key, const Reading& reading) {
    if (!reading.absent()) object[key] = reading_value(reading);
}

void check_format(Fields& f, std::string_view format) {
    if (f.text("format", limits::text_bytes) != format)
        f.refuse(Errc::bad_value, "format", "is not \"" + std::string(format) + "\"");
}

Result<void> check_canonical(std::string_view text, const std::string& again, std::string_view where) {
    if (text == again) return {};
    return fail(
        Errc::bad_value, std::string(where),
        "is not in canonical form (sorted, no white space, every value in its one spelling)"
    );
}

}  // namespace assay
