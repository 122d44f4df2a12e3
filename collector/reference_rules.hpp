#pragma once
// The Reference Values in force, out of the store: what an operator approved and has not retired.

#include "collector/api/rules.hpp"
#include "collector/store/database.hpp"

namespace assay::collector {

// bad_value when an approved document cannot be read: it names the document, and what was in force stays.
Result<api::ActiveReferences> load_references(store::Database& db);

}  // namespace assay::collector
