#include "certs/certificate_summary.hpp"

#include "certs/certificate_text.hpp"
#include "evidence/limits.hpp"

namespace assay {

Result<CertificateSummary> read_certificate_summary(ByteView der) {
    if (der.size() > limits::certificate_bytes) return fail(Errc::limit_exceeded, "certificate", "is too long");
    const unsigned char* at = der.data();
    const X509Ptr certificate{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
    if (!certificate) return fail(Errc::bad_encoding, "certificate", "is none: " + openssl_error());
    if (at != der.data() + der.size()) return fail(Errc::bad_encoding, "certificate", "has bytes behind it");
    return CertificateSummary{
        name_text(X509_get_subject_name(certificate.get())), name_text(X509_get_issuer_name(certificate.get())),
        serial_text(certificate.get()), time_of(X509_get0_notBefore(certificate.get())),
        time_of(X509_get0_notAfter(certificate.get()))
    };
}

}  // namespace assay
