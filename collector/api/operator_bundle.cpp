// A device's report bundle, to be checked by somebody else: docs/BUNDLE.md.

#include "certs/document_signature.hpp"
#include "collector/api/device_bundle.hpp"
#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"
#include "collector/bundle/archive.hpp"

namespace assay::api {
namespace {

Result<Bytes> bundled(const OperatorContext& context, const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const DeviceId id, device_of(request));
    TRY(const Bundle bundle, context.store.read([&id](store::Database& db) {
        return bundle_of(db, id, "assay-collector " ASSAY_VERSION, db.now());
    }));
    BundleFiles files = encode_bundle(bundle);
    if (context.evidence_signer) {
        const Bytes& manifest = files.at(std::string(manifest_file));
        TRY(files[std::string(manifest_signature_file)], sign_document(manifest, *context.evidence_signer));
    }
    return encode_archive(files);
}

}  // namespace

net::Response get_device_bundle(const OperatorContext& context, const OperatorRequest& request) {
    const auto archive = bundled(context, request);
    if (!archive) return answer(fail(archive.error()));
    net::Response out;
    out.content_type = "application/x-tar";
    out.body = as_text(*archive);
    return out;
}

}  // namespace assay::api
