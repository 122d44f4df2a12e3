#include "collector/bundle/bundle.hpp"

#include "base/encoding.hpp"
#include "collector/bundle/manifest.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace assay {
namespace {

constexpr const char* statement_file = "statement.json";
constexpr const char* quote_file = "quote.bin";
constexpr const char* signature_file = "signature.bin";
constexpr const char* tail_file = "ima-tail.bin";
constexpr const char* enrolment_file = "enrolment.json";
constexpr std::string_view documents = "documents/";
constexpr std::string_view packs = "packs/";
constexpr std::string_view authorities = "authorities/";

std::string named_by_hash(std::string_view folder, const Sha256& sha256, std::string_view ending) {
    return fmt::format("{}{}{}", folder, to_hex(sha256), ending);
}

bool beside_the_list(std::string_view name) {
    return name == manifest_file || name == manifest_signature_file;
}

// The files of a bundle as the manifest lists them, each taken once.
class Shelf {
  public:
    explicit Shelf(const BundleFiles& files) : files_(files) {}

    Result<Bytes> take(const std::string& name, std::size_t most) {
        const auto found = files_.find(name);
        if (found == files_.end()) return fail(Errc::missing_field, name, "is not in the bundle");
        if (found->second.size() > most) return fail(Errc::limit_exceeded, name, "is too long");
        taken_.insert(name);
        return found->second;
    }
    // Every file of a folder, in order of their names. Its content must be what it is named by.
    Result<std::vector<std::pair<Sha256, Bytes>>> take_hashed(
        std::string_view folder, std::string_view ending, std::size_t most
    ) {
        std::vector<std::pair<Sha256, Bytes>> out;
        for (auto at = files_.lower_bound(std::string(folder)); at != files_.end() && at->first.starts_with(folder);
             ++at) {
            TRY(Bytes body, take(at->first, most));
            const Sha256 hash = sha256(body);
            if (at->first != named_by_hash(folder, hash, ending)) {
                return fail(Errc::mismatch, at->first, "is not named by its SHA-256");
            }
            out.emplace_back(hash, std::move(body));
        }
        return out;
    }
    Result<void> nothing_left() const {
        for (const auto& [name, body] : files_) {
            if (!beside_the_list(name) && !taken_.contains(name)) {
                return fail(Errc::unknown_field, name, "is no file of a report bundle");
            }
        }
        return {};
    }

  private:
    const BundleFiles& files_;
    std::set<std::string> taken_;
};

// Each file but the manifest and its signature is in the manifest, and as it says.
Result<void> check_files(const BundleFiles& files, const Manifest& manifest) {
    for (const ManifestFile& one : manifest.files) {
        if (beside_the_list(one.name)) {
            return fail(Errc::bad_value, std::string(manifest_file), "lists itself or its signature");
        }
        const auto found = files.find(one.name);
        if (found == files.end())
            return fail(Errc::missing_field, one.name, "is in the manifest and not in the bundle");
        if (found->second.size() != one.size || sha256(found->second) != one.sha256) {
            return fail(Errc::mismatch, one.name, "is not what the manifest says: the bundle was changed");
        }
    }
    for (const auto& [name, body] : files) {
        if (beside_the_list(name)) continue;
        if (!std::ranges::binary_search(manifest.files, name, {}, &ManifestFile::name)) {
            return fail(Errc::unknown_field, name, "is not in the manifest");
        }
    }
    return {};
}

Result<void> read_report(Shelf& shelf, Report& out) {
    TRY(out.statement, shelf.take(statement_file, limits::message_bytes));
    TRY(out.quote, shelf.take(quote_file, limits::attest_bytes));
    TRY(out.signature, shelf.take(signature_file, limits::signature_bytes));
    TRY(out.ima_tail, shelf.take(tail_file, limits::ima_tail_bytes));
    return {};
}

Result<void> read_references(Shelf& shelf, const std::vector<ManifestReference>& listed, Bundle& out) {
    for (const ManifestReference& one : listed) {
        BundledReference reference;
        TRY(const Bytes text, shelf.take(one.file, limits::document_bytes));
        reference.text = as_text(text);
        if (!one.signature_file.empty()) {
            TRY(reference.signature, shelf.take(one.signature_file, limits::document_bytes));
        }
        reference.runtime_policy = one.runtime_policy;
        reference.approved_by = one.approved_by;
        reference.approved_at = one.approved_at;
        reference.note = one.note;
        out.references.push_back(std::move(reference));
    }
    return {};
}

}  // namespace

