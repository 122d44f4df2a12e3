#include "agent/doctor/diagnosis.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::agent {
namespace {

std::string_view word(Health health) {
    switch (health) {
        case Health::ok: return "ok";
        case Health::note: return "note";
        case Health::problem: return "problem";
    }
    return "problem";
}

}  // namespace

Diagnosis healthy(std::string check, std::string what) {
    return {std::move(check), Health::ok, std::move(what), ""};
}

Diagnosis noted(std::string check, std::string what, std::string advice) {
    return {std::move(check), Health::note, std::move(what), std::move(advice)};
}

Diagnosis problem(std::string check, std::string what, std::string advice) {
    return {std::move(check), Health::problem, std::move(what), std::move(advice)};
}

bool can_report(const Diagnoses& diagnoses) {
    return std::ranges::none_of(diagnoses, [](const Diagnosis& one) { return one.health == Health::problem; });
}

std::string diagnoses_text(const Diagnoses& diagnoses) {
    std::string out;
    for (const Diagnosis& one : diagnoses) {
        out += fmt::format("{:<8} {:<16} {}\n", word(one.health), one.check, printable(one.what));
        if (!one.advice.empty()) out += fmt::format("{:<25} -> {}\n", "", printable(one.advice));
    }
    out += can_report(diagnoses) ? "This device can report.\n"
                                 : "This device cannot report until the problems are solved.\n";
    return out;
}

std::string diagnoses_json(const Diagnoses& diagnoses) {
    json::Array checks;
    for (const Diagnosis& one : diagnoses) {
        checks.push_back(json::Object{
            {"check", one.check},
            {"health", word(one.health)},
            {"what", clean_text(one.what, 2048)},
            {"advice", clean_text(one.advice, 2048)}
        });
    }
    return json::pretty(json::Object{{"can_report", can_report(diagnoses)}, {"checks", std::move(checks)}}) + "\n";
}

}  // namespace assay::agent
