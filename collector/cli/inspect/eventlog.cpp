#include "base/encoding.hpp"
#include "base/json.hpp"
#include "collector/cli/inspect/event_data_json.hpp"
#include "collector/cli/inspect/kinds.hpp"
#include "collector/cli/offline.hpp"
#include "evidence/boot/coverage.hpp"
#include "evidence/boot/event_log.hpp"
#include "evidence/boot/replay.hpp"

#include <fmt/format.h>

namespace assay::cli {
namespace {

// "not_extended" of EV_NO_ACTION and of banks without a digest, "nothing" where something outside the log was hashed,
// "unknown_algorithm".
std::string covers(const EventLog& log, const LogEvent& event, std::uint16_t bank) {
    if (!event.extends()) return "not_extended";
    if (!log.banks()[bank].hash) return "unknown_algorithm";
    const auto covered = covered_bytes(log, event, bank);
    return covered ? std::string(name(covered->how)) : "nothing";
}

json::Object digests_value(const EventLog& log, const LogEvent& event) {
    json::Object out;
    for (const LogDigest& one : log.digests(event)) {
        out[name(log.banks()[one.bank])] =
            json::Object{{"digest", to_hex(one.value)}, {"covers", covers(log, event, one.bank)}};
    }
    return out;
}

json::Array events_value(const EventLog& log) {
    json::Array out;
    for (const LogEvent& event : log.events()) {
        out.push_back(json::Object{
            {"index", out.size()},
            {"offset", event.offset},
            {"pcr", event.pcr},
            {"type", name(event.type.shown())},
            {"size", event.data.shown().size()},
            {"digests", digests_value(log, event)},
            {"data", event_data_value(event.type.shown(), event.data.shown())},
        });
    }
    return out;
}

json::Array banks_value(const EventLog& log) {
    json::Array out;
    for (const LogBank& bank : log.banks()) {
        out.push_back(
            json::Object{{"bank", name(bank)}, {"digest_bytes", bank.digest_bytes}, {"replayed", bank.hash.has_value()}}
        );
    }
    return out;
}

json::Array flaws_value(const EventLog& log) {
    json::Array out;
    for (const LogFlaw& flaw : log.flaws()) {
        json::Object one{{"flaw", name(flaw.kind)}, {"fatal", fatal(flaw.kind)}};
        if (flaw.event) one["event"] = *flaw.event;
        if (flaw.bank) one["bank"] = name(log.banks()[*flaw.bank]);
        if (flaw.pcr) one["pcr"] = *flaw.pcr;
        if (!flaw.detail.empty()) one["detail"] = flaw.detail;
        out.push_back(std::move(one));
    }
    return out;
}

json::Object pcrs_value(const Replay& replayed) {
    json::Object out;
    for (const ReplayedBank& bank : replayed.banks) {
        json::Object values;
        for (const PcrIndex pcr : pcrs_of({bank.bank, bank.extended})) {
            values[std::to_string(pcr.value())] = to_hex(bank.value(pcr).bytes());
        }
        out[name(bank.bank)] = std::move(values);
    }
    return out;
}

std::string pcr_lines(const Replay& replayed) {
    std::string out;
    for (const ReplayedBank& bank : replayed.banks) {
        for (const PcrIndex pcr : pcrs_of({bank.bank, bank.extended})) {
            out += fmt::format("{} {} {}\n", name(bank.bank), pcr.value(), to_hex(bank.value(pcr).bytes()));
        }
    }
    return out;
}

}  // namespace

Result<std::string> inspect_eventlog(ByteView bytes, const Inspect& command) {
    TRY(const EventLog log, decode_event_log(to_bytes(bytes)));
    const auto replayed = replay(log);
    if (command.pcrs) {
        if (!replayed) return fail(replayed.error());
        return pcr_lines(*replayed);
    }
    json::Object out{
        {"type", "eventlog"},        {"format", log.format() == LogFormat::agile ? "agile" : "legacy"},
        {"banks", banks_value(log)}, {"events", events_value(log)},
        {"flaws", flaws_value(log)},
    };
    if (replayed) {
        out["startup_locality"] = replayed->locality;
        out["pcrs"] = pcrs_value(*replayed);
    } else {
        out["not_replayed"] = replayed.error().what;
    }
    out["verified"] = "nothing: a log is its writer's word until its PCRs are compared with a quote";
    return json::pretty(out);
}

}  // namespace assay::cli
