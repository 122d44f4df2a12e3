#include "collector/store/lists.hpp"

#include "collector/store/list_texts.hpp"
#include "collector/store/words.hpp"

namespace assay::store {
namespace {

// What a list of components c, or of findings on them, asks of the component.
void where_part(Select& query, const PartFilter& filter, Sql findings) {
    query.where_if("c.device_id = $device", "$device", filter.device)
        .where_if("d.site = $site", "$site", filter.site)
        .where_if("c.kind = $kind", "$kind", word_if(filter.kind));
    where_found(query, findings, {filter.entity, filter.authority, filter.action});
    where_numbered(query, "(", filter.number);
}

}  // namespace

std::vector<ComponentRow> list_components(
    Database& db, const PartFilter& filter, const std::optional<PartCursor>& after, std::size_t limit
) {
    Select query{
        "select ", component_columns, ", ", owner_columns,
        " from components c join devices d on d.device_id = c.device_id"
    };
    where_part(
        query, filter,
        "exists (select 1 from findings f where f.device_id = c.device_id and f.component = c.component and "
    );
    query.where_if("c.changed_at >= $since", "$since", filter.since);
    if (after) {
        query.where(
            "(c.device_id, c.component) > ($after, $after_key)", {{"$after", after->device}, {"$after_key", after->key}}
        );
    }
    query.then({" order by c.device_id, c.component"}).limit(limit);
    std::vector<ComponentRow> out = every_row(db.query(query), [](const Cursor& row) {
        return ComponentRow{read_owner(row, component_column_count), read_stored_component(row)};
    });
    for (ComponentRow& one : out) one.part.placement = placement_of(db, one.owner.device, one.part.component.key);
    return out;
}

std::vector<FindingRow> list_findings(
    Database& db, const PartFilter& filter, const std::optional<PartCursor>& after, std::size_t limit
) {
    Select query{
        "select ", finding_columns, ", ", owner_columns,
        ", c.body from findings f join devices d on d.device_id = f.device_id "
        "join components c on c.device_id = f.device_id and c.component = f.component"
    };
    where_part(query, filter, "(");
    query.where_if("f.first_seen_at >= $since", "$since", filter.since);
    if (after) {
        query.where(
            "(f.device_id, f.finding) > ($after, $after_key)", {{"$after", after->device}, {"$after_key", after->key}}
        );
    }
    query.then({" order by f.device_id, f.finding"}).limit(limit);
    return every_row(db.query(query), [](const Cursor& row) {
        constexpr int at = finding_column_count;
        return FindingRow{
            read_owner(row, at), read_finding(row), stored(decode_component(row.text(at + owner_column_count)))
        };
    });
}

}  // namespace assay::store
