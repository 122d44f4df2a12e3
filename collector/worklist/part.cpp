#include "collector/worklist/part.hpp"

#include "base/encoding.hpp"
#include "evidence/unit_mark.hpp"

#include <algorithm>

namespace assay::worklist {
namespace {

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

bool same_serial(const Part& a, const Part& b) {
    return a.serial == b.serial && names_a_unit(a.serial);
}

bool has_own_mac(const Part& part) {
    return std::ranges::any_of(part.macs, mac_names_a_unit);
}

bool share_mac(const Part& a, const Part& b) {
    return std::ranges::any_of(a.macs, [&b](const std::string& mac) {
        return b.macs.contains(mac) && mac_names_a_unit(mac);
    });
}

bool share_firmware(const Part& a, const Part& b) {
    return std::ranges::any_of(a.firmware, [&b](const Sha256& hash) { return b.firmware.contains(hash); });
}

// Of two that are alike and in one place: what tells the part from others is lacking on either side. A part that was
// seen without a serial number is not gone because one can be read now.
bool could_be(const Part& part, const Part& candidate) {
    if (names_a_unit(part.serial)) return !names_a_unit(candidate.serial);
    return !has_own_mac(part) || !has_own_mac(candidate);
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

bool same_unit(const Part& a, const Part& b) {
    if (a.kind != b.kind || a.models != b.models) return false;
    if (names_a_unit(a.serial)) return a.serial == b.serial;
    if (has_own_mac(a)) return share_mac(a, b);
    return a.key == b.key && !names_a_unit(b.serial);
}

bool same_unit_under_other_ids(const Part& a, const Part& b) {
    if (a.kind != b.kind || a.models == b.models) return false;
    if (same_serial(a, b) || share_mac(a, b)) return true;
    const bool same_place = a.key == b.key || (!a.parent.empty() && a.parent == b.parent);
    return same_place && share_firmware(a, b);
}

bool same_unit_elsewhere(const Part& a, const Part& b) {
    if (a.kind != b.kind || a.models != b.models) return false;
    return same_serial(a, b) || share_mac(a, b);
}

std::vector<std::string> traits(const Part& part) {
    std::vector<std::string> out;
    if (names_a_unit(part.serial)) out.push_back("serial/" + part.serial);
    for (const std::string& mac : part.macs) {
        if (mac_names_a_unit(mac)) out.push_back("mac/" + mac);
    }
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
                   could_be(part, *candidate)) {
            found = {Found::How::occupied, candidate};
        }
    }
    return found;
}

}  // namespace assay::worklist
