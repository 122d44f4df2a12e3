#pragma once
// The table of the operator's routes: method, pattern, handler, how large a body may be, and what it does in a
// sentence. docs/API.md and docs/openapi.json are checked against it, and a test asks every one of them without a
// token.

#include "collector/api/operator_context.hpp"

#include <span>
#include <string_view>

namespace assay::api {

struct OperatorRoute {
    net::Method method;
    std::string_view pattern;
    OperatorHandler handler;
    std::size_t body_bytes;  // 0: none
    std::string_view summary;
};
std::span<const OperatorRoute> operator_routes();
// Routes of the dashboard's sessions: they ask for no token, because they are how a page comes to stand for one
// (collector/api/operator_session.hpp).
std::span<const OperatorRoute> session_routes();

// operator_changes.cpp
net::Response get_changes(const OperatorContext& context, const OperatorRequest& request);
// operator_device_list.cpp
net::Response get_devices(const OperatorContext& context, const OperatorRequest& request);
net::Response get_device_facets(const OperatorContext& context, const OperatorRequest& request);
// operator_devices.cpp
net::Response get_device(const OperatorContext& context, const OperatorRequest& request);
net::Response patch_device(const OperatorContext& context, const OperatorRequest& request);
net::Response get_device_inventory(const OperatorContext& context, const OperatorRequest& request);
// operator_documents.cpp
net::Response get_device_modules(const OperatorContext& context, const OperatorRequest& request);
net::Response get_device_firmware(const OperatorContext& context, const OperatorRequest& request);
// operator_bundle.cpp
net::Response get_device_bundle(const OperatorContext& context, const OperatorRequest& request);
// operator_parts.cpp
net::Response get_components(const OperatorContext& context, const OperatorRequest& request);
net::Response get_device_components(const OperatorContext& context, const OperatorRequest& request);
net::Response get_findings(const OperatorContext& context, const OperatorRequest& request);
net::Response get_device_findings(const OperatorContext& context, const OperatorRequest& request);
// operator_identities.cpp
net::Response get_conflicts(const OperatorContext& context, const OperatorRequest& request);
net::Response get_unknown_identifiers(const OperatorContext& context, const OperatorRequest& request);
// operator_item_list.cpp
net::Response get_worklist(const OperatorContext& context, const OperatorRequest& request);
net::Response get_item_facets(const OperatorContext& context, const OperatorRequest& request);
// operator_worklist.cpp
net::Response get_item(const OperatorContext& context, const OperatorRequest& request);
net::Response post_transition(const OperatorContext& context, const OperatorRequest& request);
// operator_enrolments.cpp
net::Response get_enrolments(const OperatorContext& context, const OperatorRequest& request);
net::Response post_approve(const OperatorContext& context, const OperatorRequest& request);
net::Response post_reject(const OperatorContext& context, const OperatorRequest& request);
// operator_session.cpp
net::Response post_session(const OperatorContext& context, const OperatorRequest& request);
net::Response get_session(const OperatorContext& context, const OperatorRequest& request);
net::Response delete_session(const OperatorContext& context, const OperatorRequest& request);
// operator_trust.cpp
net::Response get_trust_anchors(const OperatorContext& context, const OperatorRequest& request);
net::Response post_trust_anchors(const OperatorContext& context, const OperatorRequest& request);
net::Response delete_trust_anchor(const OperatorContext& context, const OperatorRequest& request);
// operator_references.cpp
net::Response get_references(const OperatorContext& context, const OperatorRequest& request);
net::Response post_references(const OperatorContext& context, const OperatorRequest& request);
net::Response get_reference(const OperatorContext& context, const OperatorRequest& request);
net::Response post_reference_approve(const OperatorContext& context, const OperatorRequest& request);
net::Response post_reference_retire(const OperatorContext& context, const OperatorRequest& request);
// operator_import.cpp
net::Response post_inventory(const OperatorContext& context, const OperatorRequest& request);
// operator_overview.cpp
net::Response get_overview(const OperatorContext& context, const OperatorRequest& request);
net::Response get_packs(const OperatorContext& context, const OperatorRequest& request);
net::Response get_attempts(const OperatorContext& context, const OperatorRequest& request);
net::Response get_reasons(const OperatorContext& context, const OperatorRequest& request);

}  // namespace assay::api
