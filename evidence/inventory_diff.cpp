#include "evidence/inventory_diff.hpp"

#include "base/encoding.hpp"
#include "base/words.hpp"
#include "evidence/unit_mark.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

namespace assay {
namespace {

constexpr auto changes = words<PartChange>({
    {PartChange::added, "added"},
    {PartChange::removed, "removed"},
    {PartChange::moved, "moved"},
    {PartChange::changed, "changed"},
    {PartChange::not_looked_at, "not_looked_at"},
    {PartChange::first_looked_at, "first_looked_at"},
});

std::vector<std::string> unit_traits(const Component& part) {
    const std::string kind = std::string(name(part.kind)) + '/';
    std::vector<std::string> out;
    if (names_a_unit(part.serial.text())) out.push_back("serial/" + kind + part.serial.text());
    for (const Identifier& id : part.identifiers) {
        if (id.registry == Registry::mac && mac_names_a_unit(id.value)) out.push_back("mac/" + kind + id.value);
    }
    return out;
}

// Kind, numbers and names, of a part without a mark of its own; else nothing.
std::vector<std::string> model_traits(const Component& part) {
    if (!unit_traits(part).empty()) return {};
    Component model;
    model.kind = part.kind;
    model.identifiers = part.identifiers;
    model.names = part.names;
    return {encode_component(model)};
}

using Traits = std::vector<std::string> (*)(const Component&);

// Which part of the one side is which of the other.
class Pairing {
  public:
    Pairing(const Inventory& before, const Inventory& after)
        : before_(before.components), after_(after.components), of_before_(before_.size()), of_after_(after_.size()) {
        at_same_key(true);
        by(unit_traits);
        at_same_key(false);
        by(model_traits);
    }

    std::optional<std::size_t> of_before(std::size_t i) const { return of_before_[i]; }
    std::optional<std::size_t> of_after(std::size_t i) const { return of_after_[i]; }

  private:
    void pair(std::size_t i, std::size_t j) {
        of_before_[i] = j;
        of_after_[j] = i;
    }

    void at_same_key(bool same_unit_only) {
        for (std::size_t i = 0; i < before_.size(); ++i) {
            const auto at = std::ranges::lower_bound(after_, before_[i].key, {}, &Component::key);
            if (of_before_[i] || at == after_.end() || at->key != before_[i].key) continue;
            const auto j = static_cast<std::size_t>(at - after_.begin());
            if (of_after_[j] || before_[i].kind != at->kind) continue;
            const std::vector<std::string> marks = unit_traits(*at);
            const bool shared = std::ranges::any_of(unit_traits(before_[i]), [&marks](const std::string& mark) {
                return std::ranges::find(marks, mark) != marks.end();
            });
            if (shared || !same_unit_only) pair(i, j);
        }
    }

    // Only a trait of just one part on either side tells which is which.
    void by(Traits traits) {
        struct Bearers {
            std::vector<std::size_t> before;
            std::vector<std::size_t> after;
        };
        std::map<std::string, Bearers> bearers;
        for (std::size_t i = 0; i < before_.size(); ++i) {
            if (of_before_[i]) continue;
            for (std::string& trait : traits(before_[i])) bearers[std::move(trait)].before.push_back(i);
        }
        for (std::size_t j = 0; j < after_.size(); ++j) {
            if (of_after_[j]) continue;
            for (std::string& trait : traits(after_[j])) bearers[std::move(trait)].after.push_back(j);
        }
        for (const auto& [trait, found] : bearers) {
            if (found.before.size() != 1 || found.after.size() != 1) continue;
            if (of_before_[found.before[0]] || of_after_[found.after[0]]) continue;  // by another of its marks
            pair(found.before[0], found.after[0]);
        }
    }

    const std::vector<Component>& before_;
    const std::vector<Component>& after_;
    std::vector<std::optional<std::size_t>> of_before_;
    std::vector<std::optional<std::size_t>> of_after_;
};

Reading text(const std::string& value) {
    return value.empty() ? Reading() : Reading::of(value);
}

Reading identifiers_text(const Component& part) {
    std::string out;
    for (const Identifier& id : part.identifiers) {
        out += (out.empty() ? "" : ", ") + std::string(name(id.registry)) + ' ' + id.value;
    }
    return text(out);
}

// Firmware by name; of several under one name each has its number. The hash stands where there is one.
std::map<std::string, Reading> firmware_texts(const Component& part) {
    std::map<std::string, Reading> out;
    for (const Firmware& one : part.firmware) {
        Reading shown = one.version;
        if (one.sha256) shown = Reading::of(shown.text() + (shown.has_value() ? " " : "") + to_hex(*one.sha256));
        const std::string base = one.name == "firmware" ? one.name : "firmware " + one.name;
        std::string what = base;
        for (int number = 2; out.contains(what); ++number) what = base + ' ' + std::to_string(number);
        out[what] = shown;
    }
    return out;
}

// Every value that is compared, under the word it is shown by.
std::map<std::string, Reading> values_of(const Component& part, bool with_place) {
    std::map<std::string, Reading> out = firmware_texts(part);
    for (const auto& [key, reading] : part.names) out["name " + key] = reading;
    out["identifiers"] = identifiers_text(part);
    out["kind"] = Reading::of(std::string(name(part.kind)));
    out["serial"] = part.serial;
    if (with_place) {
        out["slot"] = text(part.location.slot);
        out["port"] = text(part.location.port);
        out["path"] = text(part.location.path);
        out["parent"] = text(part.parent);
    }
    return out;
}

std::vector<ValueChange> values_changed(const Component& before, const Component& after) {
    const bool stayed = before.key == after.key;  // who moves has another slot and parent: that is the move
    const std::map<std::string, Reading> old = values_of(before, stayed);
    const std::map<std::string, Reading> now = values_of(after, stayed);
    std::set<std::string> whats;
    for (const auto& [what, reading] : old) whats.insert(what);
    for (const auto& [what, reading] : now) whats.insert(what);
    std::vector<ValueChange> out;
    for (const std::string& what : whats) {
        const auto a = old.find(what);
        const auto b = now.find(what);
        ValueChange one{what, a == old.end() ? Reading() : a->second, b == now.end() ? Reading() : b->second};
        if (one.before != one.after) out.push_back(std::move(one));
    }
    return out;
}

const SourceReport* source_named(const Inventory& inventory, std::string_view source) {
    const auto found = std::ranges::find(inventory.sources, source, &SourceReport::source);
    return found == inventory.sources.end() ? nullptr : &*found;
}

// Parts of `one` that `other` lacks, by why: their place was looked at on the other side, or what they hung on is
// lacking for that reason and their source had nothing to say against it.
class Lacking {
  public:
    Lacking(const Inventory& one, const Inventory& other) : one_(one), other_(other) {}

