#include "collector/store/device_lists.hpp"

#include "collector/store/list_texts.hpp"
#include "collector/store/words.hpp"
#include "collector/store/worklist_items.hpp"

#include <algorithm>
#include <iterator>

namespace assay::store {
namespace {

constexpr auto sorts = words<DeviceSort>({
    {DeviceSort::id, "id"},
    {DeviceSort::name, "name"},
    {DeviceSort::site, "site"},
    {DeviceSort::state, "state"},
    {DeviceSort::last_report, "last_report"},
    {DeviceSort::findings, "findings"},
    {DeviceSort::open_items, "open_items"},
});

constexpr Sql findings_count("(select count(*) from findings f where f.device_id = d.device_id and f.excepted = '')");

SqlTexts items_count() {
    return {"(select count(*) from items i where i.device_id = d.device_id and ", open_item, ")"};
}

// What collector/verifier/standing.cpp computes for one device, in the database's words, to select and sort many by; a
// test holds the two together. Both name $now.
SqlTexts trusted_text(const TrustRequirement& requirement) {
    SqlTexts out{
        "(h.accepted_at is not null and h.valid_until > $now and not exists (select 1 from standings s "
        "where s.device_id = d.device_id and (s.word = 'contraindicated' "
        "or (s.axis = 'lifecycle' and s.word <> 'active')"
    };
    if (requirement.identity) out.push_back(" or (s.axis = 'identity' and s.word <> 'affirming')");
    if (requirement.boot) out.push_back(" or (s.axis = 'boot' and s.word <> 'affirming')");
    if (requirement.runtime) out.push_back(" or (s.axis = 'runtime' and s.word <> 'affirming')");
    out.push_back(")))");
    return out;
}

// 0: trusted; else how bad the worst axis is. Freshness stands where a word says nothing bad: of an active device that
// is its lifecycle, and every other lifecycle is worse than any freshness.
SqlTexts badness_text(const TrustRequirement& requirement) {
    SqlTexts out{"(case when "};
    std::ranges::copy(trusted_text(requirement), std::back_inserter(out));
    out.push_back(
        " then 0 else (select max(case s.word when 'retired' then 8 when 'contraindicated' then 7 when 'warning' then "
        "6 "
        "when 'pending_review' then 5 when 'none' then 2 else "
        "case when h.accepted_at is null then 3 when h.valid_until <= $now then 4 else 1 end end) "
        "from standings s where s.device_id = d.device_id) end)"
    );
    return out;
}

void where_shown(Select& query, const DeviceFilter& filter) {
    query
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
        );
    if (filter.freshness == Freshness::never_reported) query.where("h.accepted_at is null");
    if (filter.freshness == Freshness::fresh)
        query.where("h.accepted_at is not null and h.valid_until > $now", {{"$now", filter.now}});
    if (filter.freshness == Freshness::overdue)
        query.where("h.accepted_at is not null and h.valid_until <= $now", {{"$now", filter.now}});
    if (!filter.trusted) return;
    SqlTexts condition = trusted_text(filter.requirement);
    if (!*filter.trusted) condition.insert(condition.begin(), Sql("not "));
    query.where(condition, {{"$now", filter.now}});
}

void where_device(Select& query, const DeviceFilter& filter) {
    query.where_if("d.device_id = $device", "$device", filter.device)
        .where_if("d.site = $site", "$site", filter.site)
        .where_if("d.role = $role", "$role", filter.role)
        .where_if("d.origin = $origin", "$origin", word_if(filter.origin))
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
    where_shown(query, filter);
    where_found(
        query, "exists (select 1 from findings f where f.device_id = d.device_id and ",
        {filter.entity, filter.authority, std::nullopt}
    );
    where_numbered(query, "exists (select 1 from components c where c.device_id = d.device_id and ", filter.number);
}

// What is sorted by, as a column.
SqlTexts key_text(DeviceSort sort, const TrustRequirement& requirement) {
    switch (sort) {
        case DeviceSort::id: return {"0"};
        case DeviceSort::name: return {"d.host_name"};
        case DeviceSort::site: return {"d.site"};
        case DeviceSort::state: return badness_text(requirement);
        case DeviceSort::last_report: return {"coalesce(h.accepted_at, 0)"};
        case DeviceSort::findings: return {findings_count};
        case DeviceSort::open_items: return items_count();
    }
    return {};
}

void order_by(Select& query, const DeviceOrder& order, const SqlTexts& key) {
    query.then({" order by "});
    if (order.by != DeviceSort::id) query.then(key).then({order.descending ? Sql(" desc, ") : Sql(", ")});
    query.then({order.descending ? Sql("d.device_id desc") : Sql("d.device_id")});
}

// The ids of one page, so that what is costly to read is read of them alone.
Select page_ids(
    const DeviceFilter& filter, const DeviceOrder& order, const SqlTexts& key, const std::optional<DeviceCursor>& after,
    std::size_t limit
) {
    Select query{"select d.device_id from ", device_tables};
    where_device(query, filter);
    const Sql beyond = order.descending ? Sql(" < ") : Sql(" > ");
    if (after && order.by == DeviceSort::id) {
        query.where({"d.device_id", beyond, "$after"}, {{"$after", after->device}});
    } else if (after) {
        SqlTexts condition{"("};
        std::ranges::copy(key, std::back_inserter(condition));
        for (const Sql text : {Sql(", d.device_id)"), beyond, Sql("($key, $after)")}) condition.push_back(text);
        const Param from = std::visit([](const auto& value) { return Param("$key", value); }, after->key);
        query.where(condition, {from, {"$after", after->device}});
    }
    order_by(query, order, key);
    query.limit(limit);
    return query;
}

}  // namespace

