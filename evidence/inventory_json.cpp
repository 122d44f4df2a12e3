// The JSON of inventories and placements. What is decoded is encoded again and compared, so a
// document has exactly one spelling.

#include "base/encoding.hpp"
#include "base/fields.hpp"
#include "base/json.hpp"
#include "evidence/document_json.hpp"
#include "evidence/inventory.hpp"
#include "evidence/limits.hpp"

#include <algorithm>

namespace assay {
namespace {

json::Object firmware_value(const Firmware& firmware) {
    json::Object out{{"name", firmware.name}, {"obtained", firmware.obtained}};
    if (!firmware.version.absent()) out["version"] = reading_value(firmware.version);
    if (firmware.sha256) out["sha256"] = to_hex(*firmware.sha256);
    return out;
}

json::Object component_value(const Component& component) {
    json::Object out{{"key", component.key}, {"kind", name(component.kind)}};
    json::Array identifiers;
    for (const Identifier& id : component.identifiers) {
        identifiers.push_back(json::Object{{"registry", name(id.registry)}, {"value", id.value}});
    }
    out["identifiers"] = std::move(identifiers);
    json::Object names;
    for (const auto& [key, reading] : component.names) {
        if (!reading.absent()) names[key] = reading_value(reading);
    }
    out["names"] = std::move(names);
    if (!component.serial.absent()) out["serial"] = reading_value(component.serial);
    json::Object location;
    put_text(location, "slot", component.location.slot);
    put_text(location, "port", component.location.port);
    put_text(location, "path", component.location.path);
    out["location"] = std::move(location);
    put_text(out, "parent", component.parent);
    json::Array firmware;
    for (const Firmware& one : component.firmware) firmware.push_back(firmware_value(one));
    out["firmware"] = std::move(firmware);
    json::Object contents;
    for (const auto& [what, hash] : component.contents) contents[what] = to_hex(hash);
    if (!contents.empty()) out["contents"] = std::move(contents);
    return out;
}

json::Object source_value(const SourceReport& source) {
    json::Object out{{"source", source.source}, {"state", name(source.state)}};
    put_text(out, "detail", source.detail);
    json::Array covered;
    for (const std::string& place : source.covered) covered.push_back(json::Value(place));
    out["covered"] = std::move(covered);
    return out;
}

Firmware read_firmware(Fields& f) {
    Firmware out;
    out.name = f.text("name", limits::text_bytes);
    out.obtained = f.text("obtained", limits::text_bytes);
    out.version = read_reading(f, "version");
    out.sha256 = f.hex32_if("sha256");
    return out;
}

Identifier read_identifier(Fields& f) {
    const std::string registry = f.text("registry", limits::text_bytes);
    const std::string value = f.text("value", limits::text_bytes);
    if (f.failed()) return {};
    const Registry known = taken(f, "registry", registry_named(registry, "registry"));
    return taken(f, "value", make_identifier(known, value, "value"));
}

std::map<std::string, Sha256> read_contents(Fields& f) {
    std::map<std::string, Sha256> out;
    if (f.any("contents") == nullptr) return out;
    Fields contents = f.object("contents");
    const std::vector<std::string> keys = contents.keys();
    if (keys.size() > limits::contents_per_component) f.refuse(Errc::limit_exceeded, "contents", "too many");
    for (const std::string& key : keys) out[key] = contents.hex32(key);
    return out;
}

Component read_component(Fields& f) {
    Component out;
    out.key = f.text("key", limits::key_bytes);
    const std::string kind = f.text("kind", limits::text_bytes);
    if (!f.failed()) out.kind = taken(f, "kind", component_kind_named(kind, "kind"));
    for (Fields& id : f.objects("identifiers", limits::identifiers_per_component))
        out.identifiers.push_back(read_identifier(id));
    Fields names = f.object("names");
    const std::vector<std::string> keys = names.keys();
    if (keys.size() > limits::names_per_component) f.refuse(Errc::limit_exceeded, "names", "too many names");
    for (const std::string& key : keys) out.names[key] = read_reading(names, key);
    out.serial = read_reading(f, "serial");
    Fields location = f.object("location");
    out.location.slot = location.text_if("slot", limits::text_bytes).value_or("");
    out.location.port = location.text_if("port", limits::text_bytes).value_or("");
    out.location.path = location.text_if("path", limits::text_bytes).value_or("");
    out.parent = f.text_if("parent", limits::key_bytes).value_or("");
    for (Fields& one : f.objects("firmware", limits::firmware_per_component))
        out.firmware.push_back(read_firmware(one));
    out.contents = read_contents(f);
    return out;
}

SourceReport read_source(Fields& f) {
    SourceReport out;
    out.source = f.text("source", limits::text_bytes);
    const std::string state = f.text("state", limits::text_bytes);
    if (!f.failed()) out.state = taken(f, "state", source_state_named(state, "state"));
    out.detail = f.text_if("detail", limits::text_bytes).value_or("");
    out.covered = f.texts("covered", limits::covered_per_source, limits::key_bytes);
    return out;
}

Result<void> check_parents(const Inventory& inventory) {
    for (const Component& component : inventory.components) {
        if (component.parent.empty()) continue;
        if (component.parent == component.key ||
            !std::ranges::binary_search(inventory.components, component.parent, {}, &Component::key)) {
            return fail(
                Errc::bad_value, "inventory: " + component.key + ".parent", "names no other component of this inventory"
            );
        }
    }
    return {};
}

}  // namespace

std::string encode_inventory(const Inventory& inventory) {
    json::Array components;
    for (const Component& component : inventory.components) components.push_back(component_value(component));
    json::Array sources;
    for (const SourceReport& source : inventory.sources) sources.push_back(source_value(source));
    return json::canonical(json::Object{
        {"format", inventory_format},
        {"replayed", inventory.replayed},
        {"sources", std::move(sources)},
        {"components", std::move(components)}
    });
}

Result<Inventory> decode_inventory(std::string_view text) {
    TRY(const json::Value value, json::parse(text, document_limits, "inventory"));
    Fields f(value, "inventory");
    check_format(f, inventory_format);
    Inventory out;
    out.replayed = f.boolean("replayed");
    for (Fields& source : f.objects("sources", limits::sources)) out.sources.push_back(read_source(source));
    for (Fields& component : f.objects("components", limits::components))
        out.components.push_back(read_component(component));
    CHECK_OK(f.finish());
    if (std::ranges::adjacent_find(out.components, std::ranges::greater_equal{}, &Component::key) !=
        out.components.end()) {
        return fail(Errc::bad_value, "inventory.components", "keys are not strictly ascending");
    }
    if (std::ranges::adjacent_find(out.sources, std::ranges::greater_equal{}, &SourceReport::source) !=
        out.sources.end()) {
        return fail(Errc::bad_value, "inventory.sources", "sources are not strictly ascending");
    }
    CHECK_OK(check_parents(out));
    Inventory sorted = out;
    normalise(sorted);
    CHECK_OK(check_canonical(text, encode_inventory(sorted), "inventory"));
    return out;
}

std::string encode_component(const Component& component) {
    return json::canonical(component_value(component));
}

Result<Component> decode_component(std::string_view text) {
    TRY(const json::Value value, json::parse(text, document_limits, "component"));
    Fields f(value, "component");
    Component out = read_component(f);
    CHECK_OK(f.finish());
    CHECK_OK(check_canonical(text, encode_component(out), "component"));
    return out;
}

std::string encode_placement(const Placement& placement) {
    json::Object places;
    for (const auto& [key, values] : placement) {
        json::Object one;
        for (const auto& [what, value] : values) one[what] = value;
        places[key] = std::move(one);
    }
    return json::canonical(json::Object{{"format", placement_format}, {"placement", std::move(places)}});
}

Result<Placement> decode_placement(std::string_view text) {
    TRY(const json::Value value, json::parse(text, document_limits, "placement"));
    Fields f(value, "placement");
    check_format(f, placement_format);
    Fields places = f.object("placement");
    const std::vector<std::string> keys = places.keys();
    if (keys.size() > limits::components) f.refuse(Errc::limit_exceeded, "placement", "too many components");
    Placement out;
    for (const std::string& key : keys) {
        if (f.failed()) break;
        if (key.size() > limits::key_bytes) f.refuse(Errc::limit_exceeded, "placement", "a key is too long");
        Fields one = places.object(key);
        const std::vector<std::string> words = one.keys();
        if (words.size() > limits::names_per_component) f.refuse(Errc::limit_exceeded, "placement", "too many values");
        for (const std::string& word : words) out[key][word] = one.text(word, limits::text_bytes);
    }
    CHECK_OK(f.finish());
    CHECK_OK(check_canonical(text, encode_placement(out), "placement"));
    return out;
}

}  // namespace assay
