#pragma once
// A TPM's keys in software, for tests only: attestation keys that sign what a test gives them, also what no TPM would
// sign, and endorsement keys that open credentials. The real thing is tests/support/swtpm.hpp.

#include "base/crypto/public_key.hpp"
#include "evidence/messages.hpp"
#include "evidence/tpm/attest.hpp"
#include "evidence/tpm/templates.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace assay::test {

struct SignedQuote {
    Bytes quote;      // TPMS_ATTEST
    Bytes signature;  // TPMT_SIGNATURE
};

class SoftAk {
  public:
    explicit SoftAk(AkKind kind = AkKind::ecc_p256_sha256);
    // The same key kind under another public area: not of the template, for instance.
    explicit SoftAk(const PublicArea& area);
    SoftAk(const SoftAk&) = delete;
    SoftAk& operator=(const SoftAk&) = delete;
    SoftAk(SoftAk&&) noexcept;
    SoftAk& operator=(SoftAk&&) noexcept;
    ~SoftAk();

    const PublicArea& area() const { return area_; }
    Bytes public_area() const { return encode_public_area(area_); }
    Bytes sign(ByteView message) const;  // TPMT_SIGNATURE with the area's scheme and hash
    // ECDSA: the other signature that holds over the same bytes, (r, n - s).
    Bytes malleable_twin(ByteView signature) const;
    // A quote as a TPM makes it: qualifiedSigner and pcrDigest are filled in.
    SignedQuote quote(ByteView extra_data, const PcrSelection& selection, const PcrValues& values) const;
    SignedQuote quote(QuoteAttest attest, const PcrValues& values) const;
    SignedQuote sign_attest(const QuoteAttest& attest) const;  // as it is

  private:
    struct Key;
    PublicArea area_;
    std::unique_ptr<Key> key_;
};

class SoftEk {
  public:
    explicit SoftEk(std::string_view template_name);  // "L-1", ...
    SoftEk(const SoftEk&) = delete;
    SoftEk& operator=(const SoftEk&) = delete;
    SoftEk(SoftEk&&) noexcept;
    SoftEk& operator=(SoftEk&&) noexcept;
    ~SoftEk();

    const PublicArea& area() const { return area_; }
    Bytes public_area() const { return encode_public_area(area_); }
    const Bytes& spki() const { return spki_; }
    // TPM2_ActivateCredential for a key of that Name: nothing when the integrity value does not hold.
    std::optional<Bytes> activate(const CredentialChallenge& challenge, ByteView ak_name) const;

  private:
    struct Key;
    Bytes open_seed(ByteView encrypted) const;
    PublicArea area_;
    std::unique_ptr<Key> key_;
    Bytes spki_;
};

}  // namespace assay::test
