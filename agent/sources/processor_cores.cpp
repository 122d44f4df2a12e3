#include "agent/sources/processor_cores.hpp"

#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <vector>

namespace assay::agent {
namespace {

const std::string cpus = "sys/devices/system/cpu";
constexpr std::size_t max_kinds = 256;

// "cpu12" -> 12
std::optional<unsigned> cpu_number(std::string_view name) {
    if (!name.starts_with("cpu")) return std::nullopt;
    return whole_number<unsigned>(name.substr(3));
}

using CpuList = std::vector<unsigned>;

std::string text_of(CpuList list) {
    std::ranges::sort(list);
    std::string out;
    for (std::size_t i = 0; i < list.size();) {
        std::size_t last = i;
        while (last + 1 < list.size() && list[last + 1] == list[last] + 1) ++last;
        out += (out.empty() ? "" : ",") + std::to_string(list[i]);
        if (last > i) out += "-" + std::to_string(list[last]);
        i = last + 1;
    }
    return out;
}

struct Cores {
    CpuList offline;
    std::map<std::string, std::map<std::string, CpuList>> microcode;  // package -> version -> processors
    std::map<std::string, CpuList> midr;                              // the register as sysfs spells it
};

Cores read_cores(const View& view, Account& account) {
    Cores out;
    const auto listed = view.list(cpus);
    if (!listed) {
        if (listed.error().code != Errc::not_found) account.failed(listed.error());
        return out;
    }
    for (const std::string& name : *listed) {
        const auto number = cpu_number(name);
        if (!number) continue;
        const std::string at = cpus + "/" + name;
        if (text_or_empty(view, at + "/online") == "0") {
            out.offline.push_back(*number);
            continue;
        }
        const std::string version = text_or_empty(view, at + "/microcode/version");
        if (!version.empty()) {
            const std::string package = text_or_empty(view, at + "/topology/physical_package_id");
            out.microcode[package.empty() ? "0" : package][version].push_back(*number);
        }
        const std::string midr = text_or_empty(view, at + "/regs/identification/midr_el1");
        if (!midr.empty() && (out.midr.size() < max_kinds || out.midr.contains(midr)))
            out.midr[midr].push_back(*number);
    }
    return out;
}

Component* with_key(std::vector<Component>& components, const std::string& key) {
    const auto found = std::ranges::find(components, key, &Component::key);
    return found == components.end() ? nullptr : &*found;
}

void set_microcode(Component& component, const std::map<std::string, CpuList>& versions) {
    std::string all;
    std::string where;
    for (const auto& [version, list] : versions) {
        all += (all.empty() ? "" : " ") + version;
        where += fmt::format("{}{} on {}", where.empty() ? "" : ", ", version, text_of(list));
    }
    std::erase_if(component.firmware, [](const Firmware& one) { return one.name == "microcode"; });
    component.firmware.push_back({"microcode", Reading::of(clean_text(all, limits::text_bytes)), std::nullopt, "sysfs"}
    );
    if (versions.size() > 1) component.names["mixed_microcode"] = Reading::of(clean_text(where, limits::text_bytes));
}

void set_midr(const std::string& text, Account& account) {
    const auto midr = parse_midr(text);
    if (!midr) {
        account.failed(SourceState::error, cpus + ": midr_el1 is no number");
        return;
    }
    // As /proc/cpuinfo prints the fields, and so the key that it gives.
    const std::string key =
        fmt::format("cpu/0x{:02x}.0x{:03x}.0x{:x}.{}", midr->implementer, midr->part, midr->variant, midr->revision);
    std::vector<Component>& components = account.found.components;
    Component* component = with_key(components, key);
    if (component == nullptr) {
        Component added;
        added.kind = ComponentKind::processor;
        added.key = key;
        added.names["implementer"] = Reading::of(fmt::format("0x{:02x}", midr->implementer));
        added.names["part"] = Reading::of(fmt::format("0x{:03x}", midr->part));
        added.names["variant"] = Reading::of(fmt::format("0x{:x}", midr->variant));
        added.names["revision"] = Reading::of(std::to_string(midr->revision));
        add_identifier(added, Registry::midr, fmt::format("{:02x}", midr->implementer));
        component = &components.emplace_back(std::move(added));
    }
    component->names["midr_el1"] = Reading::of(text);
}

}  // namespace

std::optional<Midr> parse_midr(std::string_view text) {
    if (!text.starts_with("0x")) return std::nullopt;
    const auto value = whole_number<std::uint64_t>(text.substr(2), 16);
    if (!value) return std::nullopt;
    const auto bits = [value = *value](unsigned from, unsigned count) {
        return static_cast<unsigned>(value >> from) & ((1U << count) - 1);
    };
    return Midr{bits(24, 8), bits(20, 4), bits(4, 12), bits(0, 4)};
}

void add_core_facts(const View& view, Account& account) {
    const Cores cores = read_cores(view, account);
    std::vector<Component>& components = account.found.components;
    for (const auto& [package, versions] : cores.microcode) {
        if (Component* const component = with_key(components, "cpu/" + package)) set_microcode(*component, versions);
    }
    for (const auto& [text, list] : cores.midr) set_midr(text, account);
    if (!cores.offline.empty() && !components.empty()) {
        account.found.placement[components.front().key]["offline_cpus"] =
            clean_text(text_of(cores.offline), limits::text_bytes);
    }
}

}  // namespace assay::agent
