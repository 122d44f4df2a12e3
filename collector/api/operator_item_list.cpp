// The worklist as a list and as counts.

#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"
#include "collector/api/stored_item.hpp"
#include "collector/store/item_lists.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace assay::api {
namespace {

// What the store cannot filter by is filtered here: it stands in the items' bodies.
struct ItemQuery {
    store::ItemFilter filter;
    std::optional<ComponentKind> kind;
    store::PartNumber number;

    bool looks_into_bodies() const { return kind || number.registry || number.value; }
    bool takes(const worklist::Item& item) const {
        if (kind && item.part.kind != *kind) return false;
        return !number.value ||
               std::ranges::any_of(item.part.models, [this](const Identifier& id) { return fits(id); }) ||
               fits_a_mac(item.part.macs);
    }

  private:
    bool fits(const Identifier& id) const {
        if (number.registry && *number.registry != name(id.registry)) return false;
        return id.value == *number.value || id.value.starts_with(*number.value + ":");
    }
    bool fits_a_mac(const std::set<std::string>& macs) const {
        if (number.registry && *number.registry != name(Registry::mac)) return false;
        return std::ranges::any_of(macs, [this](const std::string& mac) { return mac.starts_with(*number.value); });
    }
};

ItemQuery read_query(QueryReader& query) {
    ItemQuery out;
    out.filter.device = query.device("device");
    out.filter.site = query.site();
    out.filter.entry = query.text("entry");
    out.filter.entity = query.text("entity");
    out.filter.authority = query.text("authority");
    if (const auto state = query.word("state", &worklist::state_named)) out.filter.state = std::string(name(*state));
    out.filter.open = !query.flag("all") && !out.filter.state;
    out.filter.changed_since = query.time("changed_since");
    out.kind = query.kind("kind");
    out.number = query.vendor();
    return out;
}

struct ItemPage {
    store::ItemSort sort = store::ItemSort::id;
    std::optional<store::ItemCursor> after;
    std::size_t limit = largest_page;
};

std::optional<store::ItemSort> sort_named(std::string_view word) {
    if (word == "id") return store::ItemSort::id;
    if (word == "site") return store::ItemSort::site;
    return std::nullopt;
}

// A cursor of items: the order, the last one's site and device name, its number.
ItemPage read_page(QueryReader& query) {
    ItemPage out;
    out.sort = query.word("sort", &sort_named).value_or(store::ItemSort::id);
    out.limit = query.limit();
    const auto texts = query.cursor_in(out.sort == store::ItemSort::site ? "site" : "id", 4);
    if (!texts) return out;
    const auto number = number_of(texts->back());
    if (!number) query.refuse_cursor();
    out.after = store::ItemCursor{(*texts)[1], (*texts)[2], number.value_or(0)};
    return out;
}

// Reads on from page.after until `take(row, item)` says that it is enough.
template <class Take>
void each_item(store::Database& db, const ItemQuery& query, ItemPage page, Take take) {
    if (query.looks_into_bodies()) page.limit = largest_page;
    for (bool more = true; more;) {
        const auto rows = store::list_items(db, query.filter, page.sort, page.after, page.limit);
        more = rows.size() == page.limit;
        for (const store::ItemRow& row : rows) {
            const worklist::Item item = item_of(row.item);
            page.after = store::ItemCursor{row.owner.site, row.owner.host, item.id};
            if (query.takes(item) && !take(row, item)) return;
        }
    }
}

json::Object list_items(store::Database& db, const ItemQuery& query, const ItemPage& page) {
    json::Array items;
    std::string next;
    each_item(db, query, page, [&](const store::ItemRow& row, const worklist::Item& item) {
        items.push_back(item_value(item, row.owner));
        if (items.size() < page.limit) return true;
        const bool by_site = page.sort == store::ItemSort::site;
        next = make_cursor(
            {by_site ? "site" : "id", by_site ? row.owner.site : "", by_site ? row.owner.host : "",
             std::to_string(item.id)}
        );
        return false;
    });
    return page_of(db.now(), std::move(items), next);
}

Result<json::Object> list(const OperatorContext& context, const OperatorRequest& request) {
    QueryReader query(request.http.query);
    const ItemQuery wanted = read_query(query);
    const ItemPage page = read_page(query);
    CHECK_OK(query.finish());
    return context.store.read([&wanted, &page](store::Database& db) { return list_items(db, wanted, page); });
}

using ValueCounts = std::map<std::string, std::uint64_t>;

store::Facet most_frequent(const ValueCounts& counts) {
    store::Facet out{{counts.begin(), counts.end()}, counts.size() > store::facet_values};
    std::ranges::stable_sort(out.values, std::greater{}, &store::Counts::value_type::second);
    if (out.more) out.values.resize(store::facet_values);
    return out;
}

// As store::item_facets, over the items that the whole query takes.
store::ItemFacets counted(store::Database& db, const ItemQuery& query) {
    ValueCounts sites;
    ValueCounts states;
    ValueCounts authorities;
    ValueCounts entities;
    each_item(db, query, {}, [&](const store::ItemRow& row, const worklist::Item&) {
        ++sites[row.owner.site];
        ++states[row.item.state];
        std::set<std::string> asking;
        std::set<std::string> named;
        for (const store::ItemDemand& demand : row.item.demands) {
            if (asking.insert(demand.authority).second) ++authorities[demand.authority];
            if (named.insert(demand.entity).second) ++entities[demand.entity];
        }
        return true;
    });
    return {most_frequent(sites), most_frequent(states), most_frequent(authorities), most_frequent(entities)};
}

Result<json::Object> facets(const OperatorContext& context, const OperatorRequest& request) {
    QueryReader query(request.http.query);
    const ItemQuery wanted = read_query(query);
    CHECK_OK(query.finish());
    return context.store.read([&wanted](store::Database& db) {
        const store::ItemFacets found =
            wanted.looks_into_bodies() ? counted(db, wanted) : store::item_facets(db, wanted.filter);
        const std::array<NamedFacet, 4> all{
            {{"site", &found.site}, {"state", &found.state}, {"authority", &found.authority}, {"entity", &found.entity}}
        };
        return facets_value(db.now(), all);
    });
}

}  // namespace

net::Response get_worklist(const OperatorContext& context, const OperatorRequest& request) {
    return answer(list(context, request));
}

net::Response get_item_facets(const OperatorContext& context, const OperatorRequest& request) {
    return answer(facets(context, request));
}

}  // namespace assay::api
