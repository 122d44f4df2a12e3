#pragma once
// The numbers of an inventory that no snapshot has and no active pack knows. They are not clean: nobody has said whose
// they are, so no rule could have found them. Pure.

#include "evidence/inventory.hpp"
#include "policy/registries.hpp"

#include <string>
#include <vector>

namespace assay {

struct UnknownIdentifier {
    std::string component;  // its key
    Identifier identifier;
    std::string vendor;  // its holder's part
    policy::Unknown why = policy::Unknown::not_registered;
    friend auto operator<=>(const UnknownIdentifier&, const UnknownIdentifier&) = default;
};

// Sorted, no duplicates. REQUIRES: `inventory` as decode_inventory gave it, or normalised.
std::vector<UnknownIdentifier> find_unknown(
    const Inventory& inventory, const policy::PackSet& packs, const policy::Registries& registries
);

json::Object to_json(const UnknownIdentifier& unknown);

}  // namespace assay
