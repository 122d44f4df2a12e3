#pragma once
// Which modules are loaded, and where the running kernel's modules.dep says each has its file. Modules built into the
// kernel are in neither list.

#include "agent/root/view.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace assay::agent {

struct LoadedModule {
    std::string name;  // as /proc/modules has it
    std::string file;  // below LoadedModules::directory; "" when modules.dep names none: loaded from elsewhere
    friend auto operator<=>(const LoadedModule&, const LoadedModule&) = default;
};

struct LoadedModules {
    std::string release;                // of the running kernel
    std::string directory;              // "lib/modules/<release>"
    bool listed = false;                // there is a modules.dep
    std::vector<LoadedModule> modules;  // sorted by name, names unique
};

// Errors are those of reading; not_found: no proc/modules, or bad_value: no kernel release.
Result<LoadedModules> read_loaded_modules(const View& view);

// Of modules.dep: module name ("snd_hda_intel", with '_') -> path below the directory of modules.dep.
std::map<std::string, std::string, std::less<>> module_paths(std::string_view modules_dep);
std::string module_name(std::string_view path);  // "kernel/net/snd-x.ko.xz" -> "snd_x"

// A relative path without "." and ".." parts, so that "../../etc/shadow" is nobody's module and nobody's firmware.
bool plain_path(std::string_view path);

}  // namespace assay::agent
