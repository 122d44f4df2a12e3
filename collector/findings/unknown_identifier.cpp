#include "collector/findings/unknown_identifier.hpp"

#include <algorithm>

namespace assay {

std::vector<UnknownIdentifier> find_unknown(
    const Inventory& inventory, const policy::PackSet& packs, const policy::Registries& registries
) {
    std::vector<UnknownIdentifier> out;
    for (const Component& component : inventory.components) {
        for (const Identifier& identifier : component.identifiers) {
            const auto why = policy::unknown(registries, packs, identifier);
            if (!why) continue;
            out.push_back({component.key, identifier, std::string(policy::vendor_part(identifier)), *why});
        }
    }
    std::ranges::sort(out);
    const auto repeated = std::ranges::unique(out);
    out.erase(repeated.begin(), repeated.end());
    return out;
}

json::Object to_json(const UnknownIdentifier& unknown) {
    return {
        {"component", unknown.component},
        {"registry", name(unknown.identifier.registry)},
        {"vendor", unknown.vendor},
        {"value", unknown.identifier.value},
        {"reason", policy::name(unknown.why)},
        {"meaning", policy::meaning(unknown.why)},
    };
}

}  // namespace assay
