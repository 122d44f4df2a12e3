#include "agent/scan.hpp"

#include "agent/sources/block.hpp"
#include "agent/sources/firmware_files.hpp"
#include "agent/sources/network.hpp"
#include "agent/sources/pci.hpp"
#include "agent/sources/processor.hpp"
#include "agent/sources/smbios.hpp"
#include "agent/sources/tpm.hpp"
#include "agent/sources/usb.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace assay::agent {
namespace {

struct Source {
    std::string name;
    std::function<Found(const View&)> read;
};

// How the view itself was come by: whose sysfs it is, and whether something hides a part of it.
Found read_view(const View& view) {
    Account account("view");
    switch (view.sysfs_access()) {
        case SysfsAccess::own_mount: account.covered("own_mount"); break;
        case SysfsAccess::system_mount: account.covered("system_mount"); break;
        case SysfsAccess::tree: account.covered("tree"); break;
    }
    for (const std::string& point : view.overmounts()) account.failed(SourceState::error, "overmounted: " + point);
    return account.finish();
}

std::vector<Source> all_sources(const ScanConfig& config) {
    return {
        {"view", read_view},
        {"pci", read_pci},
        {"usb", read_usb},
        {"smbios", read_smbios},
        {"net", read_network},
        {"block", read_block},
        {"cpu", read_processors},
        {"tpm", [facts = config.tpm](const View& view) { return read_tpm(view, facts); }},
        {"firmware", read_firmware_files},
    };
}

// What a source's thread leaves for the scan; both hold it, so a thread that comes too late still finds its place.
struct Handover {
    std::mutex mutex;
    std::condition_variable done;
    std::optional<Found> found;
};

Found failed_whole(const std::string& name, SourceState state, const std::string& detail) {
    Account account(name);
    account.failed(state, detail);
    return account.finish();
}

void run_source(const Source& source, const View& view, const std::shared_ptr<Handover>& handover) {
    Found found;
    try {
        found = source.read(view);
    } catch (const std::exception& broken) {
        found = failed_whole(source.name, SourceState::error, broken.what());
    }
    const std::scoped_lock lock(handover->mutex);
    handover->found = std::move(found);
    handover->done.notify_one();
}

Found read_within(const Source& source, const View& view, std::chrono::milliseconds deadline) {
    const auto handover = std::make_shared<Handover>();
    std::stop_source stop;
    std::thread(run_source, source, view.stopping(stop.get_token()), handover).detach();
    std::unique_lock lock(handover->mutex);
    if (handover->done.wait_for(lock, deadline, [&handover] { return handover->found.has_value(); })) {
        return *std::move(handover->found);
    }
    stop.request_stop();
    return failed_whole(
        source.name, SourceState::timed_out, "gave no answer within " + std::to_string(deadline.count()) + " ms"
    );
}

// Two devices that claim one key are a broken or hostile tree; the first stands, and the source says so.
void merge(Scan& scan, Found&& found, std::set<std::string>& keys) {
    for (Component& component : found.components) {
        component.key = clean_text(component.key, limits::key_bytes);
        component.parent = clean_text(component.parent, limits::key_bytes);
        for (std::string* text : {&component.location.slot, &component.location.port, &component.location.path}) {
            *text = clean_text(*text, limits::text_bytes);
        }
        if (scan.inventory.components.size() >= limits::components) {
            found.report.state = SourceState::error;
            found.report.detail = "more components than an inventory holds";
            break;
        }
        if (!keys.insert(component.key).second) {
            found.report.state = SourceState::error;
            found.report.detail = clean_text("two devices at " + component.key, limits::text_bytes);
            continue;
        }
        scan.inventory.components.push_back(std::move(component));
    }
    for (auto& [key, values] : found.placement) {
        std::erase_if(values, [](const auto& value) { return value.second.empty(); });
        scan.placement[clean_text(key, limits::key_bytes)].merge(values);
    }
    scan.firmware.insert(scan.firmware.end(), found.firmware.begin(), found.firmware.end());
    std::ranges::sort(found.report.covered);
    const auto repeated = std::ranges::unique(found.report.covered);
    found.report.covered.erase(repeated.begin(), repeated.end());
    if (found.report.covered.size() > limits::covered_per_source) {
        found.report.covered.resize(limits::covered_per_source);
        found.report.state = SourceState::error;
        found.report.detail = "more places than a report holds";
    }
    scan.inventory.sources.push_back(std::move(found.report));
}

}  // namespace

Scan scan(const View& view, const ScanConfig& config) {
    Scan result;
    result.inventory.replayed = view.replayed();
    std::set<std::string> keys;
    for (const Source& source : all_sources(config)) {
        const bool hangs = std::ranges::find(config.hanging, source.name) != config.hanging.end();
        Found found = hangs ? failed_whole(source.name, SourceState::timed_out, "an earlier reading still hangs")
                            : read_within(source, view, config.source_deadline);
        merge(result, std::move(found), keys);
    }
    for (Component& component : result.inventory.components) {
        if (!keys.contains(component.parent) || component.parent == component.key) component.parent.clear();
    }
    std::erase_if(result.placement, [&keys](const auto& place) {
        return !keys.contains(place.first) || place.second.empty();
    });
    std::ranges::sort(result.firmware);
    normalise(result.inventory);
    return result;
}

}  // namespace assay::agent
