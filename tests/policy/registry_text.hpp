#pragma once
// Small snapshots for tests, and those that ship.

#include "policy/registries.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace assay::policy {

// `rows`: "8086\tIntel Corporation\n" each.
inline std::string snapshot_text(const std::string& registry, const std::string& rows) {
    return "assay-registry\t1\nregistry\t" + registry + "\ndate\t2026-01-02\nsource\ta test\nlicence\tnone\nrows\t" +
           std::to_string(std::ranges::count(rows, '\n')) + "\n# A comment.\n" + rows;
}

inline RegistrySnapshot good_snapshot(const std::string& registry, const std::string& rows) {
    auto read = RegistrySnapshot::read(snapshot_text(registry, rows), registry + ".tsv");
    if (!read) FAIL(read.error().message());
    return *std::move(read);
}

inline Registries registries_of(std::vector<RegistrySnapshot> snapshots) {
    auto set = Registries::compose(std::move(snapshots));
    if (!set) FAIL(set.error().message());
    return *std::move(set);
}

inline const Registries& shipped_registries() {
    static const Registries all = [] {
        std::vector<RegistrySnapshot> out;
        for (const char* name : {"oui", "pci", "pnp", "usb"}) {
            const std::string file = std::string(name) + ".tsv";
            auto read = RegistrySnapshot::read(
                to_text(test::read_file(std::string(ASSAY_SOURCE_DIR) + "/policy/registries/" + file)), file
            );
            if (!read) FAIL(read.error().message());
            out.push_back(*std::move(read));
        }
        return registries_of(std::move(out));
    }();
    return all;
}

}  // namespace assay::policy
