#include "agent/cli/scan_settings.hpp"

#include <fmt/format.h>

namespace assay::agent {

Result<ScanSettings> scan_settings(const CommandLine& line) {
    ScanSettings out;
    const auto config = load_config(line.config);
    if (config) {
        out.config.source_deadline = config->source_deadline;
        out.config.choices = config->choices;
        return out;
    }
    if (line.config_given) return fail(config.error());
    if (config.error().code == Errc::not_found) return out;
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(out.config.source_deadline);
    out.note = fmt::format(
        "{}; the configuration is not used, each source may take {} s", config.error().message(), seconds.count()
    );
    return out;
}

}  // namespace assay::agent
