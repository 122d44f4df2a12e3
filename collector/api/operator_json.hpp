#pragma once
// What the operator's API shows, as JSON: one function for each kind of thing, so that a list and a single answer show
// the same. docs/API.md and docs/openapi.json describe the fields. Texts of devices were cleaned when they were read;
// whoever shows them escapes them for where they are shown.

#include "base/json.hpp"
#include "collector/store/attempts.hpp"
#include "collector/store/changes.hpp"
#include "collector/store/device_lists.hpp"
#include "collector/store/identities.hpp"
#include "collector/store/operator_lists.hpp"
#include "collector/store/packs.hpp"
#include "collector/store/trust.hpp"
#include "collector/store/worklist_items.hpp"
#include "collector/verifier/standing.hpp"
#include "collector/worklist/item.hpp"

#include <optional>
#include <span>

namespace assay::api {

// What the store keeps as JSON was written by this program: DatabaseBroken when it cannot be read.
json::Value stored_json(std::string_view text);
json::Value time_value(const std::optional<UnixMillis>& time);  // null when there is none
json::Object reason_value(Reason reason, std::string_view detail);

json::Object device_value(const store::Device& device, const TrustRequirement& requirement, UnixMillis now);
json::Object device_row_value(const store::DeviceRow& row, const TrustRequirement& requirement, UnixMillis now);
json::Array checks_value(std::span<const CheckResult> checks);
json::Array sources_value(std::span<const SourceReport> sources, bool with_covered);
json::Object component_value(const store::ComponentRow& row);
json::Object finding_value(const store::FindingRow& row);
json::Object conflict_value(const store::ConflictRow& row);
json::Object unknown_value(const store::UnknownRow& row);
json::Object item_value(const worklist::Item& item, const store::Owner& owner);
json::Array item_events_value(std::span<const store::ItemEvent> events);
json::Object change_value(const store::ChangeRow& row);
// {"as_of", "facets", "more"}: the values of each facet, and the names of those that have more.
using NamedFacet = std::pair<std::string_view, const store::Facet*>;
json::Object facets_value(UnixMillis as_of, std::span<const NamedFacet> facets);
json::Object enrolment_value(const store::EnrolmentRow& row);
json::Object attempt_value(const store::Attempt& attempt);
json::Object pack_value(const store::StoredPack& pack);
json::Object anchor_value(const store::TrustAnchor& anchor);

}  // namespace assay::api
