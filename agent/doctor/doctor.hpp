#pragma once
// `assay-agent doctor`: everything that a report needs, checked in the order in which it is needed. It enrols nothing
// and reports nothing.

#include "agent/doctor/diagnosis.hpp"
#include "base/time.hpp"

#include <string>

namespace assay::agent {

struct DoctorOrder {
    std::string config_file;
    std::string root;  // a captured tree, or ""
    Clock clock = system_now;
};

Diagnoses examine(const DoctorOrder& order);

}  // namespace assay::agent
