#include "agent/scan.hpp"

#include "agent/scan_merge.hpp"
#include "agent/sources/block.hpp"
#include "agent/sources/bmc.hpp"
#include "agent/sources/board_eeprom.hpp"
#include "agent/sources/device_tree.hpp"
#include "agent/sources/efi.hpp"
#include "agent/sources/event_log.hpp"
#include "agent/sources/firmware_files.hpp"
#include "agent/sources/flash.hpp"
#include "agent/sources/flash_content.hpp"
#include "agent/sources/ima.hpp"
#include "agent/sources/modules.hpp"
#include "agent/sources/network.hpp"
#include "agent/sources/option_rom.hpp"
#include "agent/sources/pci.hpp"
#include "agent/sources/pci_config.hpp"
#include "agent/sources/pci_vpd.hpp"
#include "agent/sources/processor.hpp"
#include "agent/sources/smbios.hpp"
#include "agent/sources/tpm.hpp"
#include "agent/sources/transceiver.hpp"
#include "agent/sources/usb.hpp"

#include <algorithm>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
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

Found leave_ima(const View&) {
    return Account("ima").absent("the IMA list is of one boot and its TPM: it is not captured, and not replayed");
}

// The list grows all the time, so it is read last.
Source ima_source(const View& view, const ScanConfig& config) {
    if (!config.ima_list || view.replayed()) return {"ima", leave_ima};
    return {"ima", [from = config.ima_from](const View& read) { return read_ima(read, from); }};
}

std::vector<Source> wanted_sources(const View& view, const ScanConfig& config) {
    if (!config.hardware) return {ima_source(view, config)};
    const auto shared = std::make_shared<SharedModules>();  // with "modules" before "firmware"
    return {
        {"view", read_view},
        {"pci", read_pci},
        {"pci_config", read_pci_config},
        {"usb", read_usb},
        {"smbios", read_smbios},
        {"device_tree", [](const View& read) { return read_device_tree(read); }},
        {"efi", read_efi},
        {"bmc", read_bmc},
        {"net", read_network},
        {"transceiver", read_transceivers},
        {"block", read_block},
        {"cpu", read_processors},
        {"tpm", [facts = config.tpm](const View& read) { return read_tpm(read, facts); }},
        {"flash", read_flash_chips},
        {"modules", [shared](const View& read) { return read_modules(read, shared.get()); }},
        {"firmware",
         [shared, log = config.log](const View& read) { return read_firmware_files(read, log, shared.get()); }},
        {"vpd", [choices = config.choices](const View& read) { return read_pci_vpd(read, choices); }},
        {"flash_content", [choices = config.choices](const View& read) { return read_flash_contents(read, choices); }},
        {"option_rom", [choices = config.choices](const View& read) { return read_option_roms(read, choices); }},
        {"board_eeprom", read_board_eeproms},
        {"event_log", read_event_log},
        ima_source(view, config),
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

}  // namespace

Scan scan(const View& view, const ScanConfig& config) {
    Merger merged;
    for (const Source& source : wanted_sources(view, config)) {
        const bool hangs = std::ranges::find(config.hanging, source.name) != config.hanging.end();
        merged.add(
            hangs ? failed_whole(source.name, SourceState::timed_out, "an earlier reading still hangs")
                  : read_within(source, view, config.source_deadline)
        );
    }
    Scan result = std::move(merged).finish();
    result.inventory.replayed = view.replayed();
    return result;
}

}  // namespace assay::agent
