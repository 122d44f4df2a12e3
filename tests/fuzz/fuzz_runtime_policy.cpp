// Runtime policies: what is read is written and read again as the same, and looks up what it holds.

#include "collector/verifier/runtime/read_runtime_policy.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    const std::string_view text = as_text(ByteView(data, size));
    const auto name = parse_name_text(text, "name");
    if (name) REQUIRE_ALWAYS(name_text(as_bytes(*name)) == text);
    REQUIRE_ALWAYS(*parse_name_text(name_text(as_bytes(text)), "name") == text);
    const auto digest = parse_measured_digest(text, "digest");
    if (digest) REQUIRE_ALWAYS(assay::text(*digest) == text);

    const auto document = parse_runtime_policy(text, "fuzz");
    const auto policy = read_runtime_policy(text, "fuzz");
    REQUIRE_ALWAYS(document || !policy);
    if (!document) return 0;
    const std::string written = encode_runtime_policy(*document);
    const auto again = parse_runtime_policy(written, "written");
    REQUIRE_ALWAYS(again && *again == *document);
    REQUIRE_ALWAYS(encode_runtime_policy(*again) == written);
    if (!policy) return 0;
    for (const auto& [file, digests] : document->files) {
        REQUIRE_ALWAYS(policy->files().knows(as_bytes(file)));
        for (const MeasuredDigest& one : digests) REQUIRE_ALWAYS(policy->files().accepts(as_bytes(file), one));
    }
    return 0;
}
