#pragma once
// A worklist item as the store keeps it and as collector/worklist thinks of it, both ways.

#include "collector/store/worklist_items.hpp"
#include "collector/worklist/item.hpp"

namespace assay::api {

store::StoredItem stored_item(const worklist::Item& item);
// Throws store::DatabaseBroken when the stored words or body cannot be read.
worklist::Item item_of(const store::StoredItem& stored);
store::ItemEvent stored_event(std::uint64_t item, const worklist::Event& event);

}  // namespace assay::api
