#pragma once
// What `assay-agent doctor` found: one diagnosis for each thing that a report needs, in words, with what to do.

#include <string>
#include <vector>

namespace assay::agent {

enum class Health {
    ok,
    note,     // worth knowing; reports go on
    problem,  // reports stop, or never began
};

struct Diagnosis {
    std::string check;  // "tpm", "collector", ...
    Health health = Health::ok;
    std::string what;    // what was seen, one sentence; may hold hostile text
    std::string advice;  // what to do; empty when ok
    friend bool operator==(const Diagnosis&, const Diagnosis&) = default;
};
using Diagnoses = std::vector<Diagnosis>;

Diagnosis healthy(std::string check, std::string what);
Diagnosis noted(std::string check, std::string what, std::string advice);
Diagnosis problem(std::string check, std::string what, std::string advice);

bool can_report(const Diagnoses& diagnoses);             // no problem among them
std::string diagnoses_text(const Diagnoses& diagnoses);  // for people, printable, ends with a newline
std::string diagnoses_json(const Diagnoses& diagnoses);  // {"can_report": ..., "checks": [...]}, ends with a newline

}  // namespace assay::agent
