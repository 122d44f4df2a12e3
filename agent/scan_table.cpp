#include "agent/scan_table.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <utility>
#include <vector>

namespace assay::agent {
namespace {

constexpr std::size_t widest_column = 56;

using Row = std::vector<std::string>;

void append(std::string& out, const std::string& more, const char* separator = ", ") {
    if (more.empty()) return;
    if (!out.empty()) out += separator;
    out += more;
}

std::string shown(const Reading& reading) {
    return reading.absent() || reading.readable() ? reading.text() : "(" + reading.why() + ")";
}

std::string named(const Component& component, const char* name) {
    const auto found = component.names.find(name);
    return found == component.names.end() ? "" : shown(found->second);
}

std::string identifiers(const Component& component) {
    std::string out;
    for (const Identifier& one : component.identifiers) append(out, std::string(name(one.registry)) + " " + one.value);
    return out;
}

std::string names(const Component& component) {
    std::string out;
    for (const char* maker : {"manufacturer", "vendor"}) append(out, named(component, maker), " ");
    for (const char* what : {"product", "model", "part_number", "version", "description", "label"}) {
        append(out, named(component, what), " ");
    }
    const std::string driver = named(component, "driver");
    if (!driver.empty()) append(out, "[" + driver + "]", " ");
    return out;
}

std::string firmware(const Component& component) {
    std::string out;
    for (const Firmware& one : component.firmware) append(out, shown(one.version));
    return out;
}

std::string location(const Component& component, const Placement& placement) {
    std::string out = component.location.path;
    if (!component.location.slot.empty()) {
        out = "slot " + component.location.slot;
    } else if (out.empty()) {
        out = component.location.port;
        append(out, component.parent, " of ");
    }
    std::string assigned;
    if (const auto place = placement.find(component.key); place != placement.end()) {
        for (const char* what : {"address", "interface", "device"}) {
            if (const auto value = place->second.find(what); value != place->second.end())
                append(assigned, value->second);
        }
    }
    return assigned.empty() ? out : assigned + (out.empty() ? "" : " (" + out + ")");
}

// What does not fit its column ends in "..."; the JSON has it whole.
std::string fitted(const std::string& text) {
    std::string out = printable(text);
    if (display_width(out) <= widest_column) return out;
    while (!out.empty() && (display_width(out) > widest_column - 3 || !valid_utf8(out))) out.pop_back();
    return out + "...";
}

std::string laid_out(const Row& heads, std::vector<Row> rows) {
    rows.insert(rows.begin(), heads);
    std::vector<std::size_t> widths(heads.size());
    for (Row& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            row[i] = fitted(row[i]);
            widths[i] = std::max(widths[i], display_width(row[i]));
        }
    }
    std::string out;
    for (const Row& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) line.append(widths[i] - display_width(row[i]) + 2, ' ');
        }
        while (line.ends_with(' ')) line.pop_back();
        out += line + "\n";
    }
    return out;
}

