#pragma once
// A capture of a machine: everything that a scan reads of it, recorded while the scan runs, as the files of a tree from
// which another scan gives the same inventory (docs/CAPTURE.md).

#include "agent/capture/capture_files.hpp"
#include "agent/scan.hpp"

#include <optional>

namespace assay::agent {

struct CaptureConfig {
    ScanConfig scan;
    std::string label;          // for people: where the tree is from
    std::optional<Bytes> salt;  // masks what names a unit (agent/capture/mask.hpp)
};

struct Capture {
    CaptureFiles files;
    Scan scan;  // what was recorded; not masked
};

// limit_exceeded: the machine has more than a capture holds (agent/root/recording.hpp).
Result<Capture> capture(const View& view, const CaptureConfig& config);

}  // namespace assay::agent