std::optional<DeviceOrder> device_order_named(std::string_view name) {
    const bool descending = name.starts_with('-');
    const auto by = sorts.named(name.substr(descending ? 1 : 0));
    if (!by) return std::nullopt;
    return DeviceOrder{*by, descending};
}

std::string name(const DeviceOrder& order) {
    return (order.descending ? "-" : "") + std::string(sorts.of(order.by));
}

bool by_number(DeviceSort sort) {
    return sort != DeviceSort::name && sort != DeviceSort::site;
}

std::vector<DeviceRow> list_devices(
    Database& db, const DeviceFilter& filter, const DeviceOrder& order, const std::optional<DeviceCursor>& after,
    std::size_t limit
) {
    const SqlTexts key = key_text(order.by, filter.requirement);
    Select query{
        "select ", device_columns, ", (select count(*) from components c where c.device_id = d.device_id), ",
        findings_count, ", "
    };
    query.then(items_count()).then({", "}).then(key).then({" from ", device_tables, " where d.device_id in ("});
    query.nest(page_ids(filter, order, key, after, limit)).then({")"});
    order_by(query, order, key);
    if (order.by == DeviceSort::state) query.then({}, {{"$now", filter.now}});
    std::vector<DeviceRow> out = every_row(db.query(query), [&order](const Cursor& row) {
        constexpr int at = device_column_count;
        DeviceRow one{read_device(row), row.count(at), row.count(at + 1), row.count(at + 2), {}};
        if (by_number(order.by)) {
            one.key = row.integer(at + 3);
        } else {
            one.key = row.string(at + 3);
        }
        return one;
    });
    for (DeviceRow& row : out) read_axes(db, row.device.id, row.device.standing);
    return out;
}

std::vector<AlikeDevices> count_devices(Database& db, const DeviceFilter& filter) {
    Select query{
        "select l.word, i.word, b.word, r.word, h.accepted_at is not null, coalesce(h.valid_until, 0) > $now, count(*) "
        "from ",
        device_tables,
        " join standings l on l.device_id = d.device_id and l.axis = 'lifecycle' "
        "join standings i on i.device_id = d.device_id and i.axis = 'identity' "
        "join standings b on b.device_id = d.device_id and b.axis = 'boot' "
        "join standings r on r.device_id = d.device_id and r.axis = 'runtime'"
    };
    where_device(query, filter);
    query.then({" group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6"}, {{"$now", filter.now}});
    return every_row(db.query(query), [now = filter.now](const Cursor& row) {
        AlikeDevices out;
        out.standing.lifecycle.state = stored_word(lifecycle_named(row.text(0)), row.text(0));
        out.standing.identity.verdict = stored_word(verdict_named(row.text(1)), row.text(1));
        out.standing.boot.verdict = stored_word(verdict_named(row.text(2)), row.text(2));
        out.standing.runtime.verdict = stored_word(verdict_named(row.text(3)), row.text(3));
        if (row.boolean(4)) out.standing.reported_at = UnixMillis{};
        out.standing.valid_until.value = row.boolean(5) ? now.value + 1 : now.value;
        out.count = row.count(6);
        return out;
    });
}

DeviceFacets device_facets(Database& db, const DeviceFilter& filter) {
    const auto facet = [&](Sql column) {
        Select query{"select ", column, ", count(*) from ", device_tables};
        where_device(query, filter);
        return read_facet(db, query);
    };
    return {facet("d.site"), facet("d.role"), facet("d.origin")};
}

}  // namespace assay::store
