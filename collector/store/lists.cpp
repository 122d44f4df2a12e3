#include "collector/store/lists.hpp"

#include "collector/store/words.hpp"

#include <array>

namespace assay::store {
namespace {

using OptionalText = std::optional<std::string_view>;

template <class T>
OptionalText word_if(const std::optional<T>& value) {
    if (!value) return std::nullopt;
    return name(*value);
}

std::optional<Sha256> id_if(const std::optional<DeviceId>& id) {
    if (!id) return std::nullopt;
    return id->value;
}

// The smallest id is above no cursor: an empty blob sorts before every id.
ByteView after_id(const std::optional<DeviceId>& id) {
    if (!id) return {};
    return id->value;
}

}  // namespace

std::vector<DeviceRow> list_devices(
    Database& db, const DeviceFilter& filter, const std::optional<DeviceId>& after, std::size_t limit
) {
    std::vector<DeviceRow> out;
    {
        const auto row = db.query(
            "select d.device_id, d.origin, d.host_name, d.host_maker, d.host_model, d.host_serial, d.site, d.role, "
            "d.enrolled_at, d.tpm_firmware, h.epoch, h.generation, h.accepted_at, h.valid_until, "
            "d.judged_on, d.judged_by, (select count(*) from components c where c.device_id = d.device_id), "
            "(select count(*) from findings f where f.device_id = d.device_id and f.excepted = ''), "
            "(select count(*) from items i where i.device_id = d.device_id "
            "and i.state not in ('closed', 'false_positive')) "
            "from devices d join device_heads h on h.device_id = d.device_id "
            "where d.device_id > $after "
            "and (cast($site as text) is null or d.site = $site) "
            "and (cast($role as text) is null or d.role = $role) "
            "and (cast($lifecycle as text) is null or exists (select 1 from standings s "
            "where s.device_id = d.device_id and s.axis = 'lifecycle' and s.word = $lifecycle)) "
            "and (cast($verdict as text) is null or $verdict = (select case "
            "max(case s.word when 'contraindicated' then 3 when 'warning' then 2 when 'affirming' then 1 else 0 end) "
            "when 3 then 'contraindicated' when 2 then 'warning' when 1 then 'affirming' else 'none' end "
            "from standings s where s.device_id = d.device_id and s.axis <> 'lifecycle')) "
            "and (cast($entity as text) is null or exists (select 1 from findings f "
            "where f.device_id = d.device_id and (f.entity = $entity or f.named = $entity))) "
            "and (cast($authority as text) is null or exists (select 1 from findings f "
            "where f.device_id = d.device_id and f.authority = $authority)) "
            "and (cast($kind as text) is null or exists (select 1 from components c "
            "where c.device_id = d.device_id and c.kind = $kind)) "
            "and ((cast($registry as text) is null and cast($value as text) is null) "
            "or exists (select 1 from components c join model_identifiers m on m.model_id = c.model_id "
            "where c.device_id = d.device_id and (cast($registry as text) is null or m.registry = $registry) "
            "and (cast($value as text) is null or m.value = $value "
            "or substr(m.value, 1, length($value) + 1) = $value || ':' "
            "or (m.registry = 'mac' and substr(m.value, 1, length($value)) = $value)))) "
            "and (cast($match as text) is null or d.host_name = $match "
            "or lower(substr(hex(d.device_id), 1, length($match))) = $match) "
            "and (cast($since as bigint) is null or exists (select 1 from device_events e "
            "where e.device_id = d.device_id and e.at >= $since)) "
            "order by d.device_id limit $limit",
            {{"$after", after_id(after)},
             {"$site", filter.site},
             {"$role", filter.role},
             {"$lifecycle", word_if(filter.lifecycle)},
             {"$verdict", word_if(filter.verdict)},
             {"$entity", filter.entity},
             {"$authority", filter.authority},
             {"$kind", word_if(filter.kind)},
             {"$registry", filter.registry},
             {"$value", filter.value},
             {"$match", filter.match},
             {"$since", filter.changed_since},
             {"$limit", limit}}
        );
        while (row->next()) {
            out.push_back({read_device(*row, 0), row->count(16), row->count(17), row->count(18)});
        }
    }
    for (DeviceRow& row : out) read_axes(db, row.device.id, row.device.standing);
    return out;
}

std::vector<ComponentRow> list_components(
    Database& db, const ComponentFilter& filter, const std::optional<ComponentCursor>& after, std::size_t limit
) {
    std::vector<ComponentRow> out;
    {
        const auto row = db.query(
            "select c.device_id, d.host_name, d.site, d.origin, c.body, c.proof, c.model_id, c.first_seen_at, "
            "c.changed_at from components c join devices d on d.device_id = c.device_id "
            "where (c.device_id > $after_device or (c.device_id = $after_device and c.component > $after_key)) "
            "and (cast($device as blob) is null or c.device_id = $device) "
            "and (cast($site as text) is null or d.site = $site) "
            "and (cast($kind as text) is null or c.kind = $kind) "
            "and ((cast($registry as text) is null and cast($value as text) is null) "
            "or c.model_id in (select m.model_id from model_identifiers m "
            "where (cast($registry as text) is null or m.registry = $registry) "
            "and (cast($value as text) is null or m.value = $value "
            "or substr(m.value, 1, length($value) + 1) = $value || ':' "
            "or (m.registry = 'mac' and substr(m.value, 1, length($value)) = $value)))) "
            "and (cast($since as bigint) is null or c.changed_at >= $since) "
            "and (cast($entity as text) is null or exists (select 1 from findings f where f.device_id = c.device_id "
            "and f.component = c.component and (f.entity = $entity or f.named = $entity))) "
            "and (cast($authority as text) is null or exists (select 1 from findings f "
            "where f.device_id = c.device_id and f.component = c.component and f.authority = $authority)) "
            "order by c.device_id, c.component limit $limit",
            {{"$after_device", after ? ByteView(after->device.value) : ByteView{}},
             {"$after_key", after ? std::string_view(after->key) : std::string_view{}},
             {"$device", id_if(filter.device)},
             {"$site", filter.site},
             {"$kind", word_if(filter.kind)},
             {"$registry", filter.registry},
             {"$value", filter.value},
             {"$since", filter.changed_since},
             {"$entity", filter.entity},
             {"$authority", filter.authority},
             {"$limit", limit}}
        );
        while (row->next()) {
            ComponentRow one;
            one.device.value = row->sha256(0);
            one.host = row->string(1);
            one.site = row->string(2);
            one.origin = stored_origin(row->text(3));
            one.part = read_stored_component(*row, 4);
            out.push_back(std::move(one));
        }
    }
    for (ComponentRow& one : out) one.part.placement = placement_of(db, one.device, one.part.component.key);
    return out;
}

std::vector<FindingRow> list_findings(
    Database& db, const FindingFilter& filter, const std::optional<FindingCursor>& after, std::size_t limit
) {
    const auto row = db.query(
        "select f.device_id, f.finding, f.component, f.entry, f.entity, f.named, f.authority, f.list, f.action, "
        "f.deadline, f.reason, f.excepted, f.proof, f.explanation, f.first_seen_at, f.last_seen_at, d.host_name, "
        "d.site, d.origin, c.body from findings f join devices d on d.device_id = f.device_id "
        "join components c on c.device_id = f.device_id and c.component = f.component "
        "where (f.device_id > $after_device or (f.device_id = $after_device and f.finding > $after_finding)) "
        "and (cast($device as blob) is null or f.device_id = $device) "
        "and (cast($site as text) is null or d.site = $site) "
        "and (cast($kind as text) is null or c.kind = $kind) "
        "and (cast($entity as text) is null or f.entity = $entity or f.named = $entity) "
        "and (cast($authority as text) is null or f.authority = $authority) "
        "and (cast($action as text) is null or f.action = $action) "
        "and ((cast($registry as text) is null and cast($value as text) is null) "
        "or c.model_id in (select m.model_id from model_identifiers m "
        "where (cast($registry as text) is null or m.registry = $registry) "
        "and (cast($value as text) is null or m.value = $value "
        "or substr(m.value, 1, length($value) + 1) = $value || ':' "
        "or (m.registry = 'mac' and substr(m.value, 1, length($value)) = $value)))) "
        "and (cast($since as bigint) is null or f.first_seen_at >= $since) "
        "order by f.device_id, f.finding limit $limit",
        {{"$after_device", after ? ByteView(after->device.value) : ByteView{}},
         {"$after_finding", after ? std::string_view(after->id) : std::string_view{}},
         {"$device", id_if(filter.device)},
         {"$site", filter.site},
         {"$kind", word_if(filter.kind)},
         {"$entity", filter.entity},
         {"$authority", filter.authority},
         {"$action", filter.action},
         {"$registry", filter.registry},
         {"$value", filter.value},
         {"$since", filter.found_since},
         {"$limit", limit}}
    );
    std::vector<FindingRow> out;
    while (row->next()) {
        FindingRow one;
        one.finding = read_finding(*row, 0);
        one.host = row->string(16);
        one.site = row->string(17);
        one.origin = stored_origin(row->text(18));
        one.component = stored(decode_component(row->text(19)));
        out.push_back(std::move(one));
    }
    return out;
}

std::vector<ItemRow> list_items(Database& db, const ItemFilter& filter, std::uint64_t after, std::size_t limit) {
    std::vector<ItemRow> out;
    {
        const auto row = db.query(
            "select i.device_id, i.item, i.component, i.state, i.grade, i.body, i.version, i.opened_at, i.changed_at, "
            "d.host_name, d.site, d.origin from items i join devices d on d.device_id = i.device_id "
            "where i.item > $after "
            "and (cast($device as blob) is null or i.device_id = $device) "
            "and (cast($site as text) is null or d.site = $site) "
            "and (cast($state as text) is null or i.state = $state) "
            "and (cast($entry as text) is null or exists (select 1 from item_demands m "
            "where m.device_id = i.device_id and m.item = i.item and m.entry = $entry)) "
            "and (cast($entity as text) is null or exists (select 1 from item_demands m "
            "where m.device_id = i.device_id and m.item = i.item and m.entity = $entity)) "
            "and (cast($authority as text) is null or exists (select 1 from item_demands m "
            "where m.device_id = i.device_id and m.item = i.item and m.authority = $authority)) "
            "order by i.item limit $limit",
            {{"$after", after},
             {"$device", id_if(filter.device)},
             {"$site", filter.site},
             {"$state", filter.state},
             {"$entry", filter.entry},
             {"$entity", filter.entity},
             {"$authority", filter.authority},
             {"$limit", limit}}
        );
        while (row->next()) {
            ItemRow one;
            one.item = read_item(*row, 0);
            one.host = row->string(9);
            one.site = row->string(10);
            one.origin = stored_origin(row->text(11));
            out.push_back(std::move(one));
        }
    }
    for (ItemRow& row : out) read_item_details(db, row.item);
    return out;
}

}  // namespace assay::store
