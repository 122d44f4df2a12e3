#include "collector/store/identities.hpp"
#include "collector/store/list_texts.hpp"
#include "collector/store/words.hpp"

namespace assay::store {
namespace {

void where_unknown(Select& query, const UnknownFilter& filter) {
    query.where_if("u.device_id = $device", "$device", filter.device)
        .where_if("d.site = $site", "$site", filter.site)
        .where_if("u.registry = $registry", "$registry", filter.registry)
        .where_if("u.reason = $reason", "$reason", filter.reason)
        .where_if("u.first_seen_at >= $since", "$since", filter.since);
}

// How many different numbers, and the part that the first was seen on.
void read_example(Database& db, const UnknownFilter& filter, UnknownRow& out) {
    UnknownFilter only = filter;
    only.registry = out.registry;
    const auto narrowed = [&](Select& query) -> Select& {
        where_unknown(query, only);
        return query.where("u.vendor = $vendor", {{"$vendor", out.vendor}});
    };
    Select count{"select count(distinct u.value) from unknown_identifiers u join devices d on d.device_id = u.device_id"
    };
    out.values = first_row(db.query(narrowed(count)), [](const Cursor& row) { return row.count(0); }).value_or(0);
    Select first{
        "select u.component, u.registry, u.value, u.vendor, u.reason, u.first_seen_at, ", owner_columns,
        ", c.body from unknown_identifiers u join devices d on d.device_id = u.device_id "
        "join components c on c.device_id = u.device_id and c.component = u.component"
    };
    narrowed(first).then({" order by u.first_seen_at, u.device_id, u.component, u.value limit 1"});
    const auto row = db.query(first);
    if (!row->next()) throw DatabaseBroken("an unknown identifier is of no component");
    constexpr int owner_at = 6;
    out.example = {row->string(0), row->string(1), row->string(2), row->string(3), row->string(4), row->time(5)};
    out.owner = read_owner(*row, owner_at);
    out.component = stored(decode_component(row->text(owner_at + owner_column_count)));
}

}  // namespace

std::vector<ConflictRow> list_conflicts(
    Database& db, const ConflictFilter& filter, const std::optional<PartCursor>& after, std::size_t limit
) {
    Select query{
        "select x.conflict, x.component, x.rule, x.registry, x.value, x.holder, x.against, x.proof, x.explanation, "
        "x.first_seen_at, ",
        owner_columns,
        ", c.body from identity_conflicts x join devices d on d.device_id = x.device_id "
        "join components c on c.device_id = x.device_id and c.component = x.component"
    };
    query.where_if("x.device_id = $device", "$device", filter.device)
        .where_if("d.site = $site", "$site", filter.site)
        .where_if("c.kind = $kind", "$kind", word_if(filter.kind))
        .where_if("x.rule = $rule", "$rule", filter.rule)
        .where_if("x.first_seen_at >= $since", "$since", filter.since);
    where_numbered(query, "(", filter.number);
    if (after) {
        query.where(
            "(x.device_id, x.conflict) > ($after, $after_key)", {{"$after", after->device}, {"$after_key", after->key}}
        );
    }
    query.then({" order by x.device_id, x.conflict"}).limit(limit);
    return every_row(db.query(query), [](const Cursor& row) {
        constexpr int owner_at = 10;
        ConflictRow out;
        out.conflict = {row.string(0), row.string(1),
                        row.string(2), row.string(3),
                        row.string(4), row.string(5),
                        row.string(6), stored(proof_level_named(row.text(7), "identity_conflicts.proof")),
                        row.string(8), row.time(9)};
        out.owner = read_owner(row, owner_at);
        out.component = stored(decode_component(row.text(owner_at + owner_column_count)));
        return out;
    });
}

std::vector<UnknownRow> list_unknown(
    Database& db, const UnknownFilter& filter, const std::optional<UnknownCursor>& after, std::size_t limit
) {
    // First each part once, then the parts of each vendor.
    Select parts{
        "select u.registry as registry, u.vendor as vendor, u.device_id as device_id, "
        "min(u.first_seen_at) as first_seen_at from unknown_identifiers u join devices d on d.device_id = u.device_id"
    };
    where_unknown(parts, filter);
    if (after) {
        parts.where(
            "(u.registry, u.vendor) > ($after_registry, $after_vendor)",
            {{"$after_registry", after->registry}, {"$after_vendor", after->vendor}}
        );
    }
    parts.then({" group by u.registry, u.vendor, u.device_id, u.component"});
    Select query{"select p.registry, p.vendor, count(distinct p.device_id), count(*), min(p.first_seen_at) from ("};
    query.nest(parts).then({") p group by p.registry, p.vendor order by p.registry, p.vendor"}).limit(limit);
    std::vector<UnknownRow> out = every_row(db.query(query), [](const Cursor& row) {
        UnknownRow one;
        one.registry = row.string(0);
        one.vendor = row.string(1);
        one.devices = row.count(2);
        one.components = row.count(3);
        one.first_seen_at = row.time(4);
        return one;
    });
    for (UnknownRow& one : out) read_example(db, filter, one);
    return out;
}

}  // namespace assay::store
