#include "collector/findings/shown_part.hpp"

#include "base/encoding.hpp"

#include <fmt/format.h>

namespace assay {

ReadNames readable_names(const Component& component) {
    ReadNames out;
    for (const auto& [key, reading] : component.names) {
        if (reading.has_value()) out.emplace(key, reading.text());
    }
    return out;
}

json::Object part_value(const std::string& key, ComponentKind kind, const ReadNames& names, const Location& location) {
    json::Object shown;
    for (const auto& [name, text] : names) shown[name] = text;
    json::Object place;
    const auto put = [&place](std::string_view what, const std::string& text) {
        if (!text.empty()) place[what] = text;
    };
    put("slot", location.slot);
    put("port", location.port);
    put("path", location.path);
    return {{"key", key}, {"kind", name(kind)}, {"names", std::move(shown)}, {"location", std::move(place)}};
}

std::string called(const std::string& key, const ReadNames& names) {
    std::string given;
    for (const char* which : {"vendor", "product"}) {
        const auto found = names.find(which);
        if (found != names.end()) given += (given.empty() ? "" : " ") + found->second;
    }
    const std::string part = "Component " + key;
    return given.empty() ? part : fmt::format("{} (which calls itself \"{}\")", part, given);
}

std::string id_of(std::initializer_list<std::string_view> texts) {
    constexpr std::size_t id_bytes = 16;
    std::string framed;
    for (const std::string_view text : texts) framed += fmt::format("{}:{}", text.size(), text);
    return to_hex(ByteView(sha256(framed)).first(id_bytes));
}

}  // namespace assay
