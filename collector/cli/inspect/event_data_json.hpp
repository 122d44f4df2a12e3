#pragma once
// An event's data as JSON, by the type that the event gives itself. Which of it a digest covers stands beside it in
// what `assay inspect eventlog` prints.

#include "base/json.hpp"
#include "evidence/boot/event_type.hpp"

namespace assay::cli {

// One member that is named after what it is ("variable", "image", "text", ...), "hex" for what has no structure;
// "malformed" says why data of a type with one is hex.
json::Object event_data_value(EventType type, ByteView data);

}  // namespace assay::cli
