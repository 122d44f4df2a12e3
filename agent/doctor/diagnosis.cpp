#include "agent/doctor/diagnosis.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::agent {
namespace {

constexpr std::size_t line_width = 100;

std::string_view word(Health health) {
    switch (health) {
        case Health::ok: return "ok";
        case Health::note: return "note";
        case Health::problem: return "problem";
    }
    return "problem";
}

// Broken at spaces into lines that end before `line_width`, each but the first behind `indent` spaces; what stands
// between backticks, and what has no space, stays whole for copying.
std::string wrapped(std::string_view text, std::size_t indent) {
    std::string out;
    std::size_t column = indent;
    while (!text.empty()) {
        std::size_t end = 0;
        for (bool quoted = false; end < text.size() && (quoted || text[end] != ' '); ++end) {
            if (text[end] == '`') quoted = !quoted;
        }
        const std::string_view word = text.substr(0, end);
        const std::size_t width = display_width(word);
        if (!out.empty() && column + 1 + width > line_width) {
            out += "\n" + std::string(indent, ' ');
            column = indent;
        } else if (!out.empty()) {
            out += ' ';
            ++column;
        }
        out += word;
        column += width;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
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
        out += fmt::format("{:<8} {:<16} {}\n", word(one.health), one.check, wrapped(printable(one.what), 26));
        if (!one.advice.empty()) out += fmt::format("{:<25} -> {}\n", "", wrapped(printable(one.advice), 29));
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
