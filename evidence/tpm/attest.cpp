#include "evidence/tpm/attest.hpp"

#include "base/reader.hpp"
#include "base/writer.hpp"
#include "evidence/limits.hpp"

namespace assay {
namespace {

constexpr std::size_t max_name_bytes = 2 + 64;  // TPMU_NAME: nameAlg and the longest digest
constexpr std::size_t max_data_bytes = 2 + 64;  // TPM2B_DATA: at most sizeof(TPMT_HA)
constexpr std::size_t max_digest_bytes = 64;

}  // namespace

Result<QuoteAttest> decode_quote_attest(ByteView bytes) {
    if (bytes.size() > limits::attest_bytes) return fail(Errc::limit_exceeded, "TPMS_ATTEST", "longer than any quote");
    Reader reader(bytes);
    QuoteAttest out;
    if (reader.u32be() != tpm_generated_value && !reader.failed()) {
        return fail(Errc::bad_magic, "TPMS_ATTEST.magic", "is not TPM_GENERATED_VALUE");
    }
    if (reader.u16be() != tpm_st_attest_quote && !reader.failed()) {
        return fail(Errc::bad_value, "TPMS_ATTEST.type", "is not TPM_ST_ATTEST_QUOTE");
    }
    out.qualified_signer = to_bytes(reader.sized16(max_name_bytes, "qualifiedSigner"));
    out.extra_data = to_bytes(reader.sized16(max_data_bytes, "extraData"));
    out.clock.clock_ms = reader.u64be();
    out.clock.reset_count = reader.u32be();
    out.clock.restart_count = reader.u32be();
    const std::uint8_t safe = reader.u8();
    if (safe > 1) reader.refuse(Errc::bad_value, "clockInfo.safe", "is neither YES nor NO");
    out.clock.safe = safe == 1;
    out.firmware_version = reader.u64be();
    out.selection = read_pcr_selection(reader);
    out.pcr_digest = to_bytes(reader.sized16(max_digest_bytes, "pcrDigest"));
    CHECK_OK(reader.finish("TPMS_ATTEST"));
    return out;
}

Bytes encode_quote_attest(const QuoteAttest& attest) {
    Writer w;
    w.u32be(tpm_generated_value).u16be(tpm_st_attest_quote);
    w.sized16(attest.qualified_signer).sized16(attest.extra_data);
    w.u64be(attest.clock.clock_ms).u32be(attest.clock.reset_count).u32be(attest.clock.restart_count);
    w.u8(attest.clock.safe ? 1 : 0).u64be(attest.firmware_version);
    w.raw(encode_pcr_selection(attest.selection)).sized16(attest.pcr_digest);
    return w.take();
}

}  // namespace assay
