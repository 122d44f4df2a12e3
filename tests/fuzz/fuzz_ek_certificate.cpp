// What NV holds as an EK certificate: cutting header and padding off is done once, every text of it is harmless, the
// same bytes without padding read the same, and no certificate admits a device where nothing is pinned.

#include "base/text.hpp"
#include "certs/certificate_summary.hpp"
#include "certs/ek_certificate.hpp"
#include "certs/ek_chain.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    static const TrustAnchors nothing_pinned;
    const ByteView bytes(data, size);
    const auto certificate = read_ek_certificate(bytes);
    const std::vector<Bytes> chain{to_bytes(bytes)};
    REQUIRE_ALWAYS(!admits(ek_tier(nothing_pinned, {}, bytes, chain, UnixMillis{1'800'000'000'000})));
    if (const auto summary = read_certificate_summary(bytes)) {
        REQUIRE_ALWAYS(printable(summary->subject) == summary->subject);
        REQUIRE_ALWAYS(printable(summary->issuer) == summary->issuer);
    }
    if (!certificate) return 0;
    REQUIRE_ALWAYS(read_certificate_summary(certificate->der)->subject == certificate->subject);
    REQUIRE_ALWAYS(certificate_in_nv(bytes).value() == certificate->der);
    const auto again = read_ek_certificate(certificate->der);
    REQUIRE_ALWAYS(again && again->der == certificate->der && again->spki == certificate->spki);
    for (const std::string& text :
         {certificate->subject, certificate->issuer, certificate->manufacturer, certificate->model, certificate->version
         }) {
        REQUIRE_ALWAYS(printable(text) == text);
        REQUIRE_ALWAYS(text.size() <= 512);
    }
    for (const std::string& url : certificate->ca_issuers) REQUIRE_ALWAYS(printable(url) == url);
    const auto key = PublicKey::from_spki(certificate->spki);
    REQUIRE_ALWAYS(key && certifies(*certificate, *key));
    return 0;
}
