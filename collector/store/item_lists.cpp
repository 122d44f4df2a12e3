#include "collector/store/item_lists.hpp"

#include "collector/store/list_texts.hpp"

namespace assay::store {
namespace {

constexpr Sql item_tables("items i join devices d on d.device_id = i.device_id");

void where_item(Select& query, const ItemFilter& filter) {
    constexpr Sql demands(
        "exists (select 1 from item_demands m where m.device_id = i.device_id and m.item = i.item and "
    );
    if (filter.entry) query.where({demands, "m.entry = $entry)"}, {{"$entry", *filter.entry}});
    if (filter.entity) query.where({demands, "m.entity = $entity)"}, {{"$entity", *filter.entity}});
    if (filter.authority) query.where({demands, "m.authority = $authority)"}, {{"$authority", *filter.authority}});
    if (filter.open) query.where(open_item);
    query.where_if("i.device_id = $device", "$device", filter.device)
        .where_if("d.site = $site", "$site", filter.site)
        .where_if("i.state = $state", "$state", filter.state)
        .where_if("i.changed_at >= $since", "$since", filter.changed_since);
}

}  // namespace

std::vector<ItemRow> list_items(
    Database& db, const ItemFilter& filter, ItemSort sort, const std::optional<ItemCursor>& after, std::size_t limit
) {
    const Sql order = sort == ItemSort::site ? Sql(" order by d.site, d.host_name, i.item") : Sql(" order by i.item");
    // The numbers of one page, so that bodies are read of them alone.
    Select page{"select i.item from ", item_tables};
    where_item(page, filter);
    if (after && sort == ItemSort::site) {
        page.where(
            "(d.site, d.host_name, i.item) > ($after_site, $after_host, $after)",
            {{"$after_site", after->site}, {"$after_host", after->host}, {"$after", after->item}}
        );
    } else if (after) {
        page.where("i.item > $after", {{"$after", after->item}});
    }
    page.then({order}).limit(limit);
    Select query{"select ", item_columns, ", ", owner_columns, " from ", item_tables, " where i.item in ("};
    query.nest(page).then({")", order});
    std::vector<ItemRow> out = every_row(db.query(query), [](const Cursor& row) {
        return ItemRow{read_owner(row, item_column_count), read_item(row)};
    });
    for (ItemRow& row : out) read_item_details(db, row.item);
    return out;
}

ItemFacets item_facets(Database& db, const ItemFilter& filter) {
    const auto facet = [&](Sql column, Sql more_tables) {
        Select query{"select ", column, ", count(distinct i.item) from ", item_tables, more_tables};
        where_item(query, filter);
        return read_facet(db, query);
    };
    constexpr Sql by_demand(" join item_demands b on b.device_id = i.device_id and b.item = i.item");
    return {facet("d.site", ""), facet("i.state", ""), facet("b.authority", by_demand), facet("b.entity", by_demand)};
}

}  // namespace assay::store
