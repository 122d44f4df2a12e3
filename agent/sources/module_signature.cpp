#include "agent/sources/module_signature.hpp"

#include "base/crypto/signed_data.hpp"
#include "base/encoding.hpp"
#include "base/reader.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <algorithm>

namespace assay::agent {
namespace {

constexpr std::string_view mark = "~Module signature appended~\n";
constexpr std::size_t structure_bytes = 12;
constexpr std::uint8_t id_type_pkcs7 = 2;  // PKEY_ID_PKCS7; before Linux 4.3 there were 0 (PGP) and 1 (X.509)

// struct module_signature but for the padding, which is zero like algo, hash and both lengths (mod_check_sig).
struct Structure {
    std::uint8_t id_type = 0;
    bool zeroes = false;
    std::uint32_t signature_bytes = 0;
};

Structure read_structure(ByteView bytes) {
    Reader r(bytes);
    Structure out;
    const bool algorithms = r.u8() == 0 && r.u8() == 0;
    out.id_type = r.u8();
    const ByteView rest = r.take(5);
    out.zeroes = algorithms && std::ranges::count(rest, 0) == 5;
    out.signature_bytes = r.u32be();
    return out;
}

struct Trailer {
    bool there = false;
    Structure structure;
    std::uint64_t end = 0;  // of the signature
};

Result<Trailer> read_trailer(const ModuleBytes& module) {
    Trailer out;
    if (module.size() < mark.size()) return out;
    TRY(const Bytes last, module.bytes(module.size() - mark.size(), mark.size()));
    if (as_text(last) != mark) return out;
    out.there = true;
    if (module.size() < mark.size() + structure_bytes) return fail(Errc::truncated, "signature", "has no structure");
    out.end = module.size() - mark.size() - structure_bytes;
    TRY(const Bytes structure, module.bytes(out.end, structure_bytes));
    out.structure = read_structure(structure);
    if (out.structure.signature_bytes > out.end) return fail(Errc::truncated, "signature", "is longer than the module");
    if (out.structure.signature_bytes > signed_data_bytes)
        return fail(Errc::limit_exceeded, "signature", "is longer than any signature");
    return out;
}

Result<Bytes> read_signature(const ModuleBytes& module, const Trailer& trailer) {
    return module.bytes(trailer.end - trailer.structure.signature_bytes, trailer.structure.signature_bytes);
}

ModuleSignature other(std::string problem) {
    return {SignatureForm::other, {}, clean_text(problem, limits::text_bytes)};
}

}  // namespace

ModuleSignature module_signature(const ModuleBytes& module) {
    const auto trailer = read_trailer(module);
    if (!trailer) {
        const Errc code = trailer.error().code;
        const bool broken = code == Errc::truncated || code == Errc::limit_exceeded;
        return broken
                   ? other("signature " + trailer.error().what)
                   : ModuleSignature{SignatureForm::unread, {}, clean_text(trailer.error().what, limits::text_bytes)};
    }
    if (!trailer->there) return {};
    if (trailer->structure.id_type != id_type_pkcs7)
        return other("signature of type " + std::to_string(trailer->structure.id_type));
    if (!trailer->structure.zeroes) return other("signature structure has values where zeroes should be");
    const auto bytes = read_signature(module, *trailer);
    const auto named = bytes ? named_signers(*bytes) : fail(bytes.error());
    if (!named) return other("signature: " + named.error().where + ", " + std::string(word(named.error().code)));
    ModuleSignature out{SignatureForm::cms, {}, {}};
    for (const NamedSigner& one : *named)
        out.signers.push_back({one.issuer, to_hex(one.serial), to_hex(one.key_id), one.digest});
    std::ranges::sort(out.signers);
    return out;
}

Result<Bytes> signature_trailer(const ModuleBytes& module) {
    TRY(const Trailer trailer, read_trailer(module));
    if (!trailer.there) return Bytes();
    const std::uint64_t begin = trailer.end - trailer.structure.signature_bytes;
    return module.bytes(begin, module.size() - begin);
}

}  // namespace assay::agent
