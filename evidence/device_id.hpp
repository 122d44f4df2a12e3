#pragma once
// A device's id: SHA-256("assay/device/1" || 0x00 || DER SubjectPublicKeyInfo of the first EK that was enrolled). It
// never changes, and it is no secret.

#include "base/crypto/hash.hpp"
#include "base/encoding.hpp"
#include "base/result.hpp"

#include <compare>
#include <string>

namespace assay {

struct DeviceId {
    Sha256 value{};
    static DeviceId of_ek(ByteView spki_der);
    static Result<DeviceId> parse(std::string_view hex, std::string_view where = "device");  // 64 hex digits
    std::string text() const { return to_hex(value); }
    friend auto operator<=>(const DeviceId&, const DeviceId&) = default;
};

// SHA-256("assay/ek/1" || 0x00 || DER SubjectPublicKeyInfo): how an EK is named in stores and lists.
Sha256 ek_fingerprint(ByteView spki_der);

}  // namespace assay
