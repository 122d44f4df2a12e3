#pragma once
// A scan in a child process, so that the process that holds the connection stays small and keeps no thread of a source
// that hangs. The child reads the hardware, leaves the documents in the state directory and tells their names; it is
// killed when it does not end in time. The documents of the last scan are kept, others are removed.

#include "agent/scan.hpp"
#include "agent/state_directory.hpp"
#include "evidence/messages.hpp"
#include "evidence/statement.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace assay::agent {

struct ScanOrder {
    std::string root;  // a captured tree, or "" for this machine
    std::chrono::milliseconds source_deadline{10'000};
    std::optional<TpmFacts> tpm;
};

struct ScannedDocuments {
    std::vector<DocumentRef> documents;  // as a statement names them
    HostHints host;
    friend bool operator==(const ScannedDocuments&, const ScannedDocuments&) = default;
};

// `alive` is called every few seconds while the child works, for the watchdog. Errors: what the child says; timed_out
// when all sources together took longer than they may; io_error when the child died.
Result<ScannedDocuments> scan_in_child(
    const ScanOrder& order, const StateDirectory& state, const std::function<void()>& alive
);

// What the child does, in this process: scans and keeps the documents.
Result<ScannedDocuments> scan_to_documents(const ScanOrder& order, const StateDirectory& state);

// What the device says of itself: hostname from the view, maker, model and serial from the system's component.
HostHints host_hints(const View& view, const Inventory& inventory);

}  // namespace assay::agent
