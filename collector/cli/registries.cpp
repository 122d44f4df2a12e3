#include "collector/cli/offline.hpp"

namespace assay::cli {

Result<policy::Registries> shipped_registries(const Context& context) {
    std::vector<policy::RegistrySnapshot> out;
    if (context.registries.empty()) return policy::Registries();
    TRY(const std::vector<std::string> names, context.list_directory(context.registries));
    for (const std::string& name : names) {
        if (!name.ends_with(".tsv")) continue;
        const std::string file = context.registries + "/" + name;
        TRY(std::string text, context.read_file(file));
        TRY(policy::RegistrySnapshot snapshot, policy::RegistrySnapshot::read(std::move(text), file));
        out.push_back(std::move(snapshot));
    }
    return policy::Registries::compose(std::move(out));
}

}  // namespace assay::cli
