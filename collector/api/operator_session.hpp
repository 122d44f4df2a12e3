#pragma once
// Who asks. A program shows its token in every request; a browser exchanges it once for a cookie that no script can
// read, sent only by the collector's own pages. A request by cookie that changes anything must also carry
// X-Assay-Request, which no other site's form or script can send without this collector's leave, and it gives none.

#include "collector/api/operator_context.hpp"

#include <expected>
#include <optional>

namespace assay::api {

inline constexpr std::chrono::hours session_lifetime{12};
inline constexpr std::chrono::hours session_idle{1};  // without a request that it was shown in
inline constexpr std::size_t sessions_of_a_token = 32;

// The name that events carry. Refusals: 400 for two ways of saying who asks; 401 with nothing in it that a stranger
// could learn from, by header or cookie alike; 403 for a change by cookie that another site may have caused.
std::expected<std::string, net::Response> authenticate(const OperatorContext& context, const net::Request& request);

}  // namespace assay::api
