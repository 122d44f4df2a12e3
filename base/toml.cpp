#include "base/toml.hpp"

// toml++ 3.3 states as assertions what some malformed documents do not fulfil ("[}" is one), and under NDEBUG lets the
// compiler assume them. Here they refuse the document, in every build.
#undef NDEBUG
namespace {
struct BrokenAssumption {};
[[noreturn]] void refuse_document() {
    throw BrokenAssumption();
}
}  // namespace
#define TOML_ASSERT(expression) (static_cast<bool>(expression) ? void() : refuse_document())
#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

#include <optional>

namespace assay::toml {
namespace {

struct Converter {
    Document& out;
    std::optional<Error> error;

    void refuse(const ::toml::node& node, const std::string& path, std::string what) {
        if (error) return;
        const auto at = node.source().begin;
        out.positions[path] = {at.line, at.column};
        error = out.placed(Error{Errc::wrong_type, path, std::move(what)});
    }

    json::Value convert(const ::toml::node& node, const std::string& path) {
        const auto at = node.source().begin;
        out.positions.try_emplace(path, Position{at.line, at.column});
        if (const auto* table = node.as_table()) return convert_table(*table, path);
        if (const auto* array = node.as_array()) {
            json::Array items;
            for (const auto& item : *array)
                items.push_back(convert(item, path + "[" + std::to_string(items.size()) + "]"));
            return items;
        }
        if (const auto* text = node.as_string()) return json::Value(text->get());
        if (const auto* number = node.as_integer()) {
            if (number->get() > json::max_integer || number->get() < -json::max_integer)
                refuse(node, path, "an integer beyond 2^53-1");
            return json::Value(number->get());
        }
        if (const auto* boolean = node.as_boolean()) return json::Value(boolean->get());
        if (const auto* date = node.as_date()) {
            const ::toml::date day = date->get();
            char text[16];
            std::snprintf(
                text, sizeof text, "%04u-%02u-%02u", unsigned{day.year}, unsigned{day.month}, unsigned{day.day}
            );
            return json::Value(std::string_view(text));
        }
        refuse(node, path, "a number with a fraction or a time has no place here");
        return nullptr;
    }

    json::Value convert_table(const ::toml::table& table, const std::string& path) {
        json::Object object;
        for (const auto& [key, value] : table) {
            const std::string inner = path.empty() ? std::string(key.str()) : path + "." + std::string(key.str());
            out.positions[inner] = {key.source().begin.line, key.source().begin.column};
            object[key.str()] = convert(value, inner);
        }
        return object;
    }
};

}  // namespace

Error Document::placed(Error error) const {
    // The nearest enclosing key that stands in the file: a missing key is placed at its table.
    std::string path = error.where;
    auto at = positions.find(path);
    while (at == positions.end() && !path.empty()) {
        const std::size_t cut = path.find_last_of(".[");
        path = cut == std::string::npos ? "" : path.substr(0, cut);
        at = positions.find(path);
    }
    std::string place = name;
    if (at != positions.end() && at->second.line > 0) {
        place += ":" + std::to_string(at->second.line) + ":" + std::to_string(at->second.column);
    }
    error.where = error.where.empty() ? place : place + ": " + error.where;
    return error;
}

Result<Document> parse(std::string_view text, std::string name) {
    if (text.size() > max_document_bytes) {
        return fail(Errc::limit_exceeded, name, "longer than " + std::to_string(max_document_bytes) + " bytes");
    }
    std::optional<::toml::parse_result> result;
    try {
        result.emplace(::toml::parse(text));
    } catch (const BrokenAssumption&) {
        return fail(Errc::bad_encoding, name, "not a TOML document");
    }
    const ::toml::parse_result& parsed = *result;
    if (!parsed) {
        const auto at = parsed.error().source().begin;
        return fail(
            Errc::bad_encoding, name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column),
            std::string(parsed.error().description())
        );
    }
    Document out{std::move(name), nullptr, {}};
    Converter converter{out, std::nullopt};
    out.root = converter.convert_table(parsed.table(), "");
    if (converter.error) return fail(*converter.error);
    return out;
}

}  // namespace assay::toml
