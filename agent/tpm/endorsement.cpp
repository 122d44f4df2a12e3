#include "agent/tpm/endorsement.hpp"

#include "agent/tpm/certificate_chain.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::agent {
namespace {

constexpr std::uint32_t first_ek_index = 0x01c00000;
constexpr std::uint32_t first_chain_index = 0x01c00100;
constexpr std::uint32_t last_chain_index = 0x01c001ff;
constexpr std::size_t max_chain_bytes = limits::chain_certificates * limits::certificate_bytes;

bool holds(const std::vector<std::uint32_t>& indexes, std::uint32_t index) {
    return std::ranges::binary_search(indexes, index);
}

// The template as this TPM's maker used it: L-1 and L-2 may have a nonce at the index after the certificate's, which
// then starts `unique`. EK Credential Profile, "EK nonce".
Result<PublicArea> template_of(const Tpm& tpm, const EkTemplate& kind, const std::vector<std::uint32_t>& indexes) {
    PublicArea out = kind.area;
    const std::uint32_t nonce_index = kind.certificate_nv + 1;
    const bool may_have_nonce = kind.name == "L-1" || kind.name == "L-2";
    if (!may_have_nonce || !holds(indexes, nonce_index)) return out;
    TRY(const Bytes nonce, tpm.read_nv(nonce_index, out.unique_x.size()));
    std::ranges::copy(nonce, out.unique_x.begin());
    return out;
}

Result<OfferedKey> offer(const Tpm& tpm, const EkTemplate& kind, const std::vector<std::uint32_t>& indexes) {
    OfferedKey out;
    if (holds(indexes, kind.certificate_nv)) {
        TRY(out.key.certificate, tpm.read_nv(kind.certificate_nv, limits::certificate_bytes));
        out.key.nv_index = kind.certificate_nv;
    }
    TRY(const PublicArea made_from, template_of(tpm, kind, indexes));
    TRY(out.ek, make_endorsement_key(tpm, made_from));
    out.key.public_area = encode_public_area(out.ek.area);
    return out;
}

void read_chain(const Tpm& tpm, const std::vector<std::uint32_t>& indexes, Endorsement& out) {
    Bytes content;
    for (const std::uint32_t index : indexes) {
        if (index < first_chain_index) continue;
        const auto part = tpm.read_nv(index, max_chain_bytes - content.size());
        if (!part) {
            out.notes.push_back(fmt::format("certificate chain at NV {:#010x}: {}", index, part.error().message()));
            return;
        }
        content.insert(content.end(), part->begin(), part->end());
    }
    auto chain = split_certificates(content);
    if (chain)
        out.chain = *std::move(chain);
    else
        out.notes.push_back("certificate chain in NV: " + chain.error().message());
}

}  // namespace

Result<Endorsement> read_endorsement(const Tpm& tpm, const std::function<void()>& alive) {
    TRY(const std::vector<std::uint32_t> indexes, tpm.nv_indexes(first_ek_index, last_chain_index));
    Endorsement out;
    for (const EkTemplate& kind : ek_templates()) {
        if (!holds(indexes, kind.certificate_nv) || out.keys.size() == limits::endorsement_keys) continue;
        alive();
        auto key = offer(tpm, kind, indexes);
        if (key)
            out.keys.push_back(*std::move(key));
        else
            out.notes.push_back(fmt::format(
                "EK {} with its certificate at NV {:#010x}: {}", kind.name, kind.certificate_nv, key.error().message()
            ));
    }
    for (const EkTemplate& kind : ek_templates().first(2)) {
        if (!out.keys.empty()) break;
        alive();
        auto key = offer(tpm, kind, {});
        if (key)
            out.keys.push_back(*std::move(key));
        else
            out.notes.push_back(fmt::format("EK {}: {}", kind.name, key.error().message()));
    }
    if (out.keys.empty()) {
        return fail(Errc::unsupported, "endorsement key", out.notes.empty() ? "none" : out.notes.back());
    }
    read_chain(tpm, indexes, out);
    return out;
}

}  // namespace assay::agent
