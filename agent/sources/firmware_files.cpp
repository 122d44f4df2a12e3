#include "agent/sources/firmware_files.hpp"

#include "agent/kernel/kernel.hpp"
#include "agent/sources/loaded_modules.hpp"
#include "agent/sources/module_file.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace assay::agent {
namespace {

constexpr std::uint64_t firmware_bytes = 256U << 20U;

LogReach reach_of(Errc code) {
    switch (code) {
        case Errc::not_found:
        case Errc::unsupported: return LogReach::absent;
        case Errc::denied: return LogReach::denied;
        default: return LogReach::error;
    }
}

class FirmwareReader {
  public:
    FirmwareReader(const View& view, const SharedModules* shared) : view_(view), shared_(shared) {}

    Found read(const FirmwareMemory& earlier) {
        read_log(earlier);
        const auto known = shared_ == nullptr ? std::nullopt : shared_->loaded();
        const auto loaded = known ? *known : read_loaded_modules(view_);
        find_places(loaded ? loaded->release : text_or_empty(view_, "proc/sys/kernel/osrelease"));
        const std::string no_modules = read_modules(loaded);
        for (const FirmwareLine& line : log_.lines) {
            if (!named_.contains(line.file)) add("", line.file);
        }
        account_.found.firmware = std::move(manifest_);
        if (!no_modules.empty() && account_.found.firmware->files.empty()) return account_.absent(no_modules);
        if (no_modules.empty() && !failed_) account_.covered("firmware");
        return account_.finish();
    }

  private:
    // Why there is no list of modules, or "".
    std::string read_modules(const Result<LoadedModules>& loaded) {
        if (!loaded) {
            if (loaded.error().code == Errc::not_found) return "no proc/modules";
            account_.failed(loaded.error());
            failed_ = true;
            return "";
        }
        if (!loaded->listed) return "no " + loaded->directory + "/modules.dep";
        for (const LoadedModule& one : loaded->modules) {
            // A module that is loaded from elsewhere is not in modules.dep: nothing is known of its file.
            if (!one.file.empty()) module(one.name, loaded->directory + "/" + one.file);
        }
        return "";
    }

    // The log is a source of its own kind: that it cannot be read leaves the candidates as they are.
    void read_log(const FirmwareMemory& earlier) {
        auto now = view_.kernel().firmware_log();
        FirmwareMemory known = earlier;
        if (now) {
            known = remembered(earlier, {boot_id(), *std::move(now)});
            manifest_.log = whole(known.log) ? LogReach::whole : LogReach::cut;
        } else {
            if (earlier != FirmwareMemory{}) known = of_this_boot(earlier);
            manifest_.log = reach_of(now.error().code);
        }
        log_ = known.log;
        account_.found.log = std::move(known);
    }

    FirmwareMemory of_this_boot(const FirmwareMemory& earlier) const {
        std::string boot = boot_id();
        if (!boot.empty() && earlier.boot == boot) return earlier;
        return {std::move(boot), {}};
    }

    std::string boot_id() const { return text_or_empty(view_, "proc/sys/kernel/random/boot_id"); }

    SharedModules::Names names_in(const std::string& path) const {
        if (const auto known = shared_ == nullptr ? std::nullopt : shared_->firmware_names(path)) return *known;
        TRY(const ModuleFile file, ModuleFile::read(view_, path));
        TRY(const ModuleSections sections, module_sections(file));
        return firmware_names(sections.modinfo);
    }

    void module(const std::string& name, const std::string& path) {
        const auto names = names_in(path);
        if (!names) {
            account_.failed(SourceState::error, "module " + name + ": " + names.error().what);
            return;
        }
        for (const std::string& one : *names) add(name, one);
    }

    void add(const std::string& driver, const std::string& file) {
        std::vector<FirmwareFile>& files = manifest_.files;
        if (files.size() == limits::firmware_files) {
            account_.failed(SourceState::error, "more firmware files than a manifest holds");
            return;
        }
        FirmwareFile entry{clean_text(driver, limits::text_bytes), clean_text(file, limits::text_bytes)};
        if (entry.file.empty()) return;
        if (!plain_path(file)) {
            entry.state = SourceState::error;
            const std::string who = entry.driver.empty() ? "the kernel's log" : entry.driver;
            account_.failed(SourceState::error, who + " names a file outside the firmware search path");
        } else {
            find(file, entry);
        }
        asked(entry);
        named_.insert(entry.file);
        files.push_back(std::move(entry));
    }

    void asked(FirmwareFile& entry) const {
        const auto line = std::ranges::lower_bound(log_.lines, entry.file, {}, &FirmwareLine::file);
        if (line == log_.lines.end() || line->file != entry.file) return;
        entry.request = line->loaded ? FirmwareRequest::loaded : FirmwareRequest::failed;
        if (line->loaded) entry.loaded_sha256 = line->sha256;
    }

    // The kernel's order (drivers/base/firmware_loader/main.c): the file itself at each place, its parameter's, that of
    // updates, the plain directory; only then compressed, by zstd and after that by xz.
    void find_places(const std::string& release) {
        const std::string chosen = text_or_empty(view_, "sys/module/firmware_class/parameters/path");
        if (chosen.starts_with('/')) places_.push_back(chosen.substr(1));
        for (const char* place : {"lib/firmware/updates/", "lib/firmware/"}) {
            if (plain_path(release)) places_.push_back(place + release);
            places_.emplace_back(place);
        }
    }

    void find(const std::string& file, FirmwareFile& entry) const {
        for (const char* suffix : {"", ".zst", ".xz"}) {
            for (const std::string& place : places_) {
                const auto digest = view_.digest(fmt::format("{}/{}{}", place, file, suffix), firmware_bytes);
                if (!digest && digest.error().code == Errc::not_found) continue;
                if (digest) {
                    entry.state = SourceState::ok;
                    entry.size = digest->size;
                    entry.sha256 = digest->sha256;
                } else {
                    entry.state = state_of(digest.error().code);
                }
                return;
            }
        }
        entry.state = SourceState::absent;
    }

    const View& view_;
    const SharedModules* shared_;
    Account account_{"firmware"};
    FirmwareManifest manifest_;
    std::vector<std::string> places_;
    FirmwareLog log_;
    bool failed_ = false;
    std::set<std::string, std::less<>> named_;  // files that are in the manifest
};

}  // namespace

Found read_firmware_files(const View& view, const FirmwareMemory& earlier, const SharedModules* shared) {
    return FirmwareReader(view, shared).read(earlier);
}

}  // namespace assay::agent
