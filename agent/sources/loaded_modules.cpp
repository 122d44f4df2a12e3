#include "agent/sources/loaded_modules.hpp"

#include "agent/sources/device_path.hpp"
#include "agent/sources/source.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <set>

namespace assay::agent {
namespace {

constexpr std::size_t modules_bytes = 1U << 20U;
constexpr std::size_t modules_dep_bytes = 16U << 20U;

std::set<std::string> names_in(std::string_view proc_modules) {
    std::set<std::string> names;
    while (!proc_modules.empty()) {
        const std::string_view line = proc_modules.substr(0, proc_modules.find('\n'));
        proc_modules.remove_prefix(std::min(line.size() + 1, proc_modules.size()));
        const std::string_view name = line.substr(0, line.find(' '));
        if (plain_path(name) && name.find('/') == std::string_view::npos) names.emplace(name);
    }
    return names;
}

}  // namespace

bool plain_path(std::string_view path) {
    if (path.empty() || path.size() > limits::text_bytes || path.front() == '/') return false;
    while (!path.empty()) {
        const std::string_view part = path.substr(0, path.find('/'));
        path.remove_prefix(std::min(part.size() + 1, path.size()));
        if (part.empty() || part == "." || part == "..") return false;
    }
    return true;
}

std::string module_name(std::string_view path) {
    const std::string_view file = last_part(path);
    std::string name(file.substr(0, file.find(".ko")));
    std::ranges::replace(name, '-', '_');
    return name;
}

std::map<std::string, std::string, std::less<>> module_paths(std::string_view modules_dep) {
    std::map<std::string, std::string, std::less<>> paths;
    while (!modules_dep.empty()) {
        const std::string_view line = modules_dep.substr(0, modules_dep.find('\n'));
        modules_dep.remove_prefix(std::min(line.size() + 1, modules_dep.size()));
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos || !plain_path(line.substr(0, colon))) continue;
        paths.emplace(module_name(line.substr(0, colon)), line.substr(0, colon));
    }
    return paths;
}

Result<LoadedModules> read_loaded_modules(const View& view) {
    LoadedModules out;
    TRY(const std::string modules, view.read("proc/modules", modules_bytes));
    out.release = text_or_empty(view, "proc/sys/kernel/osrelease");
    if (!plain_path(out.release)) return fail(Errc::bad_value, "proc/sys/kernel/osrelease", "names no kernel");
    out.directory = "lib/modules/" + out.release;
    const auto dep = view.read(out.directory + "/modules.dep", modules_dep_bytes);
    if (!dep && dep.error().code != Errc::not_found) return fail(dep.error());
    out.listed = dep.has_value();
    const auto paths = dep ? module_paths(*dep) : std::map<std::string, std::string, std::less<>>();
    for (const std::string& name : names_in(modules)) {
        const auto path = paths.find(name);
        out.modules.push_back({name, path == paths.end() ? "" : path->second});
    }
    return out;
}

}  // namespace assay::agent
