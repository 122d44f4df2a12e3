// Report bundles: what is read as one is written to files that are read as the same, and whoever pins nothing is told
// of no endorsement key and no signature that they are proven.

#include "collector/bundle/archive.hpp"
#include "collector/bundle/verify_bundle.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>

namespace {

void check_files(const assay::BundleFiles& files) {
    const assay::Bytes again = assay::encode_archive(files);
    const auto read = assay::decode_archive(again);
    REQUIRE_ALWAYS(read.has_value() && *read == files);
    const auto bundle = assay::decode_bundle(files);
    const auto verdict = assay::verify_bundle(files, {}, {});
    REQUIRE_ALWAYS(bundle.has_value() || !verdict.has_value());
    if (!bundle) return;
    const auto twice = assay::decode_bundle(assay::encode_bundle(*bundle));
    REQUIRE_ALWAYS(twice.has_value() && *twice == *bundle);
    if (!verdict) return;  // a CA certificate that is none
    REQUIRE_ALWAYS(!verdict->steps.empty());
    for (const assay::BundleStep& one : verdict->steps) {
        const bool of_pins =
            one.result.check == assay::bundle_step::ek_certificate || one.result.check == assay::bundle_step::signature;
        REQUIRE_ALWAYS(!of_pins || one.result.outcome != "passed");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const assay::ByteView bytes(data, size);
    if (const auto files = assay::decode_archive(bytes)) check_files(*files);
    // A manifest alone, so that mutations of it are not stopped by the archive's check sums.
    assay::BundleFiles alone{{std::string(assay::manifest_file), assay::to_bytes(bytes)}};
    REQUIRE_ALWAYS(!assay::decode_bundle(alone).has_value());
    return 0;
}
