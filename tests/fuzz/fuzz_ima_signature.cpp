// Signatures: what decodes is whole, and a digest is only signed in the algorithm that the signature names.

#include "evidence/runtime/ima_signature.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    const auto signature = decode_ima_signature(ByteView(data, size));
    if (!signature) return 0;
    REQUIRE_ALWAYS(signature->value.size() + 9 == size);
    REQUIRE_ALWAYS(!name(signature->kind).empty());
    const Bytes value(digest_size(signature->hash), 7);
    const auto digest = signed_digest(*signature, {"verity", name(signature->hash), value});
    REQUIRE_ALWAYS(digest.has_value() == (signature->kind == ImaSignatureKind::verity));
    if (digest) REQUIRE_ALWAYS(digest->alg() == signature->hash);
    REQUIRE_ALWAYS(!signed_digest(*signature, {"", "md5", value}));
    return 0;
}
