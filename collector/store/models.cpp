#include "collector/store/models.hpp"

#include "base/writer.hpp"

#include <algorithm>

namespace assay::store {

std::vector<Identifier> model_identifiers(const Component& component) {
    constexpr std::size_t block_digits = 9;  // MA-S: 36 bits
    std::vector<Identifier> out = component.identifiers;
    for (Identifier& id : out) {
        if (id.registry == Registry::mac) std::ranges::fill(id.value.begin() + block_digits, id.value.end(), '0');
    }
    std::ranges::sort(out);
    const auto repeated = std::ranges::unique(out);
    out.erase(repeated.begin(), repeated.end());
    return out;
}

Sha256 model_fingerprint(const Component& component) {
    Writer bytes;
    bytes.framed(as_bytes("assay/model/1")).framed(as_bytes(name(component.kind)));
    for (const Identifier& id : model_identifiers(component)) {
        bytes.framed(as_bytes(name(id.registry))).framed(as_bytes(id.value));
    }
    return sha256(bytes.bytes());
}

}  // namespace assay::store
