#include "evidence/boot/replay.hpp"

#include "evidence/boot/log_flaws.hpp"
#include "evidence/limits.hpp"

#include <algorithm>

namespace assay {
namespace {

// What the PCR can hold before anything is extended. PCR 0 begins with the locality, 17 to 22 with ones until a dynamic
// launch (PC Client Platform TPM Profile 1.05, "PCR Attributes").
bool start_value(PcrIndex pcr, const Digest& value) {
    if (value.all(0)) return true;
    const ByteView bytes = value.bytes();
    if (pcr.value() == 0) {
        const bool zeros = std::ranges::all_of(bytes.first(bytes.size() - 1), [](std::uint8_t b) { return b == 0; });
        return zeros && (bytes.back() == 3 || bytes.back() == 4);
    }
    return pcr.value() >= 17 && pcr.value() <= 22 && value.all(0xff);
}

Digest locality_start(HashAlg hash, std::uint8_t locality) {
    Bytes bytes(digest_size(hash));
    bytes.back() = locality;
    return *Digest::of(hash, bytes);
}

ReplayedBank replay_bank(const EventLog& log, std::uint16_t bank, std::uint8_t locality) {
    const HashAlg alg = *log.banks()[bank].hash;
    ReplayedBank out{alg, 0, std::vector<Digest>(limits::pcr_count, Digest::zero(alg))};
    out.values[0] = locality_start(alg, locality);
    Hasher hasher(alg);
    bool used = false;
    for (const LogEvent& event : log.events()) {
        if (!event.extends() || event.pcr >= limits::pcr_count) continue;
        const ByteView digest = log.digest(event, bank);
        if (digest.empty()) continue;
        if (used) hasher.restart();
        used = true;
        Digest& value = out.values[event.pcr];
        value = hasher.update(value.bytes()).update(digest).finish();
        out.extended |= 1U << event.pcr;
    }
    return out;
}

}  // namespace

const ReplayedBank* Replay::bank(HashAlg hash) const {
    const auto found = std::ranges::find(banks, hash, &ReplayedBank::bank);
    return found == banks.end() ? nullptr : &*found;
}

Result<Replay> replay(const EventLog& log) {
    if (const LogFlaw* flaw = log.fatal_flaw()) {
        return fail(Errc::bad_value, "event log", "cannot be replayed: " + text(*flaw));
    }
    Replay out{start_locality(log).value, {}};
    for (std::uint16_t bank = 0; bank < log.banks().size(); ++bank) {
        if (log.banks()[bank].hash) out.banks.push_back(replay_bank(log, bank, out.locality));
    }
    return out;
}

bool PcrComparison::firmware_holds() const {
    return ((differs | not_in_log()) & firmware_pcrs) == 0 && equal != 0;
}

Result<PcrComparison> compare(const Replay& replay, const PcrBankSelection& selected, const PcrValues& values) {
    const std::string bank_name(name(selected.bank));
    const ReplayedBank* bank = replay.bank(selected.bank);
    if (bank == nullptr) return fail(Errc::mismatch, "event log", "has no bank " + bank_name);
    if (selected.pcrs == 0) return fail(Errc::bad_value, "pcr selection", "is empty");
    const auto given = values.find(selected.bank);
    PcrComparison out;
    for (const PcrIndex pcr : pcrs_of(selected)) {
        const std::uint32_t bit = 1U << pcr.value();
        const Digest* value = nullptr;
        if (given != values.end()) {
            const auto found = given->second.find(pcr);
            if (found != given->second.end()) value = &found->second;
        }
        const std::string where = "pcr_values." + bank_name + "." + std::to_string(pcr.value());
        if (value == nullptr) return fail(Errc::not_found, where, "a selected PCR has no value");
        if (value->alg() != selected.bank) return fail(Errc::bad_value, where, "is a value of another bank");
        if (!bank->extends(pcr)) {
            (start_value(pcr, *value) ? out.untouched : out.unexplained) |= bit;
        } else {
            (bank->value(pcr) == *value ? out.equal : out.differs) |= bit;
        }
    }
    return out;
}

}  // namespace assay
