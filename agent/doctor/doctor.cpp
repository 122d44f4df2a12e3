#include "agent/doctor/doctor.hpp"

#include "agent/config.hpp"
#include "agent/doctor/collector_checks.hpp"
#include "agent/doctor/measurement_checks.hpp"
#include "agent/doctor/tpm_checks.hpp"
#include "agent/scan.hpp"
#include "agent/state_directory.hpp"
#include "base/file.hpp"

#include <fmt/format.h>

namespace assay::agent {
namespace {

Diagnosis check_file_mode(const std::string& path) {
    const std::string wrong = secret_file_problem(path);
    if (wrong.empty()) return healthy("configuration", path);
    return noted("configuration", wrong, "then ask for a new join token: others may know this one");
}

// Memory of the state directory, whether or not an agent is running with it.
Memory check_state(const Config& config, Diagnoses& out) {
    const auto state = StateDirectory::open(config.state_dir);
    if (!state && state.error().code == Errc::conflict) {
        out.push_back(healthy("state", config.state_dir + " is in use by a running agent"));
        const auto text = read_file(config.state_dir + "/state.json", max_memory_bytes);
        const auto memory = text ? decode_memory(*text) : Result<Memory>(Memory{});
        return memory.value_or(Memory{});
    }
    if (!state) {
        out.push_back(problem(
            "state", state.error().message(), "make the directory and give it to the agent's user, or change state_dir"
        ));
        return {};
    }
    StateDirectory::Recalled recalled = state->recall();
    if (recalled.problem.empty())
        out.push_back(healthy("state", config.state_dir));
    else
        out.push_back(noted(
            "state", "what is there cannot be used: " + recalled.problem,
            "the agent starts anew by itself; the collector sees a gap in the chain of reports"
        ));
    return std::move(recalled.memory);
}

std::string_view advice_for(SourceState state) {
    switch (state) {
        case SourceState::denied: return "run as root: parts of this source are for root only";
        case SourceState::timed_out:
            return "a driver or device hangs: see dmesg; scan.source_deadline_s gives it longer";
        default: return "see the detail, and dmesg";
    }
}

void check_sources(const Config& config, const std::string& root, Diagnoses& out) {
    const auto view = root.empty() ? View::live() : View::replay(root);
    if (!view) {
        out.push_back(problem("sources", view.error().message(), "mount /sys and /proc, or check --root"));
        return;
    }
    const Scan found = scan(*view, {.source_deadline = config.source_deadline, .choices = config.choices});
    std::size_t read = 0;
    for (const SourceReport& source : found.inventory.sources) {
        if (source.state == SourceState::ok) ++read;
        if (source.state == SourceState::ok || source.state == SourceState::absent) continue;
        if (root.empty() && is_measurement(source)) continue;
        out.push_back(noted(
            "source " + source.source, fmt::format("{}: {}", name(source.state), source.detail),
            std::string(advice_for(source.state))
        ));
    }
    if (root.empty()) {
        for (Diagnosis& one : check_measurements(found)) out.push_back(std::move(one));
    }
    out.push_back(healthy(
        "sources",
        fmt::format(
            "{} of {} read, {} components", read, found.inventory.sources.size(), found.inventory.components.size()
        )
    ));
}

}  // namespace

Diagnoses examine(const DoctorOrder& order) {
    const auto config = load_config(order.config_file);
    if (!config) {
        return {problem(
            "configuration", config.error().message(),
            config.error().code == Errc::not_found
                ? "take the agent.toml that `assay-collector init` made, or name another with --config"
                : "correct it; every key is explained in agent.toml.example"
        )};
    }
    Diagnoses out{check_file_mode(order.config_file)};
    const Memory memory = check_state(*config, out);
    for (Diagnosis& one : check_tpm(*config)) out.push_back(std::move(one));
    for (Diagnosis& one : check_collector(*config, memory, order.clock)) out.push_back(std::move(one));
    check_sources(*config, order.root, out);
    return out;
}

}  // namespace assay::agent
