#include "evidence/runtime/ima_policy_rules.hpp"

#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <array>

namespace assay {
namespace {

// By what a rule measures all of what runs. A condition on whom or what it applies to makes it no such rule.
constexpr std::array<std::string_view, 6> needed{"BPRM_CHECK",     "MMAP_CHECK",         "MODULE_CHECK",
                                                 "FIRMWARE_CHECK", "KEXEC_KERNEL_CHECK", "POLICY_CHECK"};
constexpr std::array<std::string_view, 2> no_condition{"template=", "digest_type="};
// With what the kernel asks at these two; it asks at the others with MAY_READ, where such a mask never fits.
constexpr std::array<std::string_view, 2> executing{"func=BPRM_CHECK", "func=MMAP_CHECK"};
constexpr std::array<std::string_view, 2> executing_mask{"mask=MAY_EXEC", "mask=^MAY_EXEC"};

std::vector<std::string_view> words_of(std::string_view line) {
    std::vector<std::string_view> out;
    while (!line.empty()) {
        const std::size_t end = line.find_first_of(" \t");
        if (end != 0) out.push_back(line.substr(0, end));
        line = end == std::string_view::npos ? std::string_view() : line.substr(end + 1);
    }
    return out;
}

bool holds(const auto& words, std::string_view wanted) {
    return std::ranges::find(words, wanted) != words.end();
}

// A rule that measures whatever its func= says: no other word of it makes it fit less.
bool measures_for_everybody(const std::vector<std::string_view>& words) {
    if (!holds(words, "measure")) return false;
    const bool executes = std::ranges::any_of(executing, [&words](std::string_view one) { return holds(words, one); });
    return std::ranges::all_of(words, [executes](std::string_view word) {
        if (word == "measure" || word.starts_with("func=")) return true;
        if (executes && holds(executing_mask, word)) return true;
        return std::ranges::any_of(no_condition, [word](std::string_view one) { return word.starts_with(one); });
    });
}

void note(std::vector<std::string>& out, std::string_view what) {
    if (out.size() + 1 < limits::ima_policy_exemptions) {
        out.push_back(clean_text(what, limits::text_bytes));
    } else if (out.size() < limits::ima_policy_exemptions) {
        out.emplace_back("and more");
    }
}

}  // namespace

std::vector<std::string> ima_policy_exemptions(std::string_view rules) {
    std::vector<std::string> out;
    std::array<bool, needed.size()> measured{};
    while (!rules.empty()) {
        const std::size_t end = rules.find('\n');
        const std::string_view line = rules.substr(0, end);
        rules = end == std::string_view::npos ? std::string_view() : rules.substr(end + 1);
        const auto words = words_of(line);
        if (words.empty() || words.front().starts_with('#')) continue;
        // The kernel takes a rule's action wherever it stands.
        if (holds(words, "dont_measure")) note(out, line);
        // The first rule that fits decides: what stands behind a dont_measure may not come to anything, which is noted.
        if (!measures_for_everybody(words)) continue;
        for (std::size_t i = 0; i < needed.size(); ++i) {
            if (holds(words, "func=" + std::string(needed[i]))) measured[i] = true;
        }
    }
    for (std::size_t i = 0; i < needed.size(); ++i) {
        if (!measured[i]) note(out, "no rule measures " + std::string(needed[i]) + " for everybody");
    }
    return out;
}

std::string built_in_ima_policy(std::string_view command_line) {
    std::string unquoted(command_line);
    std::erase(unquoted, '"');
    for (const std::string_view word : words_of(unquoted)) {
        if (word == "ima_tcb") return "tcb";
        if (!word.starts_with("ima_policy=")) continue;
        std::string_view list = word.substr(word.find('=') + 1);
        while (!list.empty()) {
            const std::size_t end = list.find('|');
            if (list.substr(0, end) == "tcb") return "tcb";
            list = end == std::string_view::npos ? std::string_view() : list.substr(end + 1);
        }
    }
    return "";
}

}  // namespace assay
