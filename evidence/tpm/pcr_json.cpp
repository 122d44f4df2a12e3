#include "evidence/tpm/pcr_json.hpp"

#include "base/encoding.hpp"
#include "evidence/limits.hpp"

namespace assay {
namespace {

// "0" to "23", one spelling each.
std::optional<PcrIndex> pcr_named(std::string_view text) {
    for (std::uint64_t i = 0; i < limits::pcr_count; ++i) {
        if (std::to_string(i) == text) return PcrIndex::from(i);
    }
    return std::nullopt;
}

}  // namespace

json::Object pcr_values_json(const PcrValues& values) {
    json::Object out;
    for (const auto& [bank, pcrs] : values) {
        json::Object one;
        for (const auto& [pcr, digest] : pcrs) one[std::to_string(pcr.value())] = to_hex(digest.bytes());
        out[name(bank)] = std::move(one);
    }
    return out;
}

PcrValues read_pcr_values(Fields& f) {
    PcrValues out;
    for (const std::string& bank_name : f.keys()) {
        const std::optional<HashAlg> bank = hash_alg_named(bank_name);
        if (!bank) {
            f.refuse(Errc::unknown_algorithm, bank_name, "no such bank");
            return {};
        }
        Fields pcrs = f.object(bank_name);
        for (const std::string& index : pcrs.keys()) {
            const std::optional<PcrIndex> pcr = pcr_named(index);
            const std::string encoded = pcrs.text(index, 128);
            if (f.failed()) return {};
            const auto bytes = from_hex(encoded);
            const auto digest = bytes ? Digest::of(*bank, *bytes) : std::nullopt;
            if (!pcr || !digest) {
                pcrs.refuse(Errc::bad_value, index, "not a PCR with a digest of its bank's size");
                return {};
            }
            out[*bank].emplace(*pcr, *digest);
        }
    }
    return out;
}

}  // namespace assay
