#include "agent/tpm/tpm.hpp"

#include "agent/tpm/esys.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <tss2/tss2_tctildr.h>

#include <algorithm>
#include <map>

namespace assay::agent {
namespace {

constexpr unsigned max_rounds = 1024;  // of a command that is repeated until all is read

using Properties = std::map<TPM2_PT, UINT32>;

Result<Properties> read_properties(ESYS_CONTEXT* esys, TPM2_PT first, UINT32 count) {
    Properties out;
    TPM2_PT next = first;
    for (unsigned round = 0; round < max_rounds; ++round) {
        TPMI_YES_NO more = TPM2_NO;
        TPMS_CAPABILITY_DATA* raw = nullptr;
        CHECK_OK(check_rc(
            Esys_GetCapability(
                esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, TPM2_CAP_TPM_PROPERTIES, next, first + count - next,
                &more, &raw
            ),
            "TPM2_GetCapability"
        ));
        const EsysOwned<TPMS_CAPABILITY_DATA> data(raw);
        const TPML_TAGGED_TPM_PROPERTY& list = data->data.tpmProperties;
        for (UINT32 i = 0; i < std::min<UINT32>(list.count, TPM2_MAX_TPM_PROPERTIES); ++i) {
            out[list.tpmProperty[i].property] = list.tpmProperty[i].value;
        }
        if (more != TPM2_YES || out.empty() || out.rbegin()->first < next) break;
        next = out.rbegin()->first + 1;
        if (next >= first + count) break;
    }
    return out;
}

UINT32 value_of(const Properties& properties, TPM2_PT property) {
    const auto found = properties.find(property);
    return found == properties.end() ? 0 : found->second;
}

// Four characters in each property, NULs left out.
std::string text_of(const Properties& properties, std::initializer_list<TPM2_PT> parts) {
    std::string text;
    for (const TPM2_PT part : parts) {
        const UINT32 value = value_of(properties, part);
        for (unsigned i = 4; i-- > 0;) {
            if (const char c = static_cast<char>(value >> (8U * i)); c != 0) text += c;
        }
    }
    return clean_text(text, 64);
}

Result<std::vector<TPM2_HANDLE>> list_handles(ESYS_CONTEXT* esys, TPM2_HANDLE first, TPM2_HANDLE last) {
    std::vector<TPM2_HANDLE> out;
    TPM2_HANDLE next = first;
    for (unsigned round = 0; round < max_rounds; ++round) {
        TPMI_YES_NO more = TPM2_NO;
        TPMS_CAPABILITY_DATA* raw = nullptr;
        CHECK_OK(check_rc(
            Esys_GetCapability(
                esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, TPM2_CAP_HANDLES, next, TPM2_MAX_CAP_HANDLES, &more,
                &raw
            ),
            "TPM2_GetCapability"
        ));
        const EsysOwned<TPMS_CAPABILITY_DATA> data(raw);
        const TPML_HANDLE& list = data->data.handles;
        const UINT32 count = std::min<UINT32>(list.count, TPM2_MAX_CAP_HANDLES);
        for (UINT32 i = 0; i < count; ++i) {
            if (list.handle[i] < next || list.handle[i] > last) return out;
            out.push_back(list.handle[i]);
            if (list.handle[i] == last) return out;
            next = list.handle[i] + 1;
        }
        if (more != TPM2_YES || count == 0) break;
    }
    return out;
}

// What is left of `wanted` after `got` was read.
PcrSelection without(const PcrSelection& wanted, const PcrSelection& got) {
    PcrSelection out;
    for (PcrBankSelection bank : wanted) {
        for (const PcrBankSelection& read : got) {
            if (read.bank == bank.bank) bank.pcrs &= ~read.pcrs;
        }
        if (bank.pcrs != 0) out.push_back(bank);
    }
    return out;
}

Result<void> take_values(const PcrSelection& read, const TPML_DIGEST& digests, PcrValues& out) {
    UINT32 next = 0;
    for (const PcrBankSelection& bank : read) {
        for (const PcrIndex pcr : pcrs_of(bank)) {
            if (next >= std::min<UINT32>(digests.count, 8)) {
                return fail(Errc::bad_value, "TPM2_PCR_Read", "fewer values than PCRs");
            }
            const TPM2B_DIGEST& digest = digests.digests[next++];
            const auto value = Digest::of(bank.bank, ByteView(digest.buffer, std::min<std::size_t>(digest.size, 64)));
            if (!value) return fail(Errc::bad_value, "TPM2_PCR_Read", "a value of the wrong size");
            out[bank.bank].insert_or_assign(pcr, *value);
        }
    }
    return {};
}

}  // namespace

std::string firmware_version_text(std::uint64_t version) {
    return fmt::format(
        "{}.{}.{}.{}", version >> 48U, (version >> 32U) & 0xffffU, (version >> 16U) & 0xffffU, version & 0xffffU
    );
}

Result<Tpm> Tpm::open(const std::string& tcti, std::string_view endorsement_auth) {
    auto context = std::make_shared<EsysContext>();
    if (!tcti_library_present(tcti)) {
        return fail(Errc::not_found, tcti, "there is no TCTI library for it on this machine");
    }
    if (const TSS2_RC rc = Tss2_TctiLdr_Initialize(tcti.c_str(), &context->tcti); rc != TSS2_RC_SUCCESS) {
        Error error = tpm_error(rc, tcti);
        error.what = "cannot connect to the TPM: " + error.what;
        return fail(std::move(error));
    }
    CHECK_OK(check_rc(Esys_Initialize(&context->esys, context->tcti, nullptr), "Esys_Initialize"));
    if (!endorsement_auth.empty()) {
        TPM2B_AUTH auth{};
        CHECK_OK(fill(auth, auth.buffer, as_bytes(endorsement_auth), "endorsement_auth"));
        CHECK_OK(check_rc(Esys_TR_SetAuth(context->esys, ESYS_TR_RH_ENDORSEMENT, &auth), "Esys_TR_SetAuth"));
    }
    return Tpm(std::move(context));
}

Result<TpmProperties> Tpm::properties() const {
    TRY(const Properties fixed, read_properties(context_->esys, TPM2_PT_FIXED, 0x100));
    TRY(const Properties variable, read_properties(context_->esys, TPM2_PT_VAR, 0x100));
    TpmProperties out;
    out.manufacturer = value_of(fixed, TPM2_PT_MANUFACTURER);
    out.vendor_string = text_of(
        fixed, {TPM2_PT_VENDOR_STRING_1, TPM2_PT_VENDOR_STRING_2, TPM2_PT_VENDOR_STRING_3, TPM2_PT_VENDOR_STRING_4}
    );
    out.family = text_of(fixed, {TPM2_PT_FAMILY_INDICATOR});
    out.year = value_of(fixed, TPM2_PT_YEAR);
    out.firmware_version =
        std::uint64_t{value_of(fixed, TPM2_PT_FIRMWARE_VERSION_1)} << 32U | value_of(fixed, TPM2_PT_FIRMWARE_VERSION_2);
    out.revision = value_of(fixed, TPM2_PT_REVISION);
    out.nv_buffer_max = value_of(fixed, TPM2_PT_NV_BUFFER_MAX);
    const UINT32 permanent = value_of(variable, TPM2_PT_PERMANENT);
    out.in_lockout = (permanent & TPMA_PERMANENT_INLOCKOUT) != 0;
    out.endorsement_auth_set = (permanent & TPMA_PERMANENT_ENDORSEMENTAUTHSET) != 0;
    return out;
}

Result<std::vector<HashAlg>> Tpm::active_banks() const {
    TPMI_YES_NO more = TPM2_NO;
    TPMS_CAPABILITY_DATA* raw = nullptr;
    CHECK_OK(check_rc(
        Esys_GetCapability(context_->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, TPM2_CAP_PCRS, 0, 1, &more, &raw),
        "TPM2_GetCapability"
    ));
    const EsysOwned<TPMS_CAPABILITY_DATA> data(raw);
    std::vector<HashAlg> out;
    for (const PcrBankSelection& bank : from_tss(data->data.assignedPCR)) out.push_back(bank.bank);
    return out;
}

Result<PcrValues> Tpm::read_pcrs(const PcrSelection& selection) const {
    PcrValues out;
    PcrSelection left = without(selection, {});
    while (!left.empty()) {
        TRY(const TPML_PCR_SELECTION asked, to_tss(left));
        TPML_PCR_SELECTION* raw_selection = nullptr;
        TPML_DIGEST* raw_digests = nullptr;
        CHECK_OK(check_rc(
            Esys_PCR_Read(
                context_->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &asked, nullptr, &raw_selection, &raw_digests
            ),
            "TPM2_PCR_Read"
        ));
        const EsysOwned<TPML_PCR_SELECTION> read(raw_selection);
        const EsysOwned<TPML_DIGEST> digests(raw_digests);
        const PcrSelection got = from_tss(*read);
        if (got.empty()) {
            return fail(Errc::not_found, "TPM2_PCR_Read", "no such PCR is active: " + text(left));
        }
        CHECK_OK(take_values(got, *digests, out));
        PcrSelection rest = without(left, got);
        if (rest == left) return fail(Errc::bad_value, "TPM2_PCR_Read", "gives other PCRs than were asked for");
        left = std::move(rest);
    }
    return out;
}

Result<ClockInfo> Tpm::read_clock() const {
    TPMS_TIME_INFO* raw = nullptr;
    CHECK_OK(check_rc(Esys_ReadClock(context_->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &raw), "TPM2_ReadClock")
    );
    const EsysOwned<TPMS_TIME_INFO> time(raw);
    const TPMS_CLOCK_INFO& clock = time->clockInfo;
    return ClockInfo{clock.clock, clock.resetCount, clock.restartCount, clock.safe == TPM2_YES};
}

Result<LoadedHandles> Tpm::loaded_handles() const {
    TRY(const auto transient, list_handles(context_->esys, TPM2_TRANSIENT_FIRST, TPM2_TRANSIENT_LAST));
    TRY(const auto sessions, list_handles(context_->esys, TPM2_LOADED_SESSION_FIRST, TPM2_LOADED_SESSION_LAST));
    return LoadedHandles{transient.size(), sessions.size()};
}

Result<std::vector<std::uint32_t>> Tpm::nv_indexes(std::uint32_t first, std::uint32_t last) const {
    return list_handles(context_->esys, first, last);
}

Result<std::size_t> Tpm::flush_strays() const {
    TRY(const auto strays, list_handles(context_->esys, TPM2_TRANSIENT_FIRST, TPM2_TRANSIENT_LAST));
    for (const TPM2_HANDLE stray : strays) {
        ESYS_TR object = ESYS_TR_NONE;
        CHECK_OK(check_rc(
            Esys_TR_FromTPMPublic(context_->esys, stray, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &object),
            "TPM2_ReadPublic"
        ));
        const EsysHandle flushed_here(context_, object, EsysHandle::End::flush);
    }
    return strays.size();
}

bool tcti_library_present(const std::string& tcti) {
    TSS2_TCTI_INFO* info = nullptr;
    const std::string library = tcti.substr(0, tcti.find(':'));
    const bool present = Tss2_TctiLdr_GetInfo(library.c_str(), &info) == TSS2_RC_SUCCESS;
    if (info != nullptr) Tss2_TctiLdr_FreeInfo(&info);
    return present;
}

}  // namespace assay::agent
