// TPM structures: what is decoded encodes to something that decodes to the same; a selection keeps its meaning, and
// what was asked is never equal to nothing.

#include "evidence/tpm/attest.hpp"
#include "evidence/tpm/templates.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    const ByteView bytes(data, size);
    if (const auto attest = decode_quote_attest(bytes)) {
        const auto again = decode_quote_attest(encode_quote_attest(*attest));
        REQUIRE_ALWAYS(again && *again == *attest);
        REQUIRE_ALWAYS(!same_meaning(attest->selection, {}));
    }
    if (const auto selection = decode_pcr_selection(bytes)) {
        const auto again = decode_pcr_selection(encode_pcr_selection(*selection));
        REQUIRE_ALWAYS(again && *again == *selection);
    }
    if (const auto signature = decode_tpm_signature(bytes)) {
        REQUIRE_ALWAYS(same_bytes(encode_tpm_signature(*signature), bytes));
    }
    if (const auto area = decode_public_area(bytes)) {
        REQUIRE_ALWAYS(same_bytes(encode_public_area(*area), bytes));
        const EkTemplate* fits = matching_ek_template(*area);
        REQUIRE_ALWAYS(fits == nullptr || same_but_unique(fits->area, *area));
    }
    return 0;
}
