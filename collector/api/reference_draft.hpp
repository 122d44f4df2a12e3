#pragma once
// Drafts of Reference Values and runtime policies: what an operator asks for, and the document that it comes to,
// learned from a device or given. Reads the store; writes nothing.

#include "collector/api/operator_context.hpp"
#include "collector/store/reference_documents.hpp"
#include "collector/verifier/boot/boot_reference.hpp"
#include "collector/verifier/runtime/learn_runtime_policy.hpp"

#include <optional>
#include <string>

namespace assay::api {

struct ReferenceAddition {
    store::ReferenceKind kind = store::ReferenceKind::boot_reference;
    std::optional<DeviceId> learn;  // from this device
    std::optional<BootReference> document;
    std::string policy;                    // a runtime policy's text, or ""
    std::optional<Sha256> runtime_policy;  // to be named by what is learned or given
    std::string name;
    std::optional<Sha256> extend;
    std::optional<Date> until;
    std::string note;
};
// Of the request's body. Errors name its fields.
Result<ReferenceAddition> read_addition(const OperatorRequest& request);

struct ReferenceDraft {
    std::string body;
    std::string name;
    std::optional<Learned> learned;  // of what a device has run
};
// What was put together is what a person could have given: its reader takes it.
Result<ReferenceDraft> make_draft(store::Database& db, const ReferenceAddition& addition);

}  // namespace assay::api
