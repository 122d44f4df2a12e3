#include "collector/store/lists.hpp"

#include "collector/store/select.hpp"
#include "collector/store/words.hpp"

namespace assay::store {
namespace {

constexpr Sql owner_columns("d.device_id, d.host_name, d.site, d.origin");
constexpr int owner_column_count = 4;

Owner read_owner(const Cursor& row, int at) {
    return {row.device(at), row.string(at + 1), row.string(at + 2), stored_origin(row.text(at + 3))};
}

// `opening` ends where a condition on the findings f goes in and is closed by a parenthesis.
void where_found(
    Select& query, Sql opening, const std::optional<std::string>& entity, const std::optional<std::string>& authority,
    const std::optional<std::string>& action
) {
    if (entity) query.where({opening, "(f.entity = $entity or f.named = $entity))"}, {{"$entity", *entity}});
    if (authority) query.where({opening, "f.authority = $authority)"}, {{"$authority", *authority}});
    if (action) query.where({opening, "f.action = $action)"}, {{"$action", *action}});
}

// `opening` as above, for a condition on the components c.
void where_numbered(Select& query, Sql opening, const PartNumber& number) {
    if (!number.registry && !number.value) return;
    query.where(
        {opening,
         "c.model_id in (select m.model_id from model_identifiers m "
         "where (cast($registry as text) is null or m.registry = $registry) "
         "and (cast($value as text) is null or m.value = $value "
         "or substr(m.value, 1, length($value) + 1) = $value || ':' "
         "or (m.registry = 'mac' and substr(m.value, 1, length($value)) = $value))))"},
        {{"$registry", number.registry}, {"$value", number.value}}
    );
}

void where_device(Select& query, const DeviceFilter& filter) {
    query.where_if("d.device_id = $device", "$device", filter.device)
        .where_if("d.site = $site", "$site", filter.site)
        .where_if("d.role = $role", "$role", filter.role)
        .where_if(
            "exists (select 1 from standings s "
            "where s.device_id = d.device_id and s.axis = 'lifecycle' and s.word = $lifecycle)",
            "$lifecycle", word_if(filter.lifecycle)
        )
        .where_if(
            "$verdict = (select case "
            "max(case s.word when 'contraindicated' then 3 when 'warning' then 2 when 'affirming' then 1 else 0 end) "
            "when 3 then 'contraindicated' when 2 then 'warning' when 1 then 'affirming' else 'none' end "
            "from standings s where s.device_id = d.device_id and s.axis <> 'lifecycle')",
            "$verdict", word_if(filter.verdict)
        )
        .where_if(
            "exists (select 1 from components c where c.device_id = d.device_id and c.kind = $kind)", "$kind",
            word_if(filter.kind)
        )
        .where_if(
            "d.host_name = $match or lower(substr(hex(d.device_id), 1, length($match))) = $match", "$match",
            filter.match
        )
        .where_if(
            "exists (select 1 from device_events e where e.device_id = d.device_id and e.at >= $since)", "$since",
            filter.changed_since
        );
    where_found(
        query, "exists (select 1 from findings f where f.device_id = d.device_id and ", filter.entity, filter.authority,
        std::nullopt
    );
    where_numbered(query, "exists (select 1 from components c where c.device_id = d.device_id and ", filter.number);
}

// What a list of components c, or of findings on them, asks of the component.
void where_part(Select& query, const PartFilter& filter, Sql findings) {
    query.where_if("c.device_id = $device", "$device", filter.device)
        .where_if("d.site = $site", "$site", filter.site)
        .where_if("c.kind = $kind", "$kind", word_if(filter.kind));
    where_found(query, findings, filter.entity, filter.authority, filter.action);
    where_numbered(query, "(", filter.number);
}

}  // namespace

std::vector<DeviceRow> list_devices(
    Database& db, const DeviceFilter& filter, const std::optional<DeviceId>& after, std::size_t limit
) {
    Select query{
        "select ", device_columns,
        ", (select count(*) from components c where c.device_id = d.device_id), "
        "(select count(*) from findings f where f.device_id = d.device_id and f.excepted = ''), "
        "(select count(*) from items i where i.device_id = d.device_id "
        "and i.state not in ('closed', 'false_positive')) from ",
        device_tables
    };
    where_device(query, filter);
    query.where_if("d.device_id > $after", "$after", after).then(" order by d.device_id").limit(limit);
    std::vector<DeviceRow> out = every_row(db.query(query), [](const Cursor& row) {
        constexpr int at = device_column_count;
        return DeviceRow{read_device(row), row.count(at), row.count(at + 1), row.count(at + 2)};
    });
    for (DeviceRow& row : out) read_axes(db, row.device.id, row.device.standing);
    return out;
}

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
    query.then(" order by c.device_id, c.component").limit(limit);
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
    query.then(" order by f.device_id, f.finding").limit(limit);
    return every_row(db.query(query), [](const Cursor& row) {
        constexpr int at = finding_column_count;
        return FindingRow{
            read_owner(row, at), read_finding(row), stored(decode_component(row.text(at + owner_column_count)))
        };
    });
}

std::vector<ItemRow> list_items(Database& db, const ItemFilter& filter, std::uint64_t after, std::size_t limit) {
    Select query{
        "select ", item_columns, ", ", owner_columns, " from items i join devices d on d.device_id = i.device_id"
    };
    constexpr Sql demands(
        "exists (select 1 from item_demands m where m.device_id = i.device_id and m.item = i.item and "
    );
    if (filter.entry) query.where({demands, "m.entry = $entry)"}, {{"$entry", *filter.entry}});
    if (filter.entity) query.where({demands, "m.entity = $entity)"}, {{"$entity", *filter.entity}});
    if (filter.authority) query.where({demands, "m.authority = $authority)"}, {{"$authority", *filter.authority}});
    query.where_if("i.device_id = $device", "$device", filter.device)
        .where_if("d.site = $site", "$site", filter.site)
        .where_if("i.state = $state", "$state", filter.state)
        .where("i.item > $after", {{"$after", after}})
        .then(" order by i.item")
        .limit(limit);
    std::vector<ItemRow> out = every_row(db.query(query), [](const Cursor& row) {
        return ItemRow{read_owner(row, item_column_count), read_item(row)};
    });
    for (ItemRow& row : out) read_item_details(db, row.item);
    return out;
}

}  // namespace assay::store
