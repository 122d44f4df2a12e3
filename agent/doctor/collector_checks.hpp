#pragma once
// Doctor's look at the way to the collector: the CA, the connection, TLS, whether it is a collector that answers, and
// the clocks. It sends one challenge request, which changes nothing.

#include "agent/config.hpp"
#include "agent/doctor/diagnosis.hpp"
#include "agent/session/memory.hpp"
#include "base/time.hpp"

#include <optional>
#include <string_view>

namespace assay::agent {

Diagnoses check_collector(const Config& config, const Memory& memory, const Clock& clock);

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 5.6.7); nullopt for anything else.
std::optional<UnixMillis> http_date_of(std::string_view text);
// This machine's clock against the collector's Date.
Diagnosis compare_clocks(UnixMillis here, UnixMillis there);

}  // namespace assay::agent
