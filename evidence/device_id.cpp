#include "evidence/device_id.hpp"

namespace assay {
namespace {

Sha256 tagged(std::string_view tag, ByteView body) {
    static constexpr std::uint8_t zero[] = {0};
    const Digest digest = hash(HashAlg::sha256, {as_bytes(tag), ByteView(zero), body});
    Sha256 out{};
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = digest.bytes()[i];
    return out;
}

}  // namespace

DeviceId DeviceId::of_ek(ByteView spki_der) {
    return DeviceId{tagged("assay/device/1", spki_der)};
}

Result<DeviceId> DeviceId::parse(std::string_view hex, std::string_view where) {
    TRY(const Sha256 value, from_hex_array<32>(hex, where));
    return DeviceId{value};
}

Sha256 ek_fingerprint(ByteView spki_der) {
    return tagged("assay/ek/1", spki_der);
}

}  // namespace assay
