#include "agent/scan_merge.hpp"

#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <tuple>

namespace assay::agent {
namespace {

void fail_report(SourceReport& report, const std::string& detail) {
    report.state = SourceState::error;
    report.detail = clean_text(detail, limits::text_bytes);
}

void clean_places(Component& component) {
    component.key = clean_text(component.key, limits::key_bytes);
    component.parent = clean_text(component.parent, limits::key_bytes);
    for (std::string* text : {&component.location.slot, &component.location.port, &component.location.path}) {
        *text = clean_text(*text, limits::text_bytes);
    }
}

template <class T>
void append(std::vector<T>& to, std::vector<T>&& from) {
    to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

template <class T>
bool cut_to(T& values, std::size_t most) {
    const bool longer = values.size() > most;
    while (values.size() > most) values.erase(std::prev(values.end()));
    return longer;
}

// Cuts what goes beyond what one part may hold, and tells whether anything did: saying too much of itself does not make
// a device's whole inventory unreadable.
bool cut(Component& component) {
    const bool identifiers = cut_to(component.identifiers, limits::identifiers_per_component);
    const bool names = cut_to(component.names, limits::names_per_component);
    const bool firmware = cut_to(component.firmware, limits::firmware_per_component);
    const bool contents = cut_to(component.contents, limits::contents_per_component);
    return identifiers || names || firmware || contents;
}

void sort_covered(SourceReport& report) {
    std::ranges::sort(report.covered);
    const auto repeated = std::ranges::unique(report.covered);
    report.covered.erase(repeated.begin(), repeated.end());
    if (report.covered.size() > limits::covered_per_source) {
        report.covered.resize(limits::covered_per_source);
        fail_report(report, "more places than a report holds");
    }
}

// By name: cleaning can make one name of two.
void keep_one_of_each(std::vector<KernelModule>& modules) {
    std::ranges::sort(modules, {}, &KernelModule::name);
    const auto repeated = std::ranges::unique(modules, {}, &KernelModule::name);
    modules.erase(repeated.begin(), repeated.end());
}

// By driver and file: cleaning can make one name of two.
void keep_one_of_each(std::vector<FirmwareFile>& files) {
    std::ranges::sort(files);
    const auto key = [](const FirmwareFile& file) { return std::tie(file.driver, file.file); };
    const auto repeated = std::ranges::unique(files, {}, key);
    files.erase(repeated.begin(), repeated.end());
}

}  // namespace

void Merger::take(Component&& component, SourceReport& report) {
    clean_places(component);
    if (scan_.inventory.components.size() >= limits::components)
        return fail_report(report, "more components than an inventory holds");
    const Place place{scan_.inventory.components.size(), scan_.inventory.sources.size()};
    if (!places_.emplace(component.key, place).second) return fail_report(report, "two devices at " + component.key);
    scan_.inventory.components.push_back(std::move(component));
}

void Merger::add(Found&& found) {
    for (Component& component : found.components) take(std::move(component), found.report);
    append(additions_, std::move(found.additions));
    for (auto& [key, values] : found.placement) {
        std::erase_if(values, [](const auto& value) { return value.second.empty(); });
        scan_.placement[clean_text(key, limits::key_bytes)].merge(values);
    }
    if (found.firmware) scan_.firmware = std::move(found.firmware);
    if (found.modules) scan_.modules = std::move(found.modules);
    if (found.log) scan_.log = std::move(found.log);
    if (!found.event_log.empty()) scan_.event_log = std::move(found.event_log);
    if (found.ima) {
        scan_.ima = std::move(found.ima);
        scan_.ima_entries = std::move(found.ima_entries);
    }
    sort_covered(found.report);
    scan_.inventory.sources.push_back(std::move(found.report));
}

void Merger::join(Component&& addition) {
    const auto place = places_.find(clean_text(addition.key, limits::key_bytes));
    if (place == places_.end()) return;  // the part went away between the two readings
    Component& part = scan_.inventory.components[place->second.component];
    append(part.identifiers, std::move(addition.identifiers));
    part.names.merge(addition.names);
    if (part.serial.absent()) part.serial = std::move(addition.serial);
    append(part.firmware, std::move(addition.firmware));
    part.contents.merge(addition.contents);
    if (part.location.slot.empty()) part.location.slot = clean_text(addition.location.slot, limits::text_bytes);
    if (part.location.port.empty()) part.location.port = clean_text(addition.location.port, limits::text_bytes);
}

Scan Merger::finish() && {
    for (Component& addition : additions_) join(std::move(addition));
    for (Component& component : scan_.inventory.components) {
        if (!places_.contains(component.parent) || component.parent == component.key) component.parent.clear();
        if (cut(component)) {
            fail_report(
                scan_.inventory.sources[places_.at(component.key).report],
                component.key + ": more identifiers, names, firmware or contents than a part holds"
            );
        }
    }
    std::erase_if(scan_.placement, [this](const auto& place) {
        return !places_.contains(place.first) || place.second.empty();
    });
    if (scan_.firmware) keep_one_of_each(scan_.firmware->files);
    if (scan_.modules) keep_one_of_each(scan_.modules->modules);
    normalise(scan_.inventory);
    return std::move(scan_);
}

}  // namespace assay::agent
