#pragma once
// A scan in a process of its own, so that the process that holds the connection stays small, keeps no thread of a
// source that hangs, and shares no lock with libusb's threads. The child is this program again: it reads its order from
// standard input, reads the hardware, leaves the documents in the state directory, and tells their names on standard
// output. It is killed when it has answered or does not in time, and nothing waits for one that cannot be killed.

#include "agent/left_behind.hpp"
#include "agent/scan_order.hpp"
#include "agent/state_directory.hpp"

#include <functional>
#include <string>

namespace assay::agent {

// The hidden command of assay-agent that is the child.
inline constexpr const char* scan_child_command = "scan-documents";

// `program` is run with scan_child_command. `alive` is called every few seconds while it works, for the watchdog.
// `left` takes children that do not end; the sources they hang in are told to the child as `order.hanging`.
// Errors: what the child says; timed_out when all sources together took longer than they may, or when too many earlier
// children hang; io_error when the child cannot be started or died.
Result<ScannedDocuments> scan_in_child(
    const std::string& program, ScanOrder order, const std::function<void()>& alive, LeftBehind& left
);

// What the child does: scans, keeps the documents, and removes those of earlier scans but for `order.keep`. Where the
// IMA list alone is wanted and cannot be read, there is no answer but the error.
Result<ScannedDocuments> scan_to_documents(const ScanOrder& order);
// The same of a view that is open already.
Result<ScannedDocuments> scan_to_documents(const ScanOrder& order, const View& view);
using ScanToDocuments = std::function<Result<ScannedDocuments>(const ScanOrder&)>;

// The child's whole life. The exit code is 0 when an answer was written, whatever it says.
int scan_child_main(int order_fd, int answer_fd, const ScanToDocuments& scan);

// What the device says of itself: its name from the view, maker, model and serial from the system's component.
HostHints host_hints(const View& view, const Inventory& inventory);

}  // namespace assay::agent