std::string counted(std::size_t count, const std::string& what) {
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string firmware_summary(const Scan& scan) {
    if (!scan.firmware) return "";
    const std::vector<FirmwareFile>& files = scan.firmware->files;
    const auto hashed = std::ranges::count(files, SourceState::ok, &FirmwareFile::state);
    const auto loaded = std::ranges::count(files, FirmwareRequest::loaded, &FirmwareFile::request);
    std::string out = counted(files.size(), "firmware file") + " named by drivers or asked for, " +
                      std::to_string(hashed) + " there and hashed\n";
    const LogReach reach = scan.firmware->log;
    if (reach == LogReach::whole || reach == LogReach::cut) {
        out += "  the kernel's log says that " + std::to_string(loaded) + " were loaded" +
               (reach == LogReach::cut ? "; it has lost its beginning or a part, so others may have been" : "") + "\n";
    } else {
        out += "  which were loaded is not known: the kernel's log is " + std::string(name(reach)) + "\n";
    }
    for (const FirmwareFile& one : files) {
        if (one.request == FirmwareRequest::failed)
            out += "  asked for, not loaded: " + printable(one.file) + " (the file is " +
                   (one.state == SourceState::ok ? "there" : std::string(name(one.state))) + ")\n";
    }
    return out;
}

// What somebody who looks over a list of modules wants to see first: "O", "E" and what else taints, what has no file or
// another one than was loaded.
std::string conspicuous(const KernelModule& module) {
    std::string out;
    const std::string taint = module.taint.readable() ? module.taint.text() : "";
    if (taint.find('O') != std::string::npos) append(out, "out of tree");
    if (taint.find('E') != std::string::npos) append(out, "signature not accepted");
    if (taint.find('P') != std::string::npos) append(out, "proprietary");
    if (taint.find('F') != std::string::npos) append(out, "loaded by force");
    if (taint.find_first_not_of("OEPF") != std::string::npos) append(out, "taint " + taint);
    if (module.file.empty()) append(out, "not in modules.dep");
    if (!module.file.empty() && module.state != SourceState::ok)
        append(out, "its file is " + std::string(name(module.state)));
    if (module.match == ModuleMatch::differs) append(out, "its file is not what was loaded");
    append(out, module.problem);
    return out;
}

std::string module_summary(const Scan& scan) {
    if (!scan.modules) return "";
    const std::vector<KernelModule>& modules = scan.modules->modules;
    const auto hashed = std::ranges::count(modules, SourceState::ok, &KernelModule::state);
    const auto none = std::ranges::count(modules, SignatureForm::none, &KernelModule::signature);
    std::map<std::string, std::size_t> signers;
    std::vector<Row> rows;
    for (const KernelModule& one : modules) {
        for (const ModuleSigner& signer : one.signers) {
            const std::string who = signer.issuer.empty() ? "key " + signer.key_id : signer.issuer;
            ++signers[who];
        }
        const std::string why = conspicuous(one);
        if (!why.empty()) rows.push_back({one.name, why, one.file});
    }
    std::string out = counted(modules.size(), "kernel module") + " loaded, the files of " + std::to_string(hashed) +
                      " hashed, " + std::to_string(none) + " without a signature\n";
    for (const auto& [who, count] : signers)
        out += "  " + std::to_string(count) + " name as signer, unverified: " + printable(who) + "\n";
    if (!rows.empty()) out += "\n" + laid_out({"MODULE", "NOTE", "FILE"}, std::move(rows));
    return out;
}

// As of a folder that was taken for a tree.
bool nothing_there(const Inventory& inventory) {
    return inventory.components.empty() && std::ranges::all_of(inventory.sources, [](const SourceReport& one) {
               return one.source == "view" || one.state == SourceState::absent;
           });
}

json::Value document(const std::string& text) {
    const json::Limits limits{.max_bytes = text.size(), .max_depth = limits::json_depth, .max_values = text.size()};
    auto value = json::parse(text, limits);
    if (!value) throw std::logic_error("a document that was just encoded does not parse: " + value.error().message());
    return *std::move(value);
}

}  // namespace

std::string scan_table(const Scan& scan) {
    std::vector<Row> parts;
    parts.reserve(scan.inventory.components.size());
    for (const Component& one : scan.inventory.components) {
        parts.push_back(
            {std::string(name(one.kind)), identifiers(one), names(one), shown(one.serial), firmware(one),
             location(one, scan.placement)}
        );
    }
    std::vector<Row> sources;
    sources.reserve(scan.inventory.sources.size());
    for (const SourceReport& one : scan.inventory.sources) {
        std::string covered;
        for (const std::string& place : one.covered) append(covered, place);
        sources.push_back({one.source, std::string(name(one.state)), one.detail.empty() ? covered : one.detail});
    }
    std::string out;
    if (scan.inventory.replayed) out += "Replayed from a captured tree: nothing was asked of this machine.\n";
    if (scan.inventory.replayed && nothing_there(scan.inventory)) {
        out += "There is nothing of a machine in it. A captured tree holds sys/, proc/ and more (docs/CAPTURE.md).\n";
    }
    if (scan.inventory.replayed) out += "\n";
    out += laid_out({"KIND", "IDENTIFIERS", "NAMES", "SERIAL", "FIRMWARE", "LOCATION"}, std::move(parts));
    out += "\n" + laid_out({"SOURCE", "STATE", "COVERED, OR WHY NOT"}, std::move(sources));
    out += "\n" + counted(scan.inventory.components.size(), "part") + "\n";
    out += firmware_summary(scan) + module_summary(scan);
    return out;
}

std::string scan_json(const Scan& scan, JsonLayout layout) {
    std::vector<std::pair<std::string, std::string>> documents{
        {"inventory", encode_inventory(scan.inventory)}, {"placement", encode_placement(scan.placement)}
    };
    if (scan.firmware) documents.emplace_back("firmware_manifest", encode_firmware_manifest(*scan.firmware));
    if (scan.modules) documents.emplace_back("modules", encode_module_list(*scan.modules));
    if (layout == JsonLayout::compact) {
        std::string out = "{";
        for (const auto& [name, text] : documents) out += (out.size() == 1 ? "\"" : ",\"") + name + "\":" + text;
        return out + "}\n";
    }
    json::Object all;
    for (const auto& [name, text] : documents) all[name] = document(text);
    std::string out = json::pretty(all);
    if (!out.ends_with('\n')) out += '\n';
    return out;
}

}  // namespace assay::agent
