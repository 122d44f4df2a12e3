#include "agent/tpm_facts.hpp"

#include <fmt/format.h>

namespace assay::agent {

TpmFacts tpm_facts(const Tpm& tpm, const TpmProperties& properties) {
    TpmFacts out{properties.manufacturer, properties.vendor_string, firmware_version_text(properties.firmware_version)};
    out.family = properties.family;
    if (properties.revision != 0) {
        out.revision = fmt::format("{}.{:02}", properties.revision / 100, properties.revision % 100);
    }
    if (properties.year != 0) out.year = std::to_string(properties.year);
    out.algorithms = tpm.algorithms().value_or("");
    out.curves = tpm.curves().value_or("");
    if (const auto banks = tpm.active_banks()) {
        for (const HashAlg bank : *banks) out.pcr_banks += (out.pcr_banks.empty() ? "" : " ") + std::string(name(bank));
    }
    return out;
}

}  // namespace assay::agent
