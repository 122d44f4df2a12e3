#pragma once
// Byte strings one behind the other.

#include "base/bytes.hpp"

#include <initializer_list>

namespace assay::test {

inline Bytes joined(std::initializer_list<Bytes> parts) {
    Bytes out;
    for (const Bytes& part : parts) out.insert(out.end(), part.begin(), part.end());
    return out;
}

}  // namespace assay::test
