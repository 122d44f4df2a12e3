#pragma once
// Captures of real machines that are not part of the tree: ../shared/captures, or where ASSAY_CAPTURES says. A test
// that needs one says so and ends where it is absent.

#include "tests/support/files.hpp"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace assay::test {

inline std::string captures_root() {
    const char* const named = std::getenv("ASSAY_CAPTURES");
    return named != nullptr ? named : std::string(ASSAY_SOURCE_DIR) + "/../shared/captures";
}

inline std::optional<Bytes> capture(const std::string& below_captures) {
    const std::string path = captures_root() + "/" + below_captures;
    if (!std::filesystem::exists(path)) {
        MESSAGE("skipped: no capture " << below_captures);
        return std::nullopt;
    }
    return read_file(path);
}

}  // namespace assay::test
