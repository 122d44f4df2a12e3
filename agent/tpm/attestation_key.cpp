#include "agent/tpm/attestation_key.hpp"

#include "agent/tpm/ek_policy.hpp"
#include "agent/tpm/esys.hpp"

#include <tss2/tss2_mu.h>

#include <algorithm>

namespace assay::agent {
namespace {

struct Primary {
    EsysHandle handle;
    PublicArea area;
};

// TPM2_CreatePrimary in the endorsement hierarchy. What the TPM made must be what was asked for, but for `unique`.
Result<Primary> create_primary(const EsysPtr& context, const PublicArea& wanted) {
    TRY(const TPM2B_PUBLIC in_public, to_tss(wanted));
    const TPM2B_SENSITIVE_CREATE sensitive{};
    const TPM2B_DATA outside_info{};
    const TPML_PCR_SELECTION creation_pcrs{};
    ESYS_TR handle = ESYS_TR_NONE;
    TPM2B_PUBLIC* raw_public = nullptr;
    CHECK_OK(check_rc(
        Esys_CreatePrimary(
            context->esys, ESYS_TR_RH_ENDORSEMENT, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &sensitive, &in_public,
            &outside_info, &creation_pcrs, &handle, &raw_public, nullptr, nullptr, nullptr
        ),
        "TPM2_CreatePrimary"
    ));
    EsysHandle owned(context, handle, EsysHandle::End::flush);
    const EsysOwned<TPM2B_PUBLIC> out_public(raw_public);
    TRY(PublicArea area, from_tss(*out_public));
    if (!same_but_unique(area, wanted)) {
        return fail(Errc::unsupported, "TPM2_CreatePrimary", "the TPM made another key than the template asks for");
    }
    return Primary{std::move(owned), std::move(area)};
}

Result<Bytes> save_context(const EsysPtr& context, ESYS_TR object) {
    TPMS_CONTEXT* raw = nullptr;
    CHECK_OK(check_rc(Esys_ContextSave(context->esys, object, &raw), "TPM2_ContextSave"));
    const EsysOwned<TPMS_CONTEXT> saved(raw);
    Bytes out(sizeof(TPMS_CONTEXT));
    std::size_t size = 0;
    CHECK_OK(check_rc(Tss2_MU_TPMS_CONTEXT_Marshal(saved.get(), out.data(), out.size(), &size), "TPM2_ContextSave"));
    out.resize(size);
    return out;
}

Result<EsysHandle> load_context(const EsysPtr& context, const Bytes& bytes) {
    auto saved = std::make_unique<TPMS_CONTEXT>();
    std::size_t offset = 0;
    CHECK_OK(
        check_rc(Tss2_MU_TPMS_CONTEXT_Unmarshal(bytes.data(), bytes.size(), &offset, saved.get()), "TPM2_ContextLoad")
    );
    ESYS_TR object = ESYS_TR_NONE;
    CHECK_OK(check_rc(Esys_ContextLoad(context->esys, saved.get(), &object), "TPM2_ContextLoad"));
    return EsysHandle(context, object, EsysHandle::End::flush);
}

// From its context, or, after a TPM Reset or from another connection's, made anew.
Result<EsysHandle> load_endorsement_key(const EsysPtr& context, const MadeEndorsementKey& ek) {
    if (auto loaded = load_context(context, ek.context)) return loaded;
    TRY(Primary made, create_primary(context, ek.made_from));
    return std::move(made.handle);
}

// After a TPM Reset a handle is gone, or names nothing; without room neither key nor session can be loaded.
bool may_have_vanished(Errc code) {
    return code == Errc::gone || code == Errc::not_found || code == Errc::limit_exceeded;
}

// A policy session that satisfies the policy of the endorsement key.
Result<EsysHandle> endorsement_session(const EsysPtr& context, const PublicArea& ek) {
    TRY(const std::vector<Digest> branches, ek_policy_branches(ek));
    const TPMT_SYM_DEF no_encryption{.algorithm = TPM2_ALG_NULL, .keyBits = {}, .mode = {}};
    ESYS_TR raw_session = ESYS_TR_NONE;
    CHECK_OK(check_rc(
        Esys_StartAuthSession(
            context->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, nullptr,
            TPM2_SE_POLICY, &no_encryption, static_cast<TPMI_ALG_HASH>(ek.name_alg), &raw_session
        ),
        "TPM2_StartAuthSession"
    ));
    EsysHandle session(context, raw_session, EsysHandle::End::flush);
    CHECK_OK(check_rc(
        Esys_PolicySecret(
            context->esys, ESYS_TR_RH_ENDORSEMENT, session.get(), ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, nullptr,
            nullptr, nullptr, 0, nullptr, nullptr
        ),
        "TPM2_PolicySecret"
    ));
    if (branches.empty()) return session;
    TPML_DIGEST list{};
    for (const Digest& branch : branches) {
        TPM2B_DIGEST& digest = list.digests[list.count++];
        CHECK_OK(fill(digest, digest.buffer, branch.bytes(), "policy digest"));
    }
    CHECK_OK(check_rc(
        Esys_PolicyOR(context->esys, session.get(), ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &list), "TPM2_PolicyOR"
    ));
    return session;
}

Result<Bytes> activate_once(
    const EsysPtr& context, ESYS_TR key, const MadeEndorsementKey& ek, const TPM2B_ID_OBJECT& credential,
    const TPM2B_ENCRYPTED_SECRET& secret
) {
    TRY(const EsysHandle loaded, load_endorsement_key(context, ek));
    TRY(const EsysHandle session, endorsement_session(context, ek.area));
    TPM2B_DIGEST* raw = nullptr;
    CHECK_OK(check_rc(
        Esys_ActivateCredential(
            context->esys, key, loaded.get(), ESYS_TR_PASSWORD, session.get(), ESYS_TR_NONE, &credential, &secret, &raw
        ),
        "TPM2_ActivateCredential"
    ));
    const EsysOwned<TPM2B_DIGEST> out(raw);
    return Bytes(out->buffer, out->buffer + std::min<std::size_t>(out->size, sizeof out->buffer));
}

Result<TpmQuote> quote_once(
    const EsysPtr& context, ESYS_TR key, const TPM2B_DATA& extra_data, const TPML_PCR_SELECTION& selection
) {
    const TPMT_SIG_SCHEME own_scheme{.scheme = TPM2_ALG_NULL, .details = {}};
    TPM2B_ATTEST* raw_attest = nullptr;
    TPMT_SIGNATURE* raw_signature = nullptr;
    CHECK_OK(check_rc(
        Esys_Quote(
            context->esys, key, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &extra_data, &own_scheme, &selection,
            &raw_attest, &raw_signature
        ),
        "TPM2_Quote"
    ));
    const EsysOwned<TPM2B_ATTEST> attest(raw_attest);
    const EsysOwned<TPMT_SIGNATURE> signature(raw_signature);
    TRY(Bytes encoded, encode(*signature));
    const std::size_t size = std::min<std::size_t>(attest->size, sizeof attest->attestationData);
    return TpmQuote{Bytes(attest->attestationData, attest->attestationData + size), std::move(encoded)};
}

}  // namespace

struct AttestationKey::State {
    Tpm tpm;
    PublicArea wanted;
    Primary key;
    Bytes name;

