#pragma once
// The Reference Values that operators approved, read out of the store.

#include "collector/api/rules.hpp"
#include "collector/store/database.hpp"

#include <vector>

namespace assay::collector {

// An approved document that this program cannot read, or that is another than its name says.
struct ReferenceLeftOut {
    Sha256 sha256{};
    Error why;  // names the document
};

struct LoadedReferences {
    api::ActiveReferences active;
    std::vector<ReferenceLeftOut> left_out;
};
LoadedReferences load_references(store::Database& db);

}  // namespace assay::collector
