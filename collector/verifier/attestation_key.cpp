#include "collector/verifier/attestation_key.hpp"

#include "base/reader.hpp"
#include "evidence/limits.hpp"
#include "evidence/tpm/signature.hpp"

namespace assay {
namespace {

std::unexpected<RejectedAttempt> reject(Reason reason, Errc code, std::string where, std::string what) {
    return std::unexpected(RejectedAttempt{reason, code, std::move(where), std::move(what)});
}

// Sizes, magic and type: what can be said of a TPMS_ATTEST before its signature has been checked.
std::expected<void, RejectedAttempt> check_head(ByteView quote) {
    if (quote.size() > limits::attest_bytes) {
        return reject(Reason::attest_malformed, Errc::limit_exceeded, "quote", "longer than any quote");
    }
    Reader reader(quote);
    const std::uint32_t magic = reader.u32be();
    const std::uint16_t type = reader.u16be();
    if (reader.failed()) return reject(Reason::attest_malformed, Errc::truncated, "quote", "ends within its head");
    if (magic != tpm_generated_value) {
        return reject(Reason::attest_bad_magic, Errc::bad_magic, "quote.magic", "is not TPM_GENERATED_VALUE");
    }
    if (type != tpm_st_attest_quote) {
        return reject(Reason::attest_wrong_type, Errc::bad_value, "quote.type", "is not TPM_ST_ATTEST_QUOTE");
    }
    return {};
}

std::expected<void, RejectedAttempt> check_signature(const AttestationKey& key, ByteView quote, ByteView signature) {
    const auto decoded = decode_tpm_signature(signature);
    if (!decoded) {
        return reject(Reason::signature_malformed, decoded.error().code, "signature", decoded.error().what);
    }
    if (decoded->scheme != key.scheme() || decoded->hash != key.hash()) {
        return reject(
            Reason::signature_wrong_algorithm, Errc::unknown_algorithm, "signature",
            "has another scheme or hash than the enrolled key"
        );
    }
    const Digest signed_over = hash(key.hash(), quote);
    const bool holds = key.scheme() == SignatureScheme::ecdsa
                           ? key.key().verify_ecdsa(signed_over, decoded->r, decoded->s)
                           : key.key().verify_rsassa(signed_over, decoded->rsa);
    if (!holds) {
        return reject(
            Reason::signature_invalid, Errc::bad_signature, "signature", "does not hold with the enrolled key"
        );
    }
    return {};
}

}  // namespace

AttestationKey::AttestationKey(AkKind kind, const PublicArea& area, Bytes public_area, PublicKey key)
    : kind_(kind),
      scheme_(*area.scheme),
      hash_(area.scheme_hash),
      public_area_(std::move(public_area)),
      name_(tpm_name(area)),
      qualified_name_(endorsement_qualified_name(area)),
      key_(std::move(key)) {}

Result<AttestationKey> AttestationKey::of(ByteView public_area) {
    TRY(const PublicArea area, decode_public_area(public_area));
    const std::optional<AkKind> kind = matching_ak_kind(area);
    if (!kind || !area.scheme) {
        return fail(Errc::mismatch, "ak_public", "is none of the attestation key templates");
    }
    TRY(PublicKey key, public_key_of(area));
    return AttestationKey(*kind, area, to_bytes(public_area), std::move(key));
}

std::expected<QuoteAttest, RejectedAttempt> check_signed_quote(
    const AttestationKey& key, ByteView quote, ByteView signature, const Digest& expected_extra_data
) {
    CHECK_OK(check_head(quote));
    CHECK_OK(check_signature(key, quote, signature));
    auto attest = decode_quote_attest(quote);
    if (!attest) return reject(Reason::attest_malformed, attest.error().code, "quote", attest.error().message());
    if (!same_bytes(attest->qualified_signer, key.qualified_name())) {
        return reject(
            Reason::signer_mismatch, Errc::mismatch, "quote.qualifiedSigner",
            "is not the enrolled key in the endorsement hierarchy"
        );
    }
    if (!equal_constant_time(attest->extra_data, expected_extra_data.bytes())) {
        return reject(
            Reason::binding_mismatch, Errc::mismatch, "quote.extraData",
            "is not over this challenge, connection, device and message"
        );
    }
    return *std::move(attest);
}

}  // namespace assay
