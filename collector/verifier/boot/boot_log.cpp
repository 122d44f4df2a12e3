#include "collector/verifier/boot/boot_log.hpp"

#include "evidence/boot/event_text.hpp"

namespace assay {

std::shared_ptr<const BootLog> read_boot_log(Bytes bytes) {
    auto out = std::make_shared<BootLog>();
    auto decoded = decode_event_log(std::move(bytes));
    if (!decoded) {
        out->problem = decoded.error().message();
        return out;
    }
    auto replayed = replay(*decoded);
    if (!replayed) {
        out->problem = replayed.error().message();
        return out;
    }
    out->log.emplace(*std::move(decoded));
    out->replay = *std::move(replayed);
    return out;
}

std::map<PcrIndex, std::vector<MeasuredEvent>> measured_events(const BootLog& log, HashAlg bank) {
    std::map<PcrIndex, std::vector<MeasuredEvent>> out;
    const auto index = log.log->bank_of(bank);
    if (!index) return out;
    for (const LogEvent& event : log.log->events()) {
        const auto pcr = PcrIndex::from(event.pcr);
        const auto digest = Digest::of(bank, log.log->digest(event, *index));
        if (!event.extends() || !pcr || !digest) continue;
        out[*pcr].push_back({*digest, event_text(event)});
    }
    return out;
}

}  // namespace assay
