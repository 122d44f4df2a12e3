#include "agent/capture/capture.hpp"

#include "agent/capture/mask.hpp"
#include "agent/capture/module_excerpt.hpp"
#include "agent/scan_child.hpp"

namespace assay::agent {
namespace {

// A module's code is read by nobody, and there are tens of megabytes of it.
std::string excerpt(std::string_view path, const std::string& bytes) {
    return path.starts_with("lib/modules/") && path.find(".ko") != std::string_view::npos ? module_excerpt(bytes)
                                                                                          : bytes;
}

}  // namespace

Result<Capture> capture(const View& view, const CaptureConfig& config) {
    const auto recording = std::make_shared<Recording>(view, excerpt);
    const View recorded = view.recorded(recording);
    Capture out;
    ScanConfig settings = config.scan;
    settings.ima_list = false;  // megabytes that say nothing beside another TPM
    out.scan = scan(recorded, settings);
    (void)host_hints(recorded, out.scan.inventory);  // the host's name is of a report, too
    TRY(RecordedTree tree, recording->take());
    out.files = capture_files(std::move(tree), config.label);
    if (config.salt) out.files = masked_files(out.files, out.scan.inventory, *config.salt);
    return out;
}

}  // namespace assay::agent
