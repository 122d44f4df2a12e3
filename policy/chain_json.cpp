#include "base/encoding.hpp"
#include "policy/chain.hpp"

namespace assay::policy {
namespace {

json::Object pack_value(const PackRef& pack) {
    return {
        {"id", pack.id},
        {"version", pack.version},
        {"date", pack.date.text()},
        {"sha256", to_hex(pack.sha256)},
        {"line", std::int64_t{pack.line}}
    };
}

json::Object entity_value(const EntityRef& entity) {
    json::Object out{{"id", entity.id}, {"name", entity.name}};
    if (!entity.country.empty()) out["country"] = entity.country;
    return out;
}

void put(json::Object& object, std::string_view key, const std::string& text) {
    if (!text.empty()) object[key] = text;
}

}  // namespace

json::Object to_json(const Chain& chain) {
    json::Object known{
        {"registry", chain.registry},
        {"value", chain.value},
        {"confidence", name(chain.confidence)},
        {"source", chain.source}
    };
    put(known, "registered_to", chain.registered_to);
    known["pack"] = pack_value(chain.known_from);
    json::Array links;
    for (const ChainLink& link : chain.links) {
        links.push_back(
            json::Object{{"kind", name(link.kind)}, {"of", entity_value(link.of)}, {"citation", link.citation}}
        );
    }
    json::Object listed{
        {"entry", chain.entry}, {"authority", chain.authority}, {"list", chain.list}, {"citation", chain.citation}
    };
    put(listed, "demands", chain.demands);
    listed["entity"] = entity_value(chain.named());
    listed["inherits"] = name(chain.inherits);
    if (chain.period.from) listed["from"] = chain.period.from->text();
    if (chain.period.until) listed["until"] = chain.period.until->text();
    listed["pack"] = pack_value(chain.listed_in);
    json::Object scope{{"result", name(chain.scope)}};
    put(scope, "purpose", chain.purpose);
    json::Object out{
        {"identifier", json::Object{{"registry", name(chain.identifier.registry)}, {"value", chain.identifier.value}}},
        {"reason", name(chain.reason)},
        {"known_as", std::move(known)},
        {"entity", entity_value(chain.entity)},
        {"links", std::move(links)},
        {"listed", std::move(listed)},
        {"scope", std::move(scope)},
        {"action", name(chain.action)}
    };
    if (chain.deadline) out["deadline"] = chain.deadline->text();
    return out;
}

}  // namespace assay::policy
