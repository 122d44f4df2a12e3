#include "evidence/runtime/loaded_files.hpp"

#include "base/words.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>

namespace assay {
namespace {

constexpr auto use_words = words<FirmwareUse>({
    {FirmwareUse::same, "same"},
    {FirmwareUse::other_content, "other_content"},
    {FirmwareUse::several, "several"},
    {FirmwareUse::not_measured, "not_measured"},
    {FirmwareUse::not_comparable, "not_comparable"},
});

constexpr std::array<std::string_view, 2> search_roots{"/usr/lib/firmware", "/lib/firmware"};

bool remove_directory(std::string_view& path, std::string_view directory) {
    if (directory.empty() || !path.starts_with(directory) || path.substr(directory.size(), 1) != "/") return false;
    path.remove_prefix(directory.size() + 1);
    return true;
}

bool remove_suffix(std::string_view& name, std::string_view suffix) {
    if (!name.ends_with(suffix)) return false;
    name.remove_suffix(suffix.size());
    return true;
}

// "" for what lies below no search path.
std::string_view firmware_name(std::string_view path, const FirmwareSearch& search) {
    const auto below = [&path](std::string_view directory) { return remove_directory(path, directory); };
    if (!std::ranges::any_of(search.directories, below)) {
        if (!std::ranges::any_of(search_roots, below)) return {};
        remove_directory(path, "updates");
        remove_directory(path, search.kernel_release);
    }
    if (!remove_suffix(path, ".xz")) remove_suffix(path, ".zst");
    return path;
}

std::string module_name(std::string_view path) {
    for (const std::string_view compression : {".xz", ".zst", ".gz"}) {
        if (remove_suffix(path, compression)) break;
    }
    if (!remove_suffix(path, ".ko")) return {};
    std::string out(path.substr(path.rfind('/') + 1));
    std::ranges::replace(out, '-', '_');
    return out;
}

LoadedFile loaded_file(const ImaEntry& entry, std::string name) {
    LoadedFile out{to_text(entry.path()), std::move(name), {}, {}};
    if (const auto digest = entry.digest(); digest && !entry.violation()) {
        out.algorithm = digest->algorithm.empty() ? assay::name(HashAlg::sha1) : digest->algorithm;
        out.digest = to_bytes(digest->value);
    }
    return out;
}

FirmwareUse use_of(const FirmwareFile& file, const std::vector<LoadedFile>& measured) {
    if (measured.empty()) return FirmwareUse::not_measured;
    if (!file.sha256) return FirmwareUse::not_comparable;
    std::size_t same = 0;
    for (const LoadedFile& one : measured) {
        if (one.algorithm != name(HashAlg::sha256)) return FirmwareUse::not_comparable;
        if (same_bytes(one.digest, *file.sha256)) ++same;
    }
    if (same == 0) return FirmwareUse::other_content;
    return same == measured.size() ? FirmwareUse::same : FirmwareUse::several;
}

}  // namespace

std::string_view name(FirmwareUse use) {
    return use_words.of(use);
}

LoadedFiles loaded_files(std::span<const ImaEntry> entries, const FirmwareSearch& search) {
    LoadedFiles out;
    for (const ImaEntry& entry : entries) {
        if (!entry.fault().empty() || entry.has_buffer()) continue;
        const std::string_view path = as_text(entry.path());
        if (const std::string_view firmware = firmware_name(path, search); !firmware.empty()) {
            out.firmware.push_back(loaded_file(entry, std::string(firmware)));
        } else if (std::string module = module_name(path); !module.empty()) {
            out.modules.push_back(loaded_file(entry, std::move(module)));
        }
    }
    return out;
}

FirmwareJoin join_firmware(const FirmwareManifest& manifest, std::span<const LoadedFile> measured) {
    std::multimap<std::string_view, const LoadedFile*> by_name;
    for (const LoadedFile& one : measured) by_name.emplace(one.name, &one);
    FirmwareJoin out;
    out.files.reserve(manifest.files.size());
    std::set<std::string_view> claimed;
    for (const FirmwareFile& file : manifest.files) {
        JoinedFirmware joined{file, FirmwareUse::not_measured, {}};
        const auto [begin, end] = by_name.equal_range(file.file);
        for (auto at = begin; at != end; ++at) joined.measured.push_back(*at->second);
        joined.use = use_of(file, joined.measured);
        claimed.insert(file.file);
        out.files.push_back(std::move(joined));
    }
    std::ranges::copy_if(measured, std::back_inserter(out.unclaimed), [&claimed](const LoadedFile& one) {
        return !claimed.contains(one.name);
    });
    return out;
}

}  // namespace assay
