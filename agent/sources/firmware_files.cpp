#include "agent/sources/firmware_files.hpp"

#include "agent/sources/module_info.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

namespace assay::agent {
namespace {

constexpr std::size_t modules_bytes = 1U << 20U;
constexpr std::size_t modules_dep_bytes = 16U << 20U;
constexpr std::size_t module_bytes = 64U << 20U;
constexpr std::uint64_t firmware_bytes = 256U << 20U;

// A relative path without "." and ".." parts, so that "../../etc/shadow" is nobody's firmware.
bool plain(std::string_view name) {
    if (name.empty() || name.size() > limits::text_bytes || name.front() == '/') return false;
    while (!name.empty()) {
        const std::string_view part = name.substr(0, name.find('/'));
        name.remove_prefix(std::min(part.size() + 1, name.size()));
        if (part.empty() || part == "." || part == "..") return false;
    }
    return true;
}

class FirmwareReader {
  public:
    explicit FirmwareReader(const View& view) : view_(view) {}

    Found read() {
        const auto modules = view_.read("proc/modules", modules_bytes);
        if (!modules) {
            if (modules.error().code == Errc::not_found) return account_.absent("no proc/modules");
            account_.failed(modules.error());
            return account_.finish();
        }
        release_ = text_or_empty(view_, "proc/sys/kernel/osrelease");
        if (!plain(release_)) {
            account_.failed(SourceState::error, "proc/sys/kernel/osrelease: names no kernel");
            return account_.finish();
        }
        const std::string directory = "lib/modules/" + release_;
        const auto dep = view_.read(directory + "/modules.dep", modules_dep_bytes);
        if (!dep) {
            if (dep.error().code == Errc::not_found) return account_.absent("no " + directory + "/modules.dep");
            account_.failed(dep.error());
            return account_.finish();
        }
        const auto paths = module_paths(*dep);
        for (std::string_view rest = *modules; !rest.empty();) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(line.size() + 1, rest.size()));
            // A module that is loaded from elsewhere is not in modules.dep: nothing is known of it here.
            const auto path = paths.find(line.substr(0, line.find(' ')));
            if (path == paths.end()) continue;
            module(path->first, directory + "/" + path->second);
        }
        account_.covered("firmware");
        return account_.finish();
    }

  private:
    void module(const std::string& name, const std::string& path) {
        const auto bytes = view_.read(path, module_bytes);
        const auto names = bytes ? firmware_names(as_bytes(*bytes)) : fail(bytes.error());
        if (!names) {
            account_.failed(SourceState::error, path + ": " + names.error().what);
            return;
        }
        for (const std::string& file : *names) {
            if (account_.found.firmware.size() == limits::firmware_files) {
                account_.failed(SourceState::error, "more firmware files than a manifest holds");
                return;
            }
            add(name, file);
        }
    }

    void add(const std::string& driver, const std::string& file) {
        FirmwareFile entry{clean_text(driver, limits::text_bytes), clean_text(file, limits::text_bytes)};
        if (entry.driver.empty() || entry.file.empty()) return;
        if (!plain(file)) {
            entry.state = SourceState::error;
            account_.failed(SourceState::error, entry.driver + " names a file outside the firmware search path");
        } else {
            find(file, entry);
        }
        account_.found.firmware.push_back(std::move(entry));
    }

    // The kernel's order (drivers/base/firmware_loader/main.c): its parameter, then updates, then the plain directory;
    // at each place the file itself, then compressed.
    void find(const std::string& file, FirmwareFile& entry) const {
        std::vector<std::string> places;
        const std::string chosen = text_or_empty(view_, "sys/module/firmware_class/parameters/path");
        if (chosen.starts_with('/')) places.push_back(chosen.substr(1));
        for (const char* place : {"lib/firmware/updates/", "lib/firmware/"}) {
            places.push_back(place + release_);
            places.emplace_back(place);
        }
        for (const std::string& place : places) {
            for (const char* suffix : {"", ".xz", ".zst"}) {
                const auto digest = view_.digest(fmt::format("{}/{}{}", place, file, suffix), firmware_bytes);
                if (!digest && digest.error().code == Errc::not_found) continue;
                if (digest) {
                    entry.state = SourceState::ok;
                    entry.size = digest->size;
                    entry.sha256 = digest->sha256;
                } else {
                    entry.state = digest.error().code == Errc::denied ? SourceState::denied : SourceState::error;
                }
                return;
            }
        }
        entry.state = SourceState::absent;
    }

    const View& view_;
    Account account_{"firmware"};
    std::string release_;
};

}  // namespace

Found read_firmware_files(const View& view) {
    return FirmwareReader(view).read();
}

}  // namespace assay::agent
