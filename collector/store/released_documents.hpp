#pragma once
// The end of documents. A body stays while any device possesses it (the 64 that it used last), and while it is evidence
// for an item of the worklist: what the device reported when something happened to the item, just before that, and
// from the statement that the part is out until the item is done with. What a device lets go of waits in a list, so
// that nothing has to be looked for among those that stay.

#include "collector/store/database.hpp"

#include <cstddef>

namespace assay::store {

struct ReleasedDocuments {
    std::size_t looked_at = 0;
    std::size_t deleted = 0;
};

// Looks at up to `limit` documents that were let go of, and deletes those that nothing keeps. In a write transaction:
// a report that gives the same document is before it, and keeps it, or after it, and brings the body again.
ReleasedDocuments delete_released_documents(Database& db, std::size_t limit);

}  // namespace assay::store
