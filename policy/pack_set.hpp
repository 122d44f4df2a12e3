#pragma once
// The packs that are active together. Built whole or refused whole: ids must be unique over all packs, every reference
// must lead to the pack itself or to one it `uses`, links must not loop, and a number must not belong to two entities
// on one day. Immutable afterwards; safe to read from many threads. Matches point into it and must not outlive it.

#include "policy/pack.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace assay::policy {

class PackSet {
  public:
    // An error names file, line and column of the row. Order does not matter.
    static Result<PackSet> compose(std::vector<Pack> packs);

    PackSet(PackSet&&) noexcept = default;
    PackSet& operator=(PackSet&&) noexcept = default;
    PackSet(const PackSet&) = delete;
    PackSet& operator=(const PackSet&) = delete;
    ~PackSet() = default;

    const std::vector<Pack>& packs() const { return packs_; }  // sorted by id

    struct Row {
        const Pack* pack = nullptr;
        const IdentifierRow* row = nullptr;
    };
    struct Entry {
        const Pack* pack = nullptr;
        const ListEntry* entry = nullptr;
    };
    struct Waiver {
        const Pack* pack = nullptr;
        const Exception* exception = nullptr;
    };

    // The rows that hold exactly this pattern: of one entity on any day, though two packs may both say so. One hash
    // look-up.
    std::span<const Row> rows(const Pattern& pattern) const;
    const Entity* entity(std::string_view id) const;  // nullptr: no such entity
    std::span<const Entry> entries_on(std::string_view entity) const;
    std::span<const Link* const> links_from(std::string_view entity) const;
    std::span<const Waiver> exceptions_from(std::string_view entry) const;

  private:
    PackSet() = default;
    Result<void> index();
    Result<void> index_ids();
    Result<void> index_links();
    Result<void> index_rows();
    Result<void> index_entries();
    Result<void> check_uses() const;

    template <class T>
    using ById = std::unordered_map<std::string_view, T>;  // keys stand in the packs

    struct EntityPlace {
        const Pack* pack = nullptr;
        const Entity* entity = nullptr;
    };
    bool may_refer(const Pack& from, const Pack& to) const;
    Result<void> check_entity(const Pack& pack, toml::Position at, std::string_view field, const std::string& id) const;

    std::vector<Pack> packs_;
    ById<EntityPlace> entities_;
    ById<Entry> entries_;
    ById<std::vector<Entry>> entries_by_entity_;
    ById<std::vector<const Link*>> links_;
    ById<std::vector<Waiver>> exceptions_;
    static constexpr std::size_t registry_count = 16;
    std::array<ById<std::vector<Row>>, registry_count> rows_;  // by registry, then by value
};

}  // namespace assay::policy