    void add(const Component& part) { parts_.emplace(part.key, &part); }
    bool for_sure(const std::string& key) const {
        std::string at = key;
        for (std::size_t height = 0; height <= parts_.size(); ++height) {
            const auto part = parts_.find(at);
            if (part == parts_.end()) return false;
            if (looked_at(other_, at)) return true;
            if (!source_had_its_say(at)) return false;
            at = part->second->parent;
        }
        return false;  // parents in a circle
    }

  private:
    bool source_had_its_say(const std::string& key) const {
        return std::ranges::any_of(one_.sources, [this, &key](const SourceReport& source) {
            const SourceReport* there = source_named(other_, source.source);
            if (there == nullptr) return false;
            const bool spoke = there->state == SourceState::ok || there->state == SourceState::absent;
            return spoke && std::ranges::any_of(source.covered, [&key](const std::string& place) {
                       return lies_at(key, place);
                   });
        });
    }

    const Inventory& one_;
    const Inventory& other_;
    std::map<std::string, const Component*> parts_;  // what the other side lacks
};

std::vector<PartDiff> diff_parts(const Inventory& before, const Inventory& after) {
    const Pairing pairing(before, after);
    Lacking gone(before, after);
    Lacking come(after, before);
    for (std::size_t i = 0; i < before.components.size(); ++i) {
        if (!pairing.of_before(i)) gone.add(before.components[i]);
    }
    std::vector<PartDiff> out;
    for (std::size_t j = 0; j < after.components.size(); ++j) {
        const Component& now = after.components[j];
        const auto i = pairing.of_after(j);
        if (!i) {
            come.add(now);
            continue;
        }
        const Component& old = before.components[*i];
        PartDiff one{old.key == now.key ? PartChange::changed : PartChange::moved, old, now, values_changed(old, now)};
        if (one.change == PartChange::moved || !one.values.empty()) out.push_back(std::move(one));
    }
    for (std::size_t i = 0; i < before.components.size(); ++i) {
        if (pairing.of_before(i)) continue;
        const Component& old = before.components[i];
        const PartChange how = gone.for_sure(old.key) ? PartChange::removed : PartChange::not_looked_at;
        out.push_back({how, old, std::nullopt, {}});
    }
    for (std::size_t j = 0; j < after.components.size(); ++j) {
        if (pairing.of_after(j)) continue;
        const Component& now = after.components[j];
        const bool sure = before.sources.empty() || come.for_sure(now.key);
        out.push_back({sure ? PartChange::added : PartChange::first_looked_at, std::nullopt, now, {}});
    }
    std::ranges::stable_sort(out, {}, &PartDiff::key);
    return out;
}

SourceDiff diff_source(std::string source, const SourceReport* before, const SourceReport* after) {
    SourceDiff out;
    out.source = std::move(source);
    const SourceReport none;
    const SourceReport& old = before == nullptr ? none : *before;
    const SourceReport& now = after == nullptr ? none : *after;
    if (before != nullptr) out.before = old.state;
    if (after != nullptr) out.after = now.state;
    out.detail_before = old.detail;
    out.detail_after = now.detail;
    if (out.source == "view") return out;
    std::ranges::set_difference(old.covered, now.covered, std::back_inserter(out.covered_no_more));
    std::ranges::set_difference(now.covered, old.covered, std::back_inserter(out.covered_anew));
    return out;
}

}  // namespace

std::string_view name(PartChange change) {
    return changes.of(change);
}

bool lies_at(std::string_view key, std::string_view place) {
    return key == place || (key.starts_with(place) && key.substr(place.size()).starts_with('/'));
}

bool looked_at(const Inventory& inventory, std::string_view key) {
    return std::ranges::any_of(inventory.sources, [key](const SourceReport& source) {
        return source.state == SourceState::ok &&
               std::ranges::any_of(source.covered, [key](const std::string& place) { return lies_at(key, place); });
    });
}

InventoryDiff diff_inventories(const Inventory& before, const Inventory& after) {
    InventoryDiff out;
    out.parts = diff_parts(before, after);
    std::set<std::string> names;
    for (const SourceReport& source : before.sources) names.insert(source.source);
    for (const SourceReport& source : after.sources) names.insert(source.source);
    for (const std::string& source : names) {
        SourceDiff one = diff_source(source, source_named(before, source), source_named(after, source));
        const bool same = one.before == one.after && one.detail_before == one.detail_after;
        if (!same || !one.covered_no_more.empty() || !one.covered_anew.empty()) out.sources.push_back(std::move(one));
    }
    return out;
}

}  // namespace assay
