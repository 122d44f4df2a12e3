#pragma once
// An attestation key that is one of our templates, decoded once and kept decoded: with its Name, its qualified Name as
// a primary key of the endorsement hierarchy, and the scheme and hash that its signatures must have. Immutable; any
// number of threads may check against one.

#include "base/crypto/public_key.hpp"
#include "base/result.hpp"
#include "collector/verifier/outcome.hpp"
#include "evidence/tpm/attest.hpp"
#include "evidence/tpm/templates.hpp"

#include <expected>

namespace assay {

class AttestationKey {
  public:
    // unknown_algorithm, truncated, ... for what is no public area; mismatch for one that is no template of ours.
    static Result<AttestationKey> of(ByteView public_area);

    AkKind kind() const { return kind_; }
    SignatureScheme scheme() const { return scheme_; }
    HashAlg hash() const { return hash_; }  // of the scheme
    const Bytes& public_area() const { return public_area_; }
    const Bytes& name() const { return name_; }
    const Bytes& qualified_name() const { return qualified_name_; }
    const PublicKey& key() const { return key_; }

  private:
    AttestationKey(AkKind kind, const PublicArea& area, Bytes public_area, PublicKey key);
    AkKind kind_;
    SignatureScheme scheme_;
    HashAlg hash_;
    Bytes public_area_;
    Bytes name_;
    Bytes qualified_name_;
    PublicKey key_;
};

// A quote is this key's and over this extraData: sizes, magic, type, signature with the key's own scheme and hash,
// qualifiedSigner, extraData in constant time; in this order, each able to fail alone. The structure is decoded only
// after its signature has been checked. What it says of PCRs is not verified here.
[[nodiscard]] std::expected<QuoteAttest, RejectedAttempt> check_signed_quote(
    const AttestationKey& key, ByteView quote, ByteView signature, const Digest& expected_extra_data
);

}  // namespace assay
