#include "evidence/tpm/public_area.hpp"

#include "base/reader.hpp"
#include "base/writer.hpp"
#include "evidence/limits.hpp"

namespace assay {
namespace {

constexpr std::uint16_t alg_null = 0x0010;
constexpr std::uint16_t alg_aes = 0x0006;
constexpr std::uint16_t alg_cfb = 0x0043;
constexpr std::uint32_t rh_endorsement = 0x4000000b;
constexpr std::size_t max_policy_bytes = 64;
constexpr std::size_t max_modulus_bytes = 512;
constexpr std::size_t max_coordinate_bytes = 66;
constexpr std::uint32_t default_exponent = 65537;

void read_symmetric(Reader& reader, PublicArea& out) {
    const std::uint16_t algorithm = reader.u16be();
    if (algorithm == alg_null) return;
    out.aes_key_bits = reader.u16be();
    const std::uint16_t mode = reader.u16be();
    if (algorithm != alg_aes || mode != alg_cfb ||
        (out.aes_key_bits != 128 && out.aes_key_bits != 192 && out.aes_key_bits != 256)) {
        reader.refuse(Errc::unknown_algorithm, "parameters.symmetric", "neither AES-CFB nor TPM_ALG_NULL");
    }
}

void read_scheme(Reader& reader, PublicArea& out) {
    const std::uint16_t scheme = reader.u16be();
    if (scheme == alg_null || reader.failed()) return;
    const std::optional<HashAlg> hash = hash_alg_of(reader.u16be());
    if (!hash) {
        reader.refuse(Errc::unknown_algorithm, "parameters.scheme.hash", "not a known hash algorithm");
        return;
    }
    out.scheme_hash = *hash;
    if (scheme == static_cast<std::uint16_t>(SignatureScheme::ecdsa))
        out.scheme = SignatureScheme::ecdsa;
    else if (scheme == static_cast<std::uint16_t>(SignatureScheme::rsassa))
        out.scheme = SignatureScheme::rsassa;
    else
        reader.refuse(Errc::unknown_algorithm, "parameters.scheme", "neither ECDSA, RSASSA nor TPM_ALG_NULL");
}

void read_rsa(Reader& reader, PublicArea& out) {
    out.rsa_bits = reader.u16be();
    out.rsa_exponent = reader.u32be();
    out.unique_x = to_bytes(reader.sized16(max_modulus_bytes, "unique"));
}

void read_ecc(Reader& reader, PublicArea& out) {
    const std::uint16_t curve = reader.u16be();
    switch (curve) {
        case 0x0003: out.curve = Curve::p256; break;
        case 0x0004: out.curve = Curve::p384; break;
        case 0x0005: out.curve = Curve::p521; break;
        default: reader.refuse(Errc::unknown_algorithm, "parameters.curveID", "not P-256, P-384 or P-521");
    }
    if (reader.u16be() != alg_null) reader.refuse(Errc::unknown_algorithm, "parameters.kdf", "is not TPM_ALG_NULL");
    out.unique_x = to_bytes(reader.sized16(max_coordinate_bytes, "unique.x"));
    out.unique_y = to_bytes(reader.sized16(max_coordinate_bytes, "unique.y"));
}

Bytes named(HashAlg alg, ByteView digest) {
    return Writer().u16be(static_cast<std::uint16_t>(alg)).raw(digest).take();
}

}  // namespace

Result<PublicArea> decode_public_area(ByteView bytes) {
    if (bytes.size() > limits::public_area_bytes) {
        return fail(Errc::limit_exceeded, "TPMT_PUBLIC", "longer than any public area");
    }
    Reader reader(bytes);
    PublicArea out;
    const std::uint16_t type = reader.u16be();
    const std::optional<HashAlg> name_alg = hash_alg_of(reader.u16be());
    CHECK_OK(reader.finish_prefix("TPMT_PUBLIC"));
    if (type != static_cast<std::uint16_t>(KeyType::rsa) && type != static_cast<std::uint16_t>(KeyType::ecc)) {
        return fail(Errc::unknown_algorithm, "TPMT_PUBLIC.type", "neither RSA nor ECC");
    }
    if (!name_alg) return fail(Errc::unknown_algorithm, "TPMT_PUBLIC.nameAlg", "not a known hash algorithm");
    out.type = static_cast<KeyType>(type);
    out.name_alg = *name_alg;
    out.attributes = reader.u32be();
    out.auth_policy = to_bytes(reader.sized16(max_policy_bytes, "authPolicy"));
    read_symmetric(reader, out);
    read_scheme(reader, out);
    if (out.type == KeyType::rsa)
        read_rsa(reader, out);
    else
        read_ecc(reader, out);
    CHECK_OK(reader.finish("TPMT_PUBLIC"));
    return out;
}

Bytes encode_public_area(const PublicArea& area) {
    Writer w;
    w.u16be(static_cast<std::uint16_t>(area.type)).u16be(static_cast<std::uint16_t>(area.name_alg));
    w.u32be(area.attributes).sized16(area.auth_policy);
    if (area.aes_key_bits == 0)
        w.u16be(alg_null);
    else
        w.u16be(alg_aes).u16be(area.aes_key_bits).u16be(alg_cfb);
    if (!area.scheme)
        w.u16be(alg_null);
    else
        w.u16be(static_cast<std::uint16_t>(*area.scheme)).u16be(static_cast<std::uint16_t>(area.scheme_hash));
    if (area.type == KeyType::rsa) return w.u16be(area.rsa_bits).u32be(area.rsa_exponent).sized16(area.unique_x).take();
    w.u16be(static_cast<std::uint16_t>(area.curve)).u16be(alg_null);
    return w.sized16(area.unique_x).sized16(area.unique_y).take();
}

Bytes tpm_name(const PublicArea& area) {
    return named(area.name_alg, hash(area.name_alg, encode_public_area(area)).bytes());
}

Bytes endorsement_qualified_name(const PublicArea& area) {
    const Bytes parent = Writer().u32be(rh_endorsement).take();
    const Bytes own = tpm_name(area);
    return named(area.name_alg, hash(area.name_alg, {parent, own}).bytes());
}

bool same_but_unique(const PublicArea& a, const PublicArea& b) {
    PublicArea left = a;
    left.unique_x = b.unique_x;
    left.unique_y = b.unique_y;
    return left == b;
}

Result<PublicKey> public_key_of(const PublicArea& area) {
    if (area.type == KeyType::ecc) return PublicKey::ec(area.curve, area.unique_x, area.unique_y);
    if (area.unique_x.size() * 8 != area.rsa_bits) {
        return fail(Errc::bad_value, "TPMT_PUBLIC.unique", "the modulus does not have keyBits bits");
    }
    return PublicKey::rsa(area.unique_x, area.rsa_exponent == 0 ? default_exponent : area.rsa_exponent);
}

}  // namespace assay
