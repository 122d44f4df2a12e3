#include "collector/pack_files.hpp"

#include "base/file.hpp"
#include "base/toml.hpp"
#include "policy/read_pack.hpp"

#include <algorithm>
#include <filesystem>

namespace assay::collector {
namespace {

constexpr std::size_t max_pack_files = 256;

Result<std::vector<std::string>> toml_files(std::span<const std::string> paths) {
    std::vector<std::string> out;
    for (const std::string& path : paths) {
        std::error_code problem;
        if (!std::filesystem::is_directory(path, problem)) {
            out.push_back(path);
            continue;
        }
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(path, problem)) {
            if (entry.path().extension() == ".toml") found.push_back(entry.path());
        }
        if (problem) return fail(Errc::io_error, path, problem.message());
        if (found.empty())
            return fail(Errc::not_found, path, "holds no *.toml file; name a directory with policy packs");
        std::ranges::sort(found);
        out.insert(out.end(), found.begin(), found.end());
    }
    if (out.size() > max_pack_files) return fail(Errc::limit_exceeded, "packs", "more than 256 files");
    return out;
}

store::StoredPack stored_form(const policy::Pack& pack, const std::string& text, UnixMillis now) {
    store::StoredPack out;
    out.id = pack.id;
    out.version = pack.version;
    out.date = pack.date.text();
    out.title = pack.title;
    out.sha256 = pack.sha256;
    out.text = text;
    out.loaded_at = now;
    return out;
}

}  // namespace

Result<LoadedPacks> load_packs(std::span<const std::string> paths, UnixMillis now) {
    TRY(const std::vector<std::string> files, toml_files(paths));
    std::vector<policy::Pack> packs;
    std::vector<store::StoredPack> stored;
    for (const std::string& file : files) {
        TRY(const std::string text, read_file(file, toml::max_document_bytes));
        TRY(policy::Pack pack, policy::read_pack(text, file));
        stored.push_back(stored_form(pack, text, now));
        packs.push_back(std::move(pack));
    }
    TRY(policy::PackSet set, policy::PackSet::compose(std::move(packs)));
    return LoadedPacks{std::move(set), std::move(stored)};
}

}  // namespace assay::collector
