#pragma once
// Doctor's word on what a measured boot and an appraised system need of the kernel: the firmware's event log and IMA's
// list. Without them reports go on, and boot or runtime is not appraised.

#include "agent/doctor/diagnosis.hpp"
#include "agent/scan.hpp"

namespace assay::agent {

// Of a scan of a live machine.
Diagnoses check_measurements(const Scan& scan);

// Whether the source's report is told by check_measurements.
bool is_measurement(const SourceReport& source);

}  // namespace assay::agent
