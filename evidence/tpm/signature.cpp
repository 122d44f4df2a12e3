#include "evidence/tpm/signature.hpp"

#include "base/reader.hpp"
#include "base/writer.hpp"
#include "evidence/limits.hpp"

namespace assay {
namespace {

constexpr std::size_t max_coordinate_bytes = 66;  // P-521
constexpr std::size_t max_rsa_bytes = 512;        // RSA-4096

}  // namespace

Result<TpmSignature> decode_tpm_signature(ByteView bytes) {
    if (bytes.size() > limits::signature_bytes) {
        return fail(Errc::limit_exceeded, "TPMT_SIGNATURE", "longer than any signature");
    }
    Reader reader(bytes);
    TpmSignature out;
    const std::uint16_t scheme = reader.u16be();
    const std::optional<HashAlg> hash = hash_alg_of(reader.u16be());
    CHECK_OK(reader.finish_prefix("TPMT_SIGNATURE"));
    if (!hash) return fail(Errc::unknown_algorithm, "TPMT_SIGNATURE.hash", "not a known hash algorithm");
    out.hash = *hash;
    if (scheme == static_cast<std::uint16_t>(SignatureScheme::ecdsa)) {
        out.scheme = SignatureScheme::ecdsa;
        out.r = to_bytes(reader.sized16(max_coordinate_bytes, "signatureR"));
        out.s = to_bytes(reader.sized16(max_coordinate_bytes, "signatureS"));
    } else if (scheme == static_cast<std::uint16_t>(SignatureScheme::rsassa)) {
        out.scheme = SignatureScheme::rsassa;
        out.rsa = to_bytes(reader.sized16(max_rsa_bytes, "sig"));
    } else {
        return fail(Errc::unknown_algorithm, "TPMT_SIGNATURE.sigAlg", "neither ECDSA nor RSASSA");
    }
    CHECK_OK(reader.finish("TPMT_SIGNATURE"));
    return out;
}

Bytes encode_tpm_signature(const TpmSignature& signature) {
    Writer w;
    w.u16be(static_cast<std::uint16_t>(signature.scheme)).u16be(static_cast<std::uint16_t>(signature.hash));
    if (signature.scheme == SignatureScheme::ecdsa) return w.sized16(signature.r).sized16(signature.s).take();
    return w.sized16(signature.rsa).take();
}

}  // namespace assay
