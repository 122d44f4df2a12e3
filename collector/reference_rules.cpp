#include "collector/reference_rules.hpp"

#include "base/encoding.hpp"
#include "collector/store/reference_documents.hpp"
#include "collector/verifier/runtime/read_runtime_policy.hpp"

namespace assay::collector {
namespace {

Result<void> add(api::ActiveReferences& out, const store::ReferenceDocument& document) {
    const bool of_boot = document.kind == store::ReferenceKind::boot_reference;
    const std::string where = (of_boot ? "reference " : "runtime policy ") + to_hex(document.sha256);
    if (sha256(document.body) != document.sha256) return fail(Errc::bad_value, where, "does not hash to its name");
    if (of_boot) {
        TRY(BootReference reference, decode_boot_reference(document.body, where));
        out.boot.push_back({document.sha256, std::move(reference)});
    } else {
        TRY(RuntimePolicy policy, read_runtime_policy(document.body, where));
        out.runtime.emplace(document.sha256, std::make_shared<const RuntimePolicy>(std::move(policy)));
    }
    return {};
}

}  // namespace

LoadedReferences load_references(store::Database& db) {
    LoadedReferences out;
    for (const store::ReferenceDocument& document : store::references_in_force(db)) {
        auto added = add(out.active, document);
        if (!added) out.left_out.push_back({document.sha256, std::move(added).error()});
    }
    return out;
}

}  // namespace assay::collector
