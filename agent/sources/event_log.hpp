#pragma once
// The firmware's event log as the kernel kept it: bytes, not decoded here. It brings no part: what it measured is for
// who replays it to the TPM's PCRs. A replayed tree's log is another TPM's, and is not reported (agent/scan_child.cpp).

#include "agent/sources/source.hpp"

namespace assay::agent {

Found read_event_log(const View& view);

}  // namespace assay::agent
