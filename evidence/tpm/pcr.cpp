#include "evidence/tpm/pcr.hpp"

#include "base/writer.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <bit>

namespace assay {
namespace {

constexpr std::size_t bitmap_bytes = 3;
constexpr std::size_t text_bytes = 80;  // at most, of one bank

PcrSelection without_empty(const PcrSelection& selection) {
    PcrSelection out;
    std::ranges::copy_if(selection, std::back_inserter(out), [](const PcrBankSelection& b) { return b.pcrs != 0; });
    return out;
}

const Digest* find_value(const PcrValues& values, HashAlg bank, PcrIndex pcr) {
    const auto found_bank = values.find(bank);
    if (found_bank == values.end()) return nullptr;
    const auto found = found_bank->second.find(pcr);
    return found == found_bank->second.end() ? nullptr : &found->second;
}

}  // namespace

std::vector<PcrIndex> pcrs_of(const PcrBankSelection& selection) {
    std::vector<PcrIndex> out;
    out.reserve(static_cast<std::size_t>(std::popcount(selection.pcrs)));
    for (unsigned i = 0; i < limits::pcr_count; ++i) {
        if ((selection.pcrs >> i & 1U) != 0) out.push_back(*PcrIndex::from(i));
    }
    return out;
}

std::string pcr_list(std::uint32_t pcrs) {
    std::string out;
    for (const PcrIndex pcr : pcrs_of({HashAlg::sha256, pcrs})) {
        out += (out.empty() ? "" : ",") + std::to_string(pcr.value());
    }
    return out;
}

PcrSelection select_pcrs(HashAlg bank, std::initializer_list<unsigned> pcrs) {
    PcrBankSelection out{bank, 0};
    for (const unsigned pcr : pcrs) out.pcrs |= 1U << pcr;
    return {out};
}

std::string text(const PcrSelection& selection) {
    std::string out;
    out.reserve(text_bytes * selection.size());
    for (const PcrBankSelection& bank : selection) {
        if (!out.empty()) out += '+';
        out += name(bank.bank);
        char separator = ':';
        for (unsigned pcr = 0; pcr < limits::pcr_count; ++pcr) {
            if ((bank.pcrs >> pcr & 1U) == 0) continue;
            out += separator;
            if (pcr >= 10) out += static_cast<char>('0' + pcr / 10);
            out += static_cast<char>('0' + pcr % 10);
            separator = ',';
        }
        if (separator == ':') out += separator;  // a bank of which nothing is selected
    }
    return out;
}

bool same_meaning(const PcrSelection& a, const PcrSelection& b) {
    const PcrSelection left = without_empty(a);
    return !left.empty() && left == without_empty(b);
}

Bytes encode_pcr_selection(const PcrSelection& selection) {
    Writer w;
    w.u32be(static_cast<std::uint32_t>(selection.size()));
    for (const PcrBankSelection& bank : selection) {
        w.u16be(static_cast<std::uint16_t>(bank.bank)).u8(bitmap_bytes);
        for (unsigned i = 0; i < bitmap_bytes; ++i) w.u8(static_cast<std::uint8_t>(bank.pcrs >> (8U * i)));
    }
    return w.take();
}

PcrSelection read_pcr_selection(Reader& reader) {
    PcrSelection out;
    const std::uint32_t count = reader.u32be();
    if (count > limits::pcr_banks) {
        reader.refuse(Errc::limit_exceeded, "pcrSelect.count", "too many banks");
        return out;
    }
    for (std::uint32_t i = 0; i < count && !reader.failed(); ++i) {
        const std::optional<HashAlg> bank = hash_alg_of(reader.u16be());
        const std::size_t size = reader.u8();
        const ByteView bitmap = reader.take(size);
        if (reader.failed()) break;
        if (!bank) {
            reader.refuse(Errc::unknown_algorithm, "pcrSelect.hash", "not SHA-1, SHA-256, SHA-384 or SHA-512");
            break;
        }
        PcrBankSelection one{*bank, 0};
        for (std::size_t at = 0; at < size; ++at) {
            if (at >= bitmap_bytes && bitmap[at] != 0)
                reader.refuse(Errc::out_of_range, "pcrSelect", "a PCR from 24 on");
            if (at < bitmap_bytes) one.pcrs |= std::uint32_t{bitmap[at]} << (8U * at);
        }
        if (std::ranges::find(out, *bank, &PcrBankSelection::bank) != out.end()) {
            reader.refuse(Errc::bad_value, "pcrSelect.hash", "a bank stands twice");
        }
        out.push_back(one);
    }
    return out;
}

Result<PcrSelection> decode_pcr_selection(ByteView bytes) {
    Reader reader(bytes);
    PcrSelection out = read_pcr_selection(reader);
    CHECK_OK(reader.finish("TPML_PCR_SELECTION"));
    return out;
}

Result<Digest> pcr_digest(HashAlg scheme_hash, const PcrSelection& selection, const PcrValues& values) {
    Hasher hasher(scheme_hash);
    std::size_t used = 0;
    for (const PcrBankSelection& bank : selection) {
        for (const PcrIndex pcr : pcrs_of(bank)) {
            const Digest* value = find_value(values, bank.bank, pcr);
            if (value == nullptr) {
                return fail(
                    Errc::not_found, "pcr_values." + std::string(name(bank.bank)) + "." + std::to_string(pcr.value()),
                    "a selected PCR has no value"
                );
            }
            hasher.update(value->bytes());
            ++used;
        }
    }
    std::size_t given = 0;
    for (const auto& [bank, pcrs] : values) given += pcrs.size();
    if (given != used) return fail(Errc::bad_value, "pcr_values", "holds values that were not selected");
    return hasher.finish();
}

}  // namespace assay
