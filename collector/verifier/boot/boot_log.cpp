#include "collector/verifier/boot/boot_log.hpp"

#include "evidence/boot/event_text.hpp"

#include <vector>

namespace assay {
namespace {

// The text of an event is made once and stands in each bank.
std::map<HashAlg, MeasuredEvents> measured_events(const EventLog& log) {
    std::map<HashAlg, std::map<PcrIndex, std::vector<MeasuredEvent>>> all;
    for (const LogEvent& event : log.events()) {
        const auto pcr = PcrIndex::from(event.pcr);
        if (!event.extends() || !pcr) continue;
        const std::string what = event_text(event);
        for (std::uint16_t bank = 0; bank < log.banks().size(); ++bank) {
            const auto alg = log.banks()[bank].hash;
            if (!alg || log.bank_of(*alg) != bank) continue;
            const auto digest = Digest::of(*alg, log.digest(event, bank));
            if (digest) all[*alg][*pcr].push_back({*digest, what});
        }
    }
    std::map<HashAlg, MeasuredEvents> out;
    for (auto& [bank, pcrs] : all) {
        for (auto& [pcr, events] : pcrs) {
            out[bank].emplace(pcr, std::make_shared<const std::vector<MeasuredEvent>>(std::move(events)));
        }
    }
    return out;
}

std::size_t size_of(const BootLog& log) {
    std::size_t out = sizeof(BootLog) + log.problem.size();
    if (!log.log) return out;
    const std::size_t banks = log.log->banks().size();
    out += log.log->bytes().size() + log.log->events().size() * (sizeof(LogEvent) + banks * sizeof(LogDigest));
    for (const auto& [bank, pcrs] : log.events) {
        for (const auto& [pcr, events] : pcrs) {
            for (const MeasuredEvent& one : *events) out += sizeof one + one.what.capacity();
        }
    }
    return out;
}

std::shared_ptr<const BootLog> sized(std::shared_ptr<BootLog> log) {
    log->size = size_of(*log);
    return log;
}

}  // namespace

std::shared_ptr<const BootLog> read_boot_log(Bytes bytes) {
    auto out = std::make_shared<BootLog>();
    auto decoded = decode_event_log(std::move(bytes));
    if (!decoded) {
        out->problem = decoded.error().message();
        return sized(std::move(out));
    }
    auto replayed = replay(*decoded);
    if (!replayed) {
        out->problem = replayed.error().message();
        return sized(std::move(out));
    }
    out->log.emplace(*std::move(decoded));
    out->replay = *std::move(replayed);
    out->events = measured_events(*out->log);
    return sized(std::move(out));
}

}  // namespace assay
