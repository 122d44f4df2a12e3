#include "collector/store/list_texts.hpp"

namespace assay::store {

Owner read_owner(const Cursor& row, int at) {
    return {row.device(at), row.string(at + 1), row.string(at + 2), stored_origin(row.text(at + 3))};
}

void where_found(Select& query, Sql opening, const FoundFilter& filter) {
    if (filter.entity)
        query.where({opening, "(f.entity = $entity or f.named = $entity))"}, {{"$entity", *filter.entity}});
    if (filter.authority) query.where({opening, "f.authority = $authority)"}, {{"$authority", *filter.authority}});
    if (filter.action) query.where({opening, "f.action = $action)"}, {{"$action", *filter.action}});
}

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

Facet read_facet(Database& db, Select& query) {
    query.then({" group by 1 order by 2 desc, 1"}).limit(facet_values + 1);
    Facet out;
    out.values = every_row(db.query(query), [](const Cursor& row) { return std::pair(row.string(0), row.count(1)); });
    out.more = out.values.size() > facet_values;
    if (out.more) out.values.resize(facet_values);
    return out;
}

}  // namespace assay::store
