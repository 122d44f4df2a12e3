#include "agent/sources/tpm.hpp"

#include "agent/sources/device_path.hpp"
#include "agent/sources/usb_path.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

namespace assay::agent {
namespace {

const std::string devices = "sys/class/tpm";

// "acpi:MSFT0101:" -> "MSFT0101"
std::string acpi_id(const std::string& modalias) {
    if (!modalias.starts_with("acpi:")) return "";
    return modalias.substr(5, modalias.find(':', 5) - 5);
}

Component from_sysfs(const View& view, const std::string& path, std::size_t number) {
    Component component;
    component.kind = ComponentKind::tpm;
    component.key = fmt::format("tpm/{}", number);
    component.parent = nearest_key(view, path);
    add_name(component, "family", read_text(view, path + "/tpm_version_major"));
    add_name(component, "description", read_text(view, path + "/device/description"));
    add_identifier(component, Registry::acpi, acpi_id(text_or_empty(view, path + "/device/modalias")));
    return component;
}

void merge(Component& component, const TpmFacts& facts) {
    add_identifier(component, Registry::tpm_vendor, fmt::format("{:08x}", facts.manufacturer));
    const auto name = [&component](const char* key, const std::string& given) {
        const std::string text = clean_text(given, limits::text_bytes);
        if (!text.empty()) component.names[key] = Reading::of(text);
    };
    name("vendor", facts.vendor_string);
    name("family", facts.family);
    name("spec_revision", facts.revision);
    name("spec_year", facts.year);
    name("algorithms", facts.algorithms);
    name("curves", facts.curves);
    name("pcr_banks", facts.pcr_banks);
    const std::string version = clean_text(facts.firmware_version, limits::text_bytes);
    if (!version.empty()) {
        component.firmware.push_back({"firmware", Reading::of(version), std::nullopt, "tpm2_getcapability"});
    }
}

}  // namespace

Found read_tpm(const View& view, const std::optional<TpmFacts>& facts) {
    Account account("tpm");
    const auto listed = view.list(devices);
    if (listed) {
        account.covered("tpm");
        for (const std::string& name : *listed) {
            const auto path = view.link(fmt::format("{}/{}", devices, name));
            if (!path) continue;  // gone since it was listed
            Component component = from_sysfs(view, *path, account.found.components.size());
            account.found.placement[component.key]["device"] = clean_text(name, limits::text_bytes);
            account.found.components.push_back(std::move(component));
        }
    } else if (listed.error().code != Errc::not_found) {
        account.failed(listed.error());
    }
    if (facts) {
        // A TPM without a kernel device (a simulator, a resource manager elsewhere) is still there.
        if (account.found.components.empty()) {
            Component component;
            component.kind = ComponentKind::tpm;
            component.key = "tpm/0";
            account.found.components.push_back(std::move(component));
        }
        merge(account.found.components.front(), *facts);
        account.covered("tpm");
    }
    if (!listed && !facts && listed.error().code == Errc::not_found) return account.absent("no " + devices);
    return account.finish();
}

}  // namespace assay::agent
