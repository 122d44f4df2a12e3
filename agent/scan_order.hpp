#pragma once
// What the process that holds the connection asks of its scanning child, and what it is told: two small JSON texts over
// pipes (agent/scan_child.hpp). The child is the same program, but its answer is read as strictly as any other: what
// it read from devices went through it.

#include "agent/scan.hpp"
#include "evidence/messages.hpp"
#include "evidence/statement.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace assay::agent {

struct ScanOrder {
    std::string state_dir;  // where the documents go
    std::string root;       // a captured tree, or "" for this machine
    std::chrono::milliseconds source_deadline{10'000};
    std::optional<TpmFacts> tpm;
    std::vector<std::string> hanging{};  // sources that an earlier child still hangs in: not read, timed_out
    ScanChoices choices{};
    bool hardware = true;                // false: the IMA list alone is read
    std::optional<ImaPlace> ima_from{};  // where its reading begins
    std::vector<Sha256> keep{};          // documents of earlier scans that stay
    bool keep_ima = true;                // false: no document is made of the IMA list
};

struct ScannedDocuments {
    std::vector<DocumentRef> documents;  // as a statement names them
    HostHints host;
    std::vector<std::string> hanging{};  // sources that this child gave up, whose threads it still has
    std::optional<ImaReading> ima{};     // what the document of kind ima is of; there without one where nothing grew
    friend bool operator==(const ScannedDocuments&, const ScannedDocuments&) = default;
};

inline constexpr std::size_t max_scan_message_bytes = 16U << 10U;

std::string encode_scan_order(const ScanOrder& order);
Result<ScanOrder> decode_scan_order(std::string_view text);

// What the child has to say: its documents, or why there are none.
std::string encode_scan_answer(const Result<ScannedDocuments>& answer);
Result<ScannedDocuments> decode_scan_answer(std::string_view text);

}  // namespace assay::agent
