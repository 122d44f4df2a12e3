#pragma once
// The attestation key: a restricted primary key of the endorsement hierarchy, made again by the same TPM from the same
// template, so nothing is stored. It stays loaded while the object lives, since making it costs a TPM seconds; after a
// TPM Reset it is made anew on its next use. With it: quotes, and the activation of credentials, which proves to a
// collector that this key and an endorsement key are in one TPM. Errors: tpm_error in agent/tpm/esys.hpp.

#include "agent/tpm/tpm.hpp"
#include "evidence/tpm/templates.hpp"

#include <memory>

namespace assay::agent {

struct TpmQuote {
    Bytes attest;     // TPMS_ATTEST
    Bytes signature;  // TPMT_SIGNATURE
};

// An endorsement key of this TPM: what it was made from, what it is, and its saved context, so that it need not be made
// again while the TPM is not reset. Making one costs a TPM up to a minute.
struct MadeEndorsementKey {
    PublicArea made_from;
    PublicArea area;
    Bytes context;  // TPMS_CONTEXT as the TSS marshals it; only this TPM, in this boot, can load it
};
Result<MadeEndorsementKey> make_endorsement_key(const Tpm& tpm, const PublicArea& ek_template);

class AttestationKey {
  public:
    // unsupported: the TPM lacks the algorithm. denied: the endorsement hierarchy is disabled or has a password.
    static Result<AttestationKey> create(const Tpm& tpm, AkKind kind);
    AttestationKey(AttestationKey&&) noexcept;
    AttestationKey& operator=(AttestationKey&&) noexcept;
    ~AttestationKey();

    const PublicArea& public_area() const;
    const Bytes& name() const;  // computed from the public area
    HashAlg hash() const;       // of its signing scheme

    // extra_data: at most 64 bytes. A quote over an inactive bank succeeds with an empty selection: compare.
    // mismatch: the TPM made another key than before, so its endorsement seed was changed.
    Result<TpmQuote> quote(ByteView extra_data, const PcrSelection& selection);

    // The secret in a credential that was made for this key's Name and for the endorsement key.
    // `credential_blob` and `secret` are the contents of TPM2B_ID_OBJECT and TPM2B_ENCRYPTED_SECRET.
    // bad_value: made for another key.
    Result<Bytes> activate(const MadeEndorsementKey& ek, ByteView credential_blob, ByteView secret);

  private:
    struct State;
    explicit AttestationKey(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace assay::agent
