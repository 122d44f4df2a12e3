// The messages between agent and collector: what one side accepts, its own encoder writes again, and that is accepted
// and means the same.

#include "base/bytes.hpp"
#include "evidence/messages.hpp"
#include "tests/fuzz/require.hpp"

namespace {

template <class Decode, class Encode>
void round_trip(std::string_view text, Decode decode, Encode encode) {
    const auto message = decode(text);
    if (!message) return;
    const auto again = decode(encode(*message));
    REQUIRE_ALWAYS(again && *again == *message);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    const std::string_view text = as_text({data, size});
    round_trip(text, decode_enrolment_request, encode_enrolment_request);
    round_trip(text, decode_enrolment_challenge, encode_enrolment_challenge);
    round_trip(text, decode_enrolment_proof, encode_enrolment_proof);
    round_trip(text, decode_enrolment_result, encode_enrolment_result);
    round_trip(text, decode_challenge_request, encode_challenge_request);
    round_trip(text, decode_challenge, encode_challenge);
    round_trip(text, decode_report, encode_report);
    round_trip(text, decode_report_needs, encode_report_needs);
    round_trip(text, decode_report_result, encode_report_result);
    round_trip(text, decode_refusal, encode_refusal);
    return 0;
}
