#include "policy/pack_set.hpp"

#include "policy/link_loops.hpp"

#include <algorithm>
#include <set>

namespace assay::policy {
namespace {

template <class Map>
auto found_in(const Map& map, std::string_view key) {
    const auto found = map.find(key);
    using Item = typename Map::mapped_type::value_type;
    return found == map.end() ? std::span<const Item>() : std::span<const Item>(found->second);
}

}  // namespace

Result<PackSet> PackSet::compose(std::vector<Pack> packs) {
    if (packs.size() > limits::packs) {
        return fail(Errc::limit_exceeded, "packs", "more than " + std::to_string(limits::packs) + " active packs");
    }
    PackSet out;
    out.packs_ = std::move(packs);
    std::ranges::sort(out.packs_, {}, &Pack::id);
    CHECK_OK(out.index());
    return out;
}

Result<void> PackSet::index() {
    for (std::size_t i = 1; i < packs_.size(); ++i) {
        if (packs_[i].id != packs_[i - 1].id) continue;
        return fail(
            Errc::conflict, packs_[i].file + ": pack.id",
            "\"" + packs_[i].id + "\" is also the id of " + packs_[i - 1].file
        );
    }
    CHECK_OK(check_uses());
    CHECK_OK(index_ids());
    CHECK_OK(index_links());
    CHECK_OK(index_rows());
    return index_entries();
}

Result<void> PackSet::check_uses() const {
    for (const Pack& pack : packs_) {
        for (const std::string& used : pack.uses) {
            if (std::ranges::binary_search(packs_, used, {}, &Pack::id)) continue;
            return fail(
                Errc::not_found, pack.file + ": pack.uses", "the pack \"" + used + "\" is not among the active packs"
            );
        }
    }
    return {};
}

Result<void> PackSet::index_ids() {
    std::set<std::string_view> exceptions;
    for (const Pack& pack : packs_) {
        for (const Entity& entity : pack.entities) {
            if (const auto [at, added] = entities_.try_emplace(entity.id, EntityPlace{&pack, &entity}); !added) {
                const std::string what = "\"" + entity.id + "\" is an entity of " + at->second.pack->file + " too";
                return fail(placed_error(pack, entity.at, Errc::conflict, "entities.id", what));
            }
        }
        for (const ListEntry& entry : pack.entries) {
            if (const auto [at, added] = entries_.try_emplace(entry.id, Entry{&pack, &entry}); !added) {
                const std::string what = "\"" + entry.id + "\" is an entry of " + at->second.pack->file + " too";
                return fail(placed_error(pack, entry.at, Errc::conflict, "entries.id", what));
            }
        }
        for (const Exception& exception : pack.exceptions) {
            if (exceptions.insert(exception.id).second) continue;
            const std::string what = "\"" + exception.id + "\" is an exception of another pack too";
            return fail(placed_error(pack, exception.at, Errc::conflict, "exceptions.id", what));
        }
    }
    return {};
}

bool PackSet::may_refer(const Pack& from, const Pack& to) const {
    return &from == &to || std::ranges::find(from.uses, to.id) != from.uses.end();
}

Result<void> PackSet::check_entity(const Pack& pack, toml::Position at, std::string_view field, const std::string& id)
    const {
    const auto found = entities_.find(id);
    if (found == entities_.end()) {
        return fail(placed_error(pack, at, Errc::not_found, field, "there is no entity \"" + id + "\""));
    }
    if (may_refer(pack, *found->second.pack)) return {};
    return fail(placed_error(
        pack, at, Errc::not_found, field,
        "the entity \"" + id + "\" is of the pack \"" + found->second.pack->id + "\", which pack.uses does not name"
    ));
}

Result<void> PackSet::index_links() {
    std::vector<PlacedLink> all;
    for (const Pack& pack : packs_) {
        for (const Link& link : pack.links) {
            CHECK_OK(check_entity(pack, link.at, "links.entity", link.entity));
            CHECK_OK(check_entity(pack, link.at, "links.of", link.of));
            all.push_back(PlacedLink{&link, &pack});
            links_[link.entity].push_back(&link);
        }
    }
    return refuse_loops(all);
}

Result<void> PackSet::index_rows() {
    for (const Pack& pack : packs_) {
        for (const IdentifierRow& row : pack.identifiers) {
            CHECK_OK(check_entity(pack, row.at, "identifiers.entity", row.entity));
            for (const Pattern& pattern : row.patterns) {
                std::vector<Row>& held = rows_.at(static_cast<std::size_t>(pattern.registry))[pattern.value];
                const auto meets = std::ranges::find_if(held, [&row](const Row& other) {
                    return other.row->entity != row.entity && !row.period.apart_from(other.row->period);
                });
                if (meets != held.end()) {
                    const std::string what = pattern.value + " belongs to \"" + meets->row->entity + "\" in " +
                                             meets->pack->file + ":" + std::to_string(meets->row->at.line);
                    return fail(placed_error(pack, row.at, Errc::conflict, "identifiers.values", what));
                }
                held.push_back(Row{&pack, &row});
            }
        }
    }
    return {};
}

Result<void> PackSet::index_entries() {
    for (const Pack& pack : packs_) {
        for (const ListEntry& entry : pack.entries) {
            CHECK_OK(check_entity(pack, entry.at, "entries.entity", entry.entity));
            entries_by_entity_[entry.entity].push_back(Entry{&pack, &entry});
        }
        for (const Exception& exception : pack.exceptions) {
            const auto entry = entries_.find(exception.entry);
            if (entry == entries_.end() || !may_refer(pack, *entry->second.pack)) {
                return fail(placed_error(
                    pack, exception.at, Errc::not_found, "exceptions.entry",
                    "there is no entry \"" + exception.entry + "\" in this pack or in one that pack.uses names"
                ));
            }
            if (!exception.entity.empty())
                CHECK_OK(check_entity(pack, exception.at, "exceptions.entity", exception.entity));
            exceptions_[exception.entry].push_back(Waiver{&pack, &exception});
        }
    }
    return {};
}

std::span<const PackSet::Row> PackSet::rows(const Pattern& pattern) const {
    return found_in(rows_.at(static_cast<std::size_t>(pattern.registry)), pattern.value);
}

const Entity* PackSet::entity(std::string_view id) const {
    const auto found = entities_.find(id);
    return found == entities_.end() ? nullptr : found->second.entity;
}

std::span<const PackSet::Entry> PackSet::entries_on(std::string_view entity) const {
    return found_in(entries_by_entity_, entity);
}

std::span<const Link* const> PackSet::links_from(std::string_view entity) const {
    return found_in(links_, entity);
}

std::span<const PackSet::Waiver> PackSet::exceptions_from(std::string_view entry) const {
    return found_in(exceptions_, entry);
}

}  // namespace assay::policy
