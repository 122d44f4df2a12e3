#include "agent/sources/bmc.hpp"

#include "agent/sources/usb_path.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

namespace assay::agent {
namespace {

const std::string platform = "sys/devices/platform";
constexpr std::string_view prefix = "ipmi_bmc.";

// A GUID of one digit repeated, or of zeros and nothing, is none.
bool set_guid(const std::string& guid) {
    std::string digits = guid;
    std::erase(digits, '-');
    return digits.size() == 32 && digits.find_first_not_of(digits[0]) != std::string::npos;
}

// The links ipmi0, ipmi1, ... to the interfaces through which the controller is reached.
std::vector<std::string> interfaces_of(const View& view, const std::string& path) {
    std::vector<std::string> out;
    const auto names = view.list(path);
    if (!names) return out;
    for (const std::string& name : *names) {
        if (name.starts_with("ipmi") && name.size() > 4 && name.find_first_not_of("0123456789", 4) == std::string::npos)
            out.push_back(name);
    }
    return out;
}

void add_controller(const View& view, const std::string& name, std::size_t number, Account& account) {
    std::string path = platform + "/" + name;
    if (view.is_directory(path + "/bmc")) path += "/bmc";  // kernels before 2.6.30
    const auto value = [&view, &path](const char* attribute) { return read_text(view, path + "/" + attribute); };
    const Reading manufacturer = value("manufacturer_id");
    if (manufacturer.absent()) return;  // gone since it was listed
    Component component;
    component.kind = ComponentKind::bmc;
    component.key = "bmc/" + std::to_string(number);
    add_identifier(component, Registry::pen, enterprise_number(manufacturer.text()));
    add_name(component, "manufacturer_id", manufacturer);
    add_name(component, "product_id", value("product_id"));
    add_name(component, "device_id", value("device_id"));
    add_name(component, "device_revision", value("revision"));
    add_name(component, "ipmi_version", value("ipmi_version"));
    add_name(component, "additional_device_support", value("additional_device_support"));
    const Reading guid = value("guid");
    if (!guid.readable() || set_guid(guid.text())) component.serial = guid;
    if (const Reading version = value("firmware_revision"); !version.absent()) {
        component.firmware.push_back({"firmware", version, std::nullopt, "sysfs"});
    }
    if (const Reading auxiliary = value("aux_firmware_revision"); !auxiliary.absent()) {
        component.firmware.push_back({"auxiliary", auxiliary, std::nullopt, "sysfs"});
    }
    for (const auto& [shown_as, reading] : component.names) {
        if (!reading.readable()) account.failed(SourceState::error, path + ": " + shown_as + ": " + reading.why());
    }
    for (const std::string& interface : interfaces_of(view, path)) {
        account.found.placement[component.key]["device"] = clean_text(interface, limits::text_bytes);
        if (const auto target = view.link(path + "/" + interface)) component.parent = nearest_key(view, *target);
    }
    account.found.components.push_back(std::move(component));
}

}  // namespace

std::string enterprise_number(std::string_view manufacturer_id) {
    if (manufacturer_id.starts_with("0x")) manufacturer_id.remove_prefix(2);
    const auto value = whole_number<unsigned>(manufacturer_id, 16);
    return value && *value != 0 && *value < 0xfffff ? std::to_string(*value) : "";
}

Found read_bmc(const View& view) {
    Account account("bmc");
    const auto listed = view.list(platform);
    if (!listed && listed.error().code != Errc::not_found) {
        account.failed(listed.error());
        return account.finish();
    }
    std::vector<std::string> controllers;
    if (listed) {
        for (const std::string& name : *listed) {
            if (name.starts_with(prefix)) controllers.push_back(name);
        }
    }
    if (controllers.empty()) return account.absent("no " + platform + "/" + std::string(prefix) + "*");
    for (std::size_t i = 0; i < controllers.size(); ++i) add_controller(view, controllers[i], i, account);
    account.covered("bmc");
    return account.finish();
}

}  // namespace assay::agent
