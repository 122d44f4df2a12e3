#include "collector/reference_rules.hpp"

#include "base/encoding.hpp"
#include "collector/store/reference_documents.hpp"
#include "collector/verifier/runtime/read_runtime_policy.hpp"

namespace assay::collector {

Result<api::ActiveReferences> load_references(store::Database& db) {
    api::ActiveReferences out;
    for (const store::ReferenceDocument& document : store::reference_documents(db, store::ReferenceState::approved)) {
        if (document.kind == store::ReferenceKind::runtime_policy) {
            auto policy = read_runtime_policy(document.body, "runtime policy " + to_hex(document.sha256));
            if (!policy) return fail(policy.error());
            out.runtime.emplace(document.sha256, std::make_shared<const RuntimePolicy>(*std::move(policy)));
            continue;
        }
        auto decoded = decode_boot_reference(document.body);
        if (!decoded || sha256(document.body) != document.sha256) {
            return fail(
                Errc::bad_value, "reference " + to_hex(document.sha256),
                decoded ? "does not hash to its name" : decoded.error().message()
            );
        }
        out.boot.push_back({document.sha256, *std::move(decoded)});
    }
    return out;
}

}  // namespace assay::collector