BundleFiles encode_bundle(const Bundle& bundle) {
    BundleFiles out;
    Manifest manifest;
    manifest.said = bundle;
    out[statement_file] = bundle.report.report.statement;
    out[quote_file] = bundle.report.report.quote;
    out[signature_file] = bundle.report.report.signature;
    out[tail_file] = bundle.report.report.ima_tail;
    out[enrolment_file] = to_bytes(as_bytes(encode_enrolment_request(bundle.enrolment.keys)));
    for (const auto& [hash, body] : bundle.documents) out[named_by_hash(documents, hash, "")] = body;
    for (const BundledImaSegment& one : bundle.ima) {
        const std::string name = fmt::format("ima/{:05}", manifest.segments.size());
        manifest.segments.push_back({name, one.first, one.entries});
        out[name] = one.body;
    }
    for (const BundledReference& one : bundle.references) {
        ManifestReference listed{{}, {}, one.runtime_policy, one.approved_by, one.approved_at, one.note};
        const Sha256 hash = sha256(one.text);
        listed.file = named_by_hash("references/", hash, one.runtime_policy ? ".toml" : ".json");
        out[listed.file] = to_bytes(as_bytes(one.text));
        if (!one.signature.empty()) {
            listed.signature_file = named_by_hash("references/", hash, ".cms");
            out[listed.signature_file] = one.signature;
        }
        manifest.references.push_back(std::move(listed));
    }
    for (const std::string& text : bundle.packs) {
        out[named_by_hash(packs, sha256(text), ".toml")] = to_bytes(as_bytes(text));
    }
    for (const Bytes& der : bundle.authorities) out[named_by_hash(authorities, sha256(der), ".der")] = der;
    for (const auto& [name, body] : out) manifest.files.push_back({name, body.size(), sha256(body)});
    out[std::string(manifest_file)] = to_bytes(as_bytes(encode_manifest(manifest)));
    return out;
}

Result<Bundle> decode_bundle(const BundleFiles& files) {
    const auto found = files.find(std::string(manifest_file));
    if (found == files.end()) return fail(Errc::missing_field, std::string(manifest_file), "is not in the bundle");
    TRY(Manifest manifest, decode_manifest(as_text(found->second)));
    CHECK_OK(check_files(files, manifest));
    Shelf shelf(files);
    Bundle out = std::move(manifest.said);
    CHECK_OK(read_report(shelf, out.report.report));
    TRY(const Bytes keys, shelf.take(enrolment_file, limits::message_bytes));
    TRY(out.enrolment.keys, decode_enrolment_request(as_text(keys)));
    TRY(auto given, shelf.take_hashed(documents, "", limits::document_bytes));
    for (auto& [hash, body] : given) out.documents.emplace(hash, std::move(body));
    for (const ManifestSegment& one : manifest.segments) {
        TRY(Bytes body, shelf.take(one.file, limits::document_bytes));
        out.ima.push_back({one.first, one.entries, std::move(body)});
    }
    CHECK_OK(read_references(shelf, manifest.references, out));
    TRY(const auto texts, shelf.take_hashed(packs, ".toml", limits::document_bytes));
    for (const auto& [hash, body] : texts) out.packs.emplace_back(as_text(body));
    TRY(auto cas, shelf.take_hashed(authorities, ".der", limits::certificate_bytes));
    for (auto& [hash, der] : cas) out.authorities.push_back(std::move(der));
    CHECK_OK(shelf.nothing_left());
    return out;
}

}  // namespace assay
