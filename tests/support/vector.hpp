#pragma once
// Test vectors, one file per case in tests/vectors: lines "# comment", then "name: value" (hex unless it says
// otherwise, a name may stand more than once), then maybe an empty line and the payload, which is the rest of the file
// as it is. `kind` says what is computed, `expect` what must come out. docs/PROTOCOL.md cites them.

#include "base/encoding.hpp"
#include "tests/support/files.hpp"

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace assay::test {

struct Vector {
    std::string file;  // its name
    std::vector<std::pair<std::string, std::string>> fields;
    std::string payload;

    std::vector<std::string> all(std::string_view name) const {
        std::vector<std::string> out;
        for (const auto& [key, value] : fields) {
            if (key == name) out.push_back(value);
        }
        return out;
    }
    std::string text(std::string_view name) const {
        const std::vector<std::string> found = all(name);
        if (found.size() != 1) throw std::runtime_error(file + " needs one field " + std::string(name));
        return found.front();
    }
    Bytes hex(std::string_view name) const { return from_hex(text(name), file).value(); }
    template <std::size_t N>
    std::array<std::uint8_t, N> array(std::string_view name) const {
        return from_hex_array<N>(text(name), file).value();
    }
};

inline Vector read_vector(const std::filesystem::path& path) {
    Vector out;
    out.file = path.filename().string();
    const std::string whole = to_text(read_file(path.string()));
    std::size_t at = 0;
    while (at < whole.size()) {
        const std::size_t end = std::min(whole.find('\n', at), whole.size());
        const std::string line = whole.substr(at, end - at);
        at = end + 1;
        if (line.empty()) {
            out.payload = whole.substr(std::min(at, whole.size()));
            break;
        }
        if (line.starts_with('#')) continue;
        const std::size_t colon = line.find(": ");
        if (colon == std::string::npos) throw std::runtime_error(out.file + ": not a field: " + line);
        out.fields.emplace_back(line.substr(0, colon), line.substr(colon + 2));
    }
    return out;
}

// Sorted by file name.
inline std::vector<Vector> all_vectors() {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(ASSAY_SOURCE_DIR) + "/tests/vectors")) {
        if (entry.path().extension() == ".txt") paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
    std::vector<Vector> out;
    for (const auto& path : paths) out.push_back(read_vector(path));
    return out;
}

}  // namespace assay::test
