#pragma once
// The worklist over the whole fleet: listed, and counted by what its items are. As collector/store/lists.hpp.

#include "collector/store/lists.hpp"
#include "collector/store/worklist_items.hpp"

namespace assay::store {

struct ItemFilter {
    std::optional<DeviceId> device;
    std::optional<std::string> site;
    std::optional<std::string> state;
    bool open = false;  // only open ones
    std::optional<std::string> entry;
    std::optional<std::string> entity;
    std::optional<std::string> authority;
    std::optional<UnixMillis> changed_since;
};
enum class ItemSort {
    id,
    site,  // then by the device's name, then by id
};
struct ItemCursor {
    std::string site;  // this and the name only matter when it is sorted by site
    std::string host;
    std::uint64_t item = 0;
};
struct ItemRow {
    Owner owner;
    StoredItem item;
};
std::vector<ItemRow> list_items(
    Database& db, const ItemFilter& filter, ItemSort sort, const std::optional<ItemCursor>& after, std::size_t limit
);

struct ItemFacets {
    Facet site;
    Facet state;
    Facet authority;  // an item counts once for each that asks for it
    Facet entity;     // the same
};
ItemFacets item_facets(Database& db, const ItemFilter& filter);

}  // namespace assay::store
