#pragma once
// The packs of policy/packs, read from the source tree.

#include "policy/pack_set.hpp"
#include "tests/policy/pack_text.hpp"
#include "tests/support/files.hpp"

#include <string>
#include <vector>

namespace assay::policy {

inline Pack shipped_pack(const std::string& name) {
    const std::string path = std::string(ASSAY_SOURCE_DIR) + "/policy/packs/" + name + ".toml";
    return good_pack(to_text(test::read_file(path)), name + ".toml");
}

inline PackSet shipped_packs() {
    std::vector<Pack> packs;
    for (const char* name : {"entities", "mac-blocks", "fcc-covered-list", "ndaa-889"})
        packs.push_back(shipped_pack(name));
    return good_set(std::move(packs));
}

}  // namespace assay::policy
