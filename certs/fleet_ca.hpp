#pragma once
// The collector's own CA and server certificate, as `assay-collector init` makes them: P-256 keys, PEM text out,
// nothing written anywhere. Agents pin this CA and no other. Dates are parameters. Throws std::runtime_error when
// OpenSSL cannot (out of memory, no random numbers): the world broke.

#include "base/result.hpp"
#include "base/time.hpp"

#include <string>
#include <vector>

namespace assay {

struct PemIdentity {
    std::string certificate;  // PEM
    std::string key;          // PEM, PKCS#8, not encrypted: a secret
};

struct Validity {
    UnixMillis not_before;
    UnixMillis not_after;  // after not_before
};

struct ServerNames {
    std::vector<std::string> hosts;      // DNS names: letters, digits, '-', '.', a leading "*." allowed
    std::vector<std::string> addresses;  // "192.0.2.7", "2001:db8::7"
};

// pathLenConstraint 0, keyUsage keyCertSign and cRLSign. `common_name`: 1 to 64 bytes of printable text.
Result<PemIdentity> make_fleet_ca(std::string_view common_name, const Validity& validity);

// A TLS server certificate with a new key. bad_value for no name at all, a name that is none, or a CA whose key is not
// the certificate's; its validity is cut to the CA's.
Result<PemIdentity> make_server_certificate(const PemIdentity& ca, const ServerNames& names, const Validity& validity);

// A certificate, with a new key, by which the collector signs what leaves the house (certs/document_signature.hpp). No
// TLS server: extendedKeyUsage is emailProtection, as CMS tools ask for. `common_name` as for the CA; errors as above.
Result<PemIdentity> make_signing_certificate(
    const PemIdentity& ca, std::string_view common_name, const Validity& validity
);

// The same names for another time, with a new key, under a CA that may be a new one.
Result<PemIdentity> renew_server_certificate(
    const PemIdentity& ca, std::string_view certificate_pem, const Validity& validity
);

// What a PEM certificate says of itself, for `doctor` and for renewal in time.
struct CertificateSummary {
    std::string subject;
    std::string issuer;
    UnixMillis not_before;
    UnixMillis not_after;
    ServerNames names;
    std::string sha256;  // of the DER, hex
};
Result<CertificateSummary> summarise_certificate(std::string_view certificate_pem);

}  // namespace assay
