#pragma once
// An event log that a device gave, decoded and replayed once: devices that gave the same bytes share it. It proves
// nothing before it is compared with quoted PCRs (collector/verifier/replayed_log.hpp). Pure.

#include "collector/verifier/boot/boot_reference.hpp"
#include "evidence/boot/replay.hpp"

#include <map>
#include <memory>
#include <optional>
#include <string>

namespace assay {

struct BootLog {
    std::optional<EventLog> log;  // none: `problem` says why
    Replay replay;
    std::map<HashAlg, MeasuredEvents> events;  // of each bank
    std::string problem;                       // why it cannot be decoded or replayed, or ""
    std::size_t size = 0;                      // about how many bytes it takes in memory
};
std::shared_ptr<const BootLog> read_boot_log(Bytes bytes);

}  // namespace assay
