#pragma once
// The kernel's IMA measurement list: what has grown since a place in it, as whole entries, and what grew after that
// while the TPM quoted. It can be many megabytes, so it streams by. The source brings no part and judges nothing. A
// list is of one boot and its TPM: a replayed tree's is never read.

#include "agent/ima_reading.hpp"
#include "agent/sources/source.hpp"
#include "base/bytes.hpp"

#include <optional>

namespace assay::agent {

// What one document holds of it: less than limits::document_bytes, so that the agent stays small.
inline constexpr std::size_t ima_segment_bytes = 2U << 20U;

// What follows `from`, or, where `from` is of another boot, or the list is shorter than that, the list from its
// beginning. Found::ima is there with state ok only.
Found read_ima(const View& view, const std::optional<ImaPlace>& from);

// The entries between `from` and what the kernel had measured when this was called, at most limits::ima_tail_bytes.
// nullopt: there are more, or the list is another now. Errors: as View's, and those of a list that is none.
Result<std::optional<Bytes>> read_ima_tail(const View& view, const ImaPlace& from);

}  // namespace assay::agent
