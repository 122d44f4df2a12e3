#pragma once
// What X.509 structures say, as cleaned text; behind the OpenSSL seam, for the files of this room.

#include "base/crypto/openssl.hpp"
#include "base/time.hpp"

#include <string>

namespace assay {

std::string name_text(const X509_NAME* name);      // RFC 2253, UTF-8, cleaned, at most 240 bytes; "" when empty
std::string serial_text(const X509* certificate);  // lower-case hex
// The certificate as a person would name it: its subject, else its serial number and issuer.
std::string certificate_text(const X509* certificate);
// Milliseconds UTC; 0 for what is no time.
UnixMillis time_of(const ASN1_TIME* time);
// An iPAddress of 4 or 16 bytes as text (RFC 5952 but for "::"); "" for any other size.
std::string address_text(ByteView bytes);
Bytes der_of(const X509* certificate);

}  // namespace assay
