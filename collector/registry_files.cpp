#include "collector/registry_files.hpp"

#include "base/file.hpp"

#include <algorithm>
#include <filesystem>

namespace assay::collector {
namespace {

constexpr std::size_t max_files = 64;

std::vector<std::string> paths_of(
    const std::optional<std::vector<std::string>>& given, std::span<const std::string> packs
) {
    if (given) return *given;
    if (packs.empty()) return {};
    std::filesystem::path first(packs.front());
    if (!first.has_filename()) first = first.parent_path();  // "packs/"
    const std::filesystem::path beside = first.parent_path() / "registries";
    std::error_code problem;
    if (!std::filesystem::is_directory(beside, problem)) return {};
    return {beside.string()};
}

Result<std::vector<std::string>> snapshot_files(const std::vector<std::string>& paths) {
    std::vector<std::string> out;
    for (const std::string& path : paths) {
        std::error_code problem;
        if (!std::filesystem::is_directory(path, problem)) {
            out.push_back(path);
            continue;
        }
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(path, problem)) {
            if (entry.path().extension() == ".tsv") found.push_back(entry.path());
        }
        if (problem) return fail(Errc::io_error, path, problem.message());
        if (found.empty()) return fail(Errc::not_found, path, "holds no *.tsv file; name a directory with snapshots");
        std::ranges::sort(found);
        out.insert(out.end(), found.begin(), found.end());
    }
    if (out.size() > max_files) return fail(Errc::limit_exceeded, "registries", "more than 64 files");
    return out;
}

}  // namespace

Result<policy::Registries> load_registries(
    const std::optional<std::vector<std::string>>& given, std::span<const std::string> packs
) {
    TRY(const std::vector<std::string> files, snapshot_files(paths_of(given, packs)));
    std::vector<policy::RegistrySnapshot> snapshots;
    for (const std::string& file : files) {
        TRY(std::string text, read_file(file, policy::limits::snapshot_bytes));
        TRY(policy::RegistrySnapshot snapshot, policy::RegistrySnapshot::read(std::move(text), file));
        snapshots.push_back(std::move(snapshot));
    }
    return policy::Registries::compose(std::move(snapshots));
}

}  // namespace assay::collector
