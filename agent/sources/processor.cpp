#include "agent/sources/processor.hpp"

#include "agent/sources/processor_cores.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <map>
#include <set>

namespace assay::agent {
namespace {

constexpr std::size_t cpuinfo_bytes = 16U << 20U;

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

using Values = std::map<std::string, std::string, std::less<>>;

// One block of "key : value" lines per logical processor, blocks parted by empty lines.
std::vector<Values> blocks_of(std::string_view text) {
    std::vector<Values> blocks(1);
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const std::size_t colon = line.find(':');
        if (trimmed(line).empty()) {
            if (!blocks.back().empty()) blocks.emplace_back();
        } else if (colon != std::string_view::npos) {
            blocks.back().emplace(trimmed(line.substr(0, colon)), trimmed(line.substr(colon + 1)));
        }
    }
    return blocks;
}

std::string value(const Values& block, std::string_view key) {
    const auto found = block.find(key);
    return found == block.end() ? "" : clean_text(found->second, limits::text_bytes);
}

void name_from(Component& component, const std::string& name, const Values& block, std::string_view key) {
    const std::string text = value(block, key);
    if (!text.empty()) component.names[name] = Reading::of(text);
}

Component x86_package(const Values& block, const std::string& key) {
    Component component;
    component.kind = ComponentKind::processor;
    component.key = key;
    name_from(component, "vendor", block, "vendor_id");
    name_from(component, "model", block, "model name");
    name_from(component, "family", block, "cpu family");
    name_from(component, "model_number", block, "model");
    name_from(component, "stepping", block, "stepping");
    return component;
}

// "0x48" -> "48", the implementer of MIDR_EL1.
std::string hex_byte(const std::string& text) {
    if (!text.starts_with("0x")) return "";
    return text.size() == 3 ? "0" + text.substr(2) : text.substr(2);
}

Component arm_core(const Values& block, const std::string& key) {
    Component component;
    component.kind = ComponentKind::processor;
    component.key = key;
    add_identifier(component, Registry::midr, hex_byte(value(block, "CPU implementer")));
    name_from(component, "implementer", block, "CPU implementer");
    name_from(component, "part", block, "CPU part");
    name_from(component, "variant", block, "CPU variant");
    name_from(component, "revision", block, "CPU revision");
    return component;
}

}  // namespace

std::vector<Component> processors_of(std::string_view cpuinfo, std::size_t max_packages) {
    std::map<std::string, Component> packages;
    std::map<std::string, std::set<std::string>> microcode;  // late loading can leave several
    for (const Values& block : blocks_of(cpuinfo)) {
        const std::string implementer = value(block, "CPU implementer");
        const bool x86 = block.contains("vendor_id");
        if (!x86 && implementer.empty()) continue;
        const std::string package = value(block, "physical id");
        const std::string key = x86 ? "cpu/" + (package.empty() ? "0" : package)
                                    : "cpu/" + implementer + "." + value(block, "CPU part") + "." +
                                          value(block, "CPU variant") + "." + value(block, "CPU revision");
        if (packages.size() == max_packages && !packages.contains(key)) continue;
        packages.emplace(key, x86 ? x86_package(block, key) : arm_core(block, key));
        const std::string version = value(block, "microcode");
        if (!version.empty()) microcode[key].insert(version);
    }
    std::vector<Component> components;
    for (auto& [key, component] : packages) {
        std::string versions;
        for (const std::string& version : microcode[key]) versions += (versions.empty() ? "" : " ") + version;
        if (!versions.empty()) {
            const Reading reading = Reading::of(clean_text(versions, limits::text_bytes));
            component.firmware.push_back({"microcode", reading, std::nullopt, "cpuinfo"});
        }
        components.push_back(std::move(component));
    }
    return components;
}

Found read_processors(const View& view) {
    Account account("cpu");
    const auto text = view.read("proc/cpuinfo", cpuinfo_bytes);
    if (!text) {
        if (text.error().code == Errc::not_found) return account.absent("no proc/cpuinfo");
        account.failed(text.error());
        return account.finish();
    }
    account.covered("cpu");
    account.found.components = processors_of(*text);
    add_core_facts(view, account);
    return account.finish();
}

}  // namespace assay::agent