    // Makes the key anew: it vanished, or its room is needed.
    Result<void> renew() {
        key.handle = EsysHandle();
        auto fresh = create_primary(tpm.context(), wanted);
        if (!fresh && fresh.error().code == Errc::limit_exceeded) {
            CHECK_OK(tpm.flush_strays());
            fresh = create_primary(tpm.context(), wanted);
        }
        if (!fresh) return fail(fresh.error());
        Bytes fresh_name = tpm_name(fresh->area);
        if (!name.empty() && fresh_name != name) {
            return fail(Errc::mismatch, "TPM2_CreatePrimary", "the TPM's attestation key is another one than before");
        }
        key = *std::move(fresh);
        name = std::move(fresh_name);
        return {};
    }

    // Runs `use` with the loaded key; once more with a new handle where the handle had vanished, or where there was no
    // room for what `use` loads beside the key.
    template <class Use>
    auto with_key(const Use& use) -> decltype(use(ESYS_TR{})) {
        if (!key.handle) CHECK_OK(renew());
        auto first = use(key.handle.get());
        if (first || !may_have_vanished(first.error().code)) return first;
        if (first.error().code == Errc::limit_exceeded) {
            key.handle = EsysHandle();
            CHECK_OK(tpm.flush_strays());
        }
        CHECK_OK(renew());
        return use(key.handle.get());
    }
};

AttestationKey::AttestationKey(std::unique_ptr<State> state) : state_(std::move(state)) {}
AttestationKey::AttestationKey(AttestationKey&&) noexcept = default;
AttestationKey& AttestationKey::operator=(AttestationKey&&) noexcept = default;
AttestationKey::~AttestationKey() = default;

Result<AttestationKey> AttestationKey::create(const Tpm& tpm, AkKind kind) {
    auto state = std::make_unique<State>(State{tpm, ak_template(kind), {}, {}});
    CHECK_OK(state->renew());
    return AttestationKey(std::move(state));
}

const PublicArea& AttestationKey::public_area() const {
    return state_->key.area;
}

const Bytes& AttestationKey::name() const {
    return state_->name;
}

HashAlg AttestationKey::hash() const {
    return state_->wanted.scheme_hash;
}

Result<TpmQuote> AttestationKey::quote(ByteView extra_data, const PcrSelection& selection) {
    TPM2B_DATA extra{};
    CHECK_OK(fill(extra, extra.buffer, extra_data, "extraData"));
    TRY(const TPML_PCR_SELECTION asked, to_tss(selection));
    const EsysPtr& context = state_->tpm.context();
    return state_->with_key([&context, &extra, &asked](ESYS_TR key) { return quote_once(context, key, extra, asked); });
}

Result<Bytes> AttestationKey::activate(const MadeEndorsementKey& ek, ByteView credential_blob, ByteView secret) {
    TPM2B_ID_OBJECT credential{};
    CHECK_OK(fill(credential, credential.credential, credential_blob, "credential_blob"));
    TPM2B_ENCRYPTED_SECRET encrypted{};
    CHECK_OK(fill(encrypted, encrypted.secret, secret, "secret"));
    const EsysPtr& context = state_->tpm.context();
    // After a TPM Reset this key's handle may name the next object that is loaded: it is made anew before that.
    if (!load_context(context, ek.context)) CHECK_OK(state_->renew());
    return state_->with_key([&context, &ek, &credential, &encrypted](ESYS_TR key) {
        return activate_once(context, key, ek, credential, encrypted);
    });
}

Result<MadeEndorsementKey> make_endorsement_key(const Tpm& tpm, const PublicArea& ek_template) {
    TRY(const Primary made, create_primary(tpm.context(), ek_template));
    TRY(Bytes saved, save_context(tpm.context(), made.handle.get()));
    return MadeEndorsementKey{ek_template, made.area, std::move(saved)};
}

}  // namespace assay::agent
