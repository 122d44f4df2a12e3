#include "collector/api/device_bundle.hpp"

#include "collector/bundle/bundled_list.hpp"
#include "collector/store/enrolments.hpp"
#include "collector/store/findings.hpp"
#include "collector/store/packs.hpp"
#include "collector/store/reference_documents.hpp"
#include "collector/store/reports.hpp"
#include "collector/store/runtime_states.hpp"
#include "collector/store/trust.hpp"

#include <algorithm>
#include <set>

namespace assay::api {
namespace {

std::unexpected<Error> not_there(std::string what) {
    return fail(Errc::not_found, "device", std::move(what));
}

Result<BundledReport> report_of(store::Database& db, const DeviceId& id) {
    auto interval = store::last_interval(db, id);
    if (!interval) return not_there("has no accepted report yet: wait for its first");
    store::StoredReport& last = interval->last;
    BundledReport out;
    if (last.binding.size() != out.nonce.size() + out.exporter.size()) {
        return not_there("its last report was accepted by a collector that kept no nonces: wait for its next");
    }
    std::ranges::copy_n(last.binding.begin(), std::ssize(out.nonce), out.nonce.begin());
    std::ranges::copy(std::span(last.binding).subspan(out.nonce.size()), out.exporter.begin());
    const auto attest = decode_quote_attest(last.attest);
    if (!attest) throw store::DatabaseBroken("a stored quote cannot be read: " + attest.error().message());
    out.asked = attest->selection;  // an accepted quote selects what was asked
    out.generation = interval->generation;
    out.accepted_at = last.accepted_at;
    out.report = {
        std::move(last.statement), std::move(last.attest), std::move(last.signature), std::move(interval->pcr_values),
        std::move(last.ima_tail)
    };
    return out;
}

Result<BundledEnrolment> enrolment_of(store::Database& db, const store::Device& device, std::uint64_t generation) {
    const auto row = store::find_enrolment(db, device.id, generation);
    const std::vector<store::StoredAk> aks = store::aks(db, device.id);
    const auto ak = std::ranges::find(aks, generation, &store::StoredAk::generation);
    if (!row || ak == aks.end()) throw store::DatabaseBroken("a reporting device has no enrolment");
    BundledEnrolment out;
    for (const store::StoredEndorsementKey& key : store::endorsement_keys(db, device.id)) {
        out.keys.endorsement_keys.push_back({key.public_area, key.certificate, 0});
    }
    out.keys.agent_version = row->agent_version;
    out.keys.chain = store::enrolment_chain(db, device.id);
    out.keys.ak_public = ak->public_area;
    out.keys.host = device.host;
    out.tier = row->tier;
    out.detail = row->detail;
    out.decision = name(row->decision);
    out.decided_by = row->decided_by;
    out.note = row->note;
    out.enrolled_at = row->enrolled_at;
    return out;
}

void put_documents(store::Database& db, Bundle& out) {
    const auto statement = decode_statement(as_text(out.report.report.statement));
    if (!statement) throw store::DatabaseBroken("a stored statement cannot be read: " + statement.error().message());
    for (const DocumentRef& ref : statement->documents) {
        if (ref.kind == DocumentKind::ima) continue;  // among the list's parts
        if (auto body = store::document_of(db, out.device, ref.sha256))
            out.documents.emplace(ref.sha256, *std::move(body));
    }
}

// Whether the parts replay from zero to where the collector's own replay stands.
bool from_the_beginning(const Bundle& bundle, const KnownImaList& known) {
    const auto list = BundledList::of(bundle.ima);
    if (!list || list->entries().size() < known.replay.count) return false;
    ImaReplay replay = start_replay(known.replay.value.alg());
    extend(replay, list->entries().first(known.replay.count), known.replay.extension.value_or(ImaExtension::own_hash));
    return replay.value == known.replay.value;
}

void put_list(store::Database& db, Bundle& out) {
    const auto state = store::runtime_state(db, out.device);
    if (!state) return;
    for (store::StoredImaSegment& one : store::ima_segments(db, out.device, state->list)) {
        out.ima.push_back({one.first, one.entries, std::move(one.body)});
    }
    out.ima_extension = state->list.replay.extension;
    out.ima_whole = from_the_beginning(out, state->list);
    if (!out.ima_whole) out.ima.clear();
}

// The approved ones of this maker and model, and the policies that they name.
void put_references(store::Database& db, Bundle& out) {
    const auto boot = store::device_boot(db, out.device);
    if (!boot) return;
    const auto put = [&out](const store::ReferenceDocument& one) {
        out.references.push_back(
            {one.kind == store::ReferenceKind::runtime_policy, one.body, one.decided_by, one.decided_at, one.note,
             one.signature}
        );
    };
    const auto approved = store::references_in_force(db);
    std::set<Sha256> policies;
    for (const store::ReferenceDocument& one : approved) {
        if (one.kind != store::ReferenceKind::boot_reference) continue;
        const auto reference = decode_boot_reference(one.body);
        if (!reference) throw store::DatabaseBroken("stored Reference Values cannot be read");
        if (reference->firmware.maker != boot->firmware.maker || reference->firmware.model != boot->firmware.model)
            continue;
        if (reference->runtime_policy) policies.insert(*reference->runtime_policy);
        put(one);
    }
    for (const store::ReferenceDocument& one : approved) {
        if (one.kind == store::ReferenceKind::runtime_policy && policies.contains(one.sha256)) put(one);
    }
}

void put_authorities(store::Database& db, Bundle& out) {
    for (store::TrustAnchor& one : store::trust_anchors(db)) out.authorities.push_back(std::move(one.der));
    std::ranges::sort(out.authorities, {}, [](const Bytes& der) { return sha256(der); });
}

AppraisedAxis axis_of(const VerdictState& state) {
    return {state.verdict, state.reason, state.detail};
}

void put_appraisal(store::Database& db, const store::Device& device, Bundle& out) {
    out.appraisal.boot = axis_of(device.standing.boot);
    out.appraisal.runtime = axis_of(device.standing.runtime);
    out.appraisal.proof = store::stored_proof(db, device);
    out.appraisal.checks = store::checks_of(db, device.id);
    if (device.judged_on.empty()) return;
    const auto day = Date::parse(device.judged_on);
    if (!day) throw store::DatabaseBroken("the day of a judgement is none");
    out.appraisal.judged_on = *day;
    for (const store::StoredFinding& one : store::findings_of(db, device.id)) out.appraisal.findings.push_back(one.id);
    std::ranges::sort(out.appraisal.findings);
    for (store::StoredPack& pack : store::active_packs(db)) out.packs.push_back(std::move(pack.text));
    std::ranges::sort(out.packs, {}, [](const std::string& text) { return sha256(text); });
}

}  // namespace

Result<Bundle> bundle_of(store::Database& db, const DeviceId& id, std::string made_by, UnixMillis now) {
    const auto device = store::find_device(db, id);
    if (!device) return not_there("no device has the id " + id.text());
    Bundle out;
    out.made_at = now;
    out.made_by = std::move(made_by);
    out.device = id;
    out.site = device->site;
    out.role = device->role;
    TRY(out.report, report_of(db, id));
    TRY(out.enrolment, enrolment_of(db, *device, out.report.generation));
    put_documents(db, out);
    put_list(db, out);
    put_references(db, out);
    put_authorities(db, out);
    put_appraisal(db, *device, out);
    return out;
}

}  // namespace assay::api
