#pragma once
// manifest.json of a report bundle: which files there are, and what the collector says beside them. Pure.

#include "base/json.hpp"
#include "collector/bundle/bundle.hpp"
#include "evidence/tpm/pcr.hpp"

namespace assay {

struct ManifestFile {
    std::string name;
    std::uint64_t size = 0;
    Sha256 sha256{};
    friend bool operator==(const ManifestFile&, const ManifestFile&) = default;
};

struct ManifestSegment {
    std::string file;
    std::uint64_t first = 0;
    std::uint64_t entries = 0;
    friend bool operator==(const ManifestSegment&, const ManifestSegment&) = default;
};

struct ManifestReference {
    std::string file;
    std::string signature_file;  // or ""
    bool runtime_policy = false;
    std::string approved_by;
    std::optional<UnixMillis> approved_at;
    std::string note;
    friend bool operator==(const ManifestReference&, const ManifestReference&) = default;
};

// Of a Bundle everything that is no file of its own; its members have the Bundle's meaning.
struct Manifest {
    Bundle said;  // without the contents of files: report.report has the PCR values alone
    std::vector<ManifestSegment> segments;
    std::vector<ManifestReference> references;
    std::vector<ManifestFile> files;  // by name, each once
};

// {"verdict", "reason", "detail"}
json::Object axis_json(const AppraisedAxis& axis);

std::string encode_manifest(const Manifest& manifest);  // canonical JSON
// Any layout. Errors name the field.
Result<Manifest> decode_manifest(std::string_view text);

}  // namespace assay
