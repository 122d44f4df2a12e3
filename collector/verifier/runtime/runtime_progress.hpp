#pragma once
// How far a boot's IMA list was judged by a policy, as it is written down between two reports. Read back strictly: what
// is not exactly right is refused, and the list is judged again from its first entry.

#include "collector/verifier/runtime/judge_runtime.hpp"

#include <string>
#include <string_view>

namespace assay {

std::string encode_runtime_progress(const RuntimeState& state);  // canonical JSON
Result<RuntimeState> decode_runtime_progress(std::string_view text);

}  // namespace assay
