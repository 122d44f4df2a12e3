// UEFI variables: lists of signatures that were read, written again without their second headers, are the same lists.

#include "evidence/hardware/efi_variable.hpp"
#include "evidence/hardware/guid.hpp"
#include "tests/fuzz/require.hpp"

namespace {

void put32(assay::Bytes& out, std::size_t value) {
    for (unsigned i = 0; i < 4; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

assay::Bytes written(const std::vector<assay::EfiSignatureList>& lists) {
    assay::Bytes out;
    for (const assay::EfiSignatureList& list : lists) {
        const std::size_t each = 16 + (list.signatures.empty() ? 0 : list.signatures[0].data.size());
        out.insert(out.end(), list.type.begin(), list.type.end());
        put32(out, 28 + each * list.signatures.size());
        put32(out, 0);
        put32(out, each);
        for (const assay::EfiSignature& one : list.signatures) {
            out.insert(out.end(), one.owner.begin(), one.owner.end());
            out.insert(out.end(), one.data.begin(), one.data.end());
        }
    }
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const assay::ByteView bytes(data, size);
    const auto variable = assay::decode_efi_variable(bytes);
    if (!variable) return 0;
    REQUIRE_ALWAYS(variable->data.size() + 4 == size);
    (void)assay::decode_efi_flag(variable->data);
    const auto lists = assay::decode_efi_signature_lists(variable->data);
    if (!lists) return 0;
    const assay::Bytes again = written(*lists);
    REQUIRE_ALWAYS(again.size() <= variable->data.size());
    const auto second = assay::decode_efi_signature_lists(again);
    REQUIRE_ALWAYS(second.has_value());
    REQUIRE_ALWAYS(second->size() == lists->size());
    for (std::size_t i = 0; i < lists->size(); ++i) {
        REQUIRE_ALWAYS((*second)[i].type == (*lists)[i].type);
        REQUIRE_ALWAYS((*second)[i].signatures.size() == (*lists)[i].signatures.size());
        REQUIRE_ALWAYS(!assay::efi_signature_type((*lists)[i]).empty());
    }
    return 0;
}
