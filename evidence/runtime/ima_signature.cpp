#include "evidence/runtime/ima_signature.hpp"

#include "base/reader.hpp"
#include "base/words.hpp"

#include <algorithm>
#include <array>

namespace assay {
namespace {

constexpr auto kind_words = words<ImaSignatureKind>({
    {ImaSignatureKind::ima, "ima"},
    {ImaSignatureKind::evm_portable, "evm_portable"},
    {ImaSignatureKind::verity, "verity"},
});

// Linux, enum hash_algo of include/uapi/linux/hash_info.h; MD5 and those that OpenSSL is not asked for are left out.
struct Numbered {
    std::uint8_t number;
    HashAlg alg;
};
constexpr std::array hash_numbers{
    Numbered{2, HashAlg::sha1}, Numbered{4, HashAlg::sha256}, Numbered{5, HashAlg::sha384}, Numbered{6, HashAlg::sha512}
};

}  // namespace

std::string_view name(ImaSignatureKind kind) {
    return kind_words.of(kind);
}

Result<ImaSignature> decode_ima_signature(ByteView attribute) {
    Reader reader(attribute);
    ImaSignature out;
    out.kind = static_cast<ImaSignatureKind>(reader.u8());
    out.version = reader.u8();
    if (name(out.kind).empty()) reader.refuse(Errc::unsupported, "type", "no signature that Linux records");
    if (out.version != 2 && out.version != 3) reader.refuse(Errc::unsupported, "version", "neither 2 nor 3");
    // A signature of version 2 over the same bytes is a file's: Linux takes none for fs-verity's digest.
    if (out.kind == ImaSignatureKind::verity && out.version != 3)
        reader.refuse(Errc::unsupported, "version", "not 3, which a signature of fs-verity has");
    const std::uint8_t number = reader.u8();
    const auto* const known = std::ranges::find(hash_numbers, number, &Numbered::number);
    if (known == hash_numbers.end()) {
        reader.refuse(Errc::unknown_algorithm, "hash_algo", "not SHA-1, SHA-256, SHA-384 or SHA-512");
    } else {
        out.hash = known->alg;
    }
    out.key_id = reader.u32be();
    out.value = reader.take(reader.u16be());
    CHECK_OK(reader.finish("ima_signature"));
    return out;
}

std::optional<Digest> signed_digest(const ImaSignature& signature, const ImaDigest& of_file) {
    const bool of_verity = of_file.type == "verity";
    if (signature.kind == ImaSignatureKind::evm_portable || of_verity != (signature.kind == ImaSignatureKind::verity) ||
        of_file.algorithm != name(signature.hash)) {
        return std::nullopt;
    }
    const auto digest = Digest::of(signature.hash, of_file.value);
    if (!digest || signature.version == 2) return digest;
    const auto* const number = std::ranges::find(hash_numbers, signature.hash, &Numbered::alg);
    const std::array<std::uint8_t, 2> file_id{static_cast<std::uint8_t>(signature.kind), number->number};
    return hash(signature.hash, {file_id, digest->bytes()});
}

}  // namespace assay
