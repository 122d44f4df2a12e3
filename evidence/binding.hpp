#pragma once
// What a quote signs over: its extraData. Every field is framed (u32 big-endian length, then bytes), so no two
// different lists of fields give the same bytes. The hash is that of the AK's scheme. docs/PROTOCOL.md has test
// vectors.

#include "base/crypto/hash.hpp"
#include "evidence/device_id.hpp"

#include <span>

namespace assay {

using Nonce = std::array<std::uint8_t, 32>;
using TlsExporter = std::array<std::uint8_t, 32>;  // "EXPORTER-Channel-Binding", empty context, RFC 9266
using EnrolmentId = std::array<std::uint8_t, 16>;

struct ReportBinding {
    HashAlg hash = HashAlg::sha256;  // of the enrolled AK's scheme
    Nonce nonce{};
    DeviceId device;
    Bytes ak_name;
    Bytes selection;  // the asked TPML_PCR_SELECTION as marshalled
    TlsExporter exporter{};
    Bytes statement;  // the statement's bytes; F8 is H(statement)
};
// H("assay/report/1" | TPM_ALG_ID of H (u16 big-endian) | nonce | device id | AK Name | selection | exporter |
// H(statement))
Digest report_extra_data(const ReportBinding& binding);

struct EnrolmentBinding {
    HashAlg hash = HashAlg::sha256;
    std::span<const Bytes> secrets;  // as activated, one for each EK, in the order of the request
    EnrolmentId enrolment{};
    TlsExporter exporter{};
    Sha256 request{};  // SHA-256 of the bytes of the enrolment request's body
};
// H("assay/enrol/1" | each secret | enrolment id | exporter | SHA-256(request))
Digest enrolment_extra_data(const EnrolmentBinding& binding);

// SHA-256("assay/nonce/1" || 0x00 || random || latest anchored checkpoint). The checkpoint is empty where there is
// none.
Nonce make_nonce(const std::array<std::uint8_t, 32>& random, ByteView checkpoint);

}  // namespace assay
