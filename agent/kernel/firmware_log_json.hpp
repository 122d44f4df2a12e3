#pragma once
// FirmwareLog as JSON: in DIR/kernel/firmware_log.json of a captured tree (docs/CAPTURE.md), and in the agent's state.

#include "agent/kernel/kernel.hpp"
#include "agent/root/tree.hpp"
#include "base/fields.hpp"
#include "base/json.hpp"

namespace assay::agent {

json::Object firmware_log_value(const FirmwareLog& log);
FirmwareLog read_firmware_log(Fields& f);
Result<FirmwareLog> replay_firmware_log(const Tree& tree);

}  // namespace assay::agent
