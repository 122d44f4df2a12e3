#pragma once
// Test data by path from the top of the tree.

#include "base/bytes.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace assay::test {

inline Bytes read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot read " + path);
    return Bytes(std::istreambuf_iterator<char>(in), {});
}

inline Bytes data(const std::string& below_tests_data) {
    return read_file(std::string(ASSAY_SOURCE_DIR) + "/tests/data/" + below_tests_data);
}

// TPM2B: without its two bytes of size.
inline Bytes unsized(const Bytes& bytes) {
    return Bytes(bytes.begin() + 2, bytes.end());
}

}  // namespace assay::test
