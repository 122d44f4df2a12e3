#include "collector/worklist/part.hpp"

#include "base/encoding.hpp"

#include <algorithm>
#include <array>

namespace assay::worklist {
namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return out;
}

std::string name_of(const Component& component, const std::string& word) {
    const auto found = component.names.find(word);
    return found == component.names.end() ? std::string() : found->second.text();
}

std::string label_of(const Component& component) {
    std::string label = name_of(component, "vendor");
    for (const char* word : {"product", "model", "name", "label"}) {
        const std::string more = name_of(component, word);
        if (more.empty()) continue;
        if (!label.empty()) label += ' ';
        return label + more;
    }
    return label;
}

template <class T>
bool share(const std::set<T>& a, const std::set<T>& b) {
    return std::ranges::any_of(a, [&b](const T& one) { return b.contains(one); });
}

bool same_serial(const Part& a, const Part& b) {
    return distinctive(a.serial) && a.serial == b.serial;
}

}  // namespace

Part part_of(const Component& component) {
    Part part;
    part.key = component.key;
    part.kind = component.kind;
    part.serial = component.serial.text();
    for (const Identifier& id : component.identifiers) {
        if (id.registry == Registry::mac) {
            part.macs.insert(id.value);
        } else {
            part.models.push_back(id);
        }
    }
    std::ranges::sort(part.models);
    for (const Firmware& one : component.firmware) {
        if (one.sha256) part.firmware.insert(*one.sha256);
    }
    part.location = component.location;
    part.parent = component.parent;
    part.label = label_of(component);
    return part;
}

bool distinctive(std::string_view serial) {
    static constexpr std::array<std::string_view, 10> fillers{
        "default string", "not specified", "to be filled by o.e.m.", "system serial number", "not available",
        "unknown",        "serial number", "chassis serial number",  "0123456789",           "123456789"
    };
    if (serial.size() < 5) return false;
    if (std::ranges::all_of(serial, [serial](char c) { return c == serial.front(); })) return false;
    return std::ranges::find(fillers, lower(serial)) == fillers.end();
}

bool same_unit(const Part& a, const Part& b) {
    if (a.kind != b.kind || a.models != b.models) return false;
    if (distinctive(a.serial)) return a.serial == b.serial;
    if (!a.macs.empty()) return share(a.macs, b.macs);
    return a.key == b.key && a.serial == b.serial;
}

bool same_unit_under_other_ids(const Part& a, const Part& b) {
    if (a.kind != b.kind || a.models == b.models) return false;
    if (same_serial(a, b) || share(a.macs, b.macs)) return true;
    const bool same_place = a.key == b.key || (!a.parent.empty() && a.parent == b.parent);
    return same_place && share(a.firmware, b.firmware);
}

bool same_unit_elsewhere(const Part& a, const Part& b) {
    if (a.kind != b.kind || a.models != b.models) return false;
    return same_serial(a, b) || share(a.macs, b.macs);
}

std::vector<std::string> traits(const Part& part) {
    std::vector<std::string> out;
    if (distinctive(part.serial)) out.push_back("serial/" + part.serial);
    for (const std::string& mac : part.macs) out.push_back("mac/" + mac);
    return out;
}

Parts::Parts(const Inventory& inventory) {
    parts_.reserve(inventory.components.size());
    for (const Component& component : inventory.components) {
        const std::size_t i = parts_.size();
        parts_.push_back(part_of(component));
        const Part& part = parts_.back();
        by_key_.emplace(part.key, i);
        for (std::string& trait : traits(part)) by_trait_.emplace(std::move(trait), i);
        for (const Sha256& hash : part.firmware) {
            by_firmware_.emplace(part.key + ' ' + to_hex(hash), i);
            if (!part.parent.empty()) by_firmware_.emplace(part.parent + ' ' + to_hex(hash), i);
        }
    }
}

const Part* Parts::at(std::string_view key) const {
    const auto found = by_key_.find(key);
    return found == by_key_.end() ? nullptr : &parts_[found->second];
}

void Parts::collect(const Index& index, std::string_view what, std::vector<const Part*>& out) const {
    const auto [begin, end] = index.equal_range(what);
    for (auto i = begin; i != end; ++i) out.push_back(&parts_[i->second]);
}

std::vector<const Part*> Parts::like(const Part& part) const {
    std::vector<const Part*> out;
    collect(by_key_, part.key, out);
    for (const std::string& trait : traits(part)) collect(by_trait_, trait, out);
    for (const Sha256& hash : part.firmware) {
        collect(by_firmware_, part.key + ' ' + to_hex(hash), out);
        if (!part.parent.empty()) collect(by_firmware_, part.parent + ' ' + to_hex(hash), out);
    }
    return out;
}

Found find(const Part& part, const Parts& parts) {
    Found found;
    for (const Part* candidate : parts.like(part)) {
        if (same_unit(part, *candidate)) return {Found::How::present, candidate};
        if (same_unit_under_other_ids(part, *candidate)) {
            found = {Found::How::altered, candidate};
        } else if (found.how == Found::How::missing && candidate->key == part.key && candidate->models == part.models &&
                   distinctive(part.serial) && candidate->serial.empty()) {
            found = {Found::How::occupied, candidate};
        }
    }
    return found;
}

}  // namespace assay::worklist
