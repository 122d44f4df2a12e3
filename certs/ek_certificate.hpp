#pragma once
// An endorsement key's certificate as NV holds it: with or without the 7-byte header of the PC Client profile, padded
// at its end, its subject often empty and the TPM's maker in a critical subjectAltName. TCG EK Credential Profile for
// TPM Family 2.0, "EK Certificate". Reading says only what the bytes mean: whether a CA that is trusted signed them is
// certs/ek_chain's to say. Every text is hostile and comes back cleaned.

#include "base/bytes.hpp"
#include "base/crypto/public_key.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <string>
#include <vector>

namespace assay {

struct EkCertificate {
    Bytes der;   // the certificate alone, without NV header and padding
    Bytes spki;  // its key in the one encoding that ids are made of (PublicKey::spki), also for id-RSAES-OAEP keys
    std::string serial;        // lower-case hex
    std::string subject;       // RFC 2253; often empty
    std::string issuer;        // RFC 2253
    std::string manufacturer;  // 2.23.133.2.1, without "id:": 8 lower-case hex digits, "53544d20"; "" when not there
    std::string model;         // 2.23.133.2.2
    std::string version;       // 2.23.133.2.3, without "id:"
    UnixMillis not_before;
    UnixMillis not_after;
    std::vector<std::string> ca_issuers;  // authorityInfoAccess: where it says its issuer's certificate is; at most 4
    bool is_ca = false;                   // basicConstraints cA, or a self-signed certificate of version 1
    bool names_ek_usage = false;          // extKeyUsage has 2.23.133.8.1 (tcg-kp-EKCertificate)
};

// The DER certificate inside what NV holds: a header 10 01 00 size(2) 10 02 is removed; after the certificate only
// padding (one byte repeated) may stand. limit_exceeded over limits::certificate_bytes, bad_encoding when it is no
// DER SEQUENCE, trailing_bytes when other things follow.
Result<Bytes> certificate_in_nv(ByteView nv);

// bad_encoding for what is no X.509 certificate; unknown_algorithm for a key that is neither RSA 2048-4096 nor P-256,
// P-384 or P-521. Sets in another order than DER's are taken as they are. Nothing is verified.
Result<EkCertificate> read_ek_certificate(ByteView nv);

// The certificate is for this very key: equal numbers, however each encodes them.
bool certifies(const EkCertificate& certificate, const PublicKey& ek);

}  // namespace assay
