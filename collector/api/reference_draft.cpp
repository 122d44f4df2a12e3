#include "collector/api/reference_draft.hpp"

#include "base/encoding.hpp"
#include "base/fields.hpp"
#include "base/text.hpp"
#include "collector/api/ima_entries.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/store/devices.hpp"
#include "collector/store/reports.hpp"
#include "collector/verifier/boot/learn_reference.hpp"
#include "collector/verifier/replayed_log.hpp"
#include "collector/verifier/runtime/read_runtime_policy.hpp"
#include "evidence/limits.hpp"

namespace assay::api {
namespace {

// JSON escapes every quote and line end of a policy's text.
constexpr std::size_t body_bytes = 2 * limits::runtime_policy_bytes + (16U << 10U);

// What the device's last accepted report says of its boot.
Result<MeasuredBoot> last_boot(store::Database& db, const DeviceId& device) {
    const auto interval = store::last_interval(db, device);
    const auto named = store::device_boot(db, device);
    if (!interval || !named) {
        return fail(Errc::not_found, "learn", "has no accepted report of an inventory yet: let it report first");
    }
    TRY(const Statement statement, decode_statement(as_text(interval->last.statement)));
    TRY(const QuoteAttest attest, decode_quote_attest(interval->last.attest));
    const DocumentRef* ref = find_document(statement, DocumentKind::event_log);
    if (ref == nullptr) {
        return fail(
            Errc::not_found, "learn",
            "its last report brought no event log: `assay-agent doctor` on the device says whether it has one"
        );
    }
    const auto bytes = store::document_of(db, device, ref->sha256);
    if (!bytes) throw store::DatabaseBroken("an event log that the device gave is gone");
    const auto log = read_boot_log(*bytes);
    const PcrBankSelection& bank = attest.selection.front();
    const LogComparison compared = compare_log(*log, bank, interval->pcr_values);
    if (compared.unproven) {
        return fail(
            Errc::mismatch, "learn",
            "nothing is learned from its event log (" + compared.unproven->reason + "): " + compared.unproven->detail
        );
    }
    return measured_boot(*log, bank.bank, interval->pcr_values, compared.proven, named->firmware);
}

Result<BootReference> known_values(store::Database& db, const Sha256& sha256) {
    const auto document = store::find_reference_document(db, sha256);
    if (!document || document->kind != store::ReferenceKind::boot_reference) {
        return fail(
            Errc::not_found, "extend", "no Reference Values have this SHA-256: `assay reference list` has them all"
        );
    }
    auto decoded = decode_boot_reference(document->body);
    if (!decoded) throw store::DatabaseBroken("stored Reference Values cannot be read");
    return decoded;
}

// Where its package puts the agent, and where it keeps what it is about to send: as root it reads that back, which
// ima_policy=tcb measures, and it is another each time.
constexpr const char* agent_path = "/usr/bin/assay-agent";
constexpr const char* agent_state = "/var/lib/assay-agent/*";

// A policy that accepts what this device has run since it booted, by the entries that its quotes covered.
Result<ReferenceDraft> learned_policy(store::Database& db, const ReferenceAddition& addition) {
    const auto state = store::runtime_state(db, *addition.learn);
    if (!state || !state->list.proven) {
        return fail(
            Errc::not_found, "learn",
            "no quote has covered an IMA list of this device yet: boot it with a measurement policy and let it report"
        );
    }
    const auto entries = kept_ima_entries(store::ima_segments(db, *addition.learn, state->list), state->list);
    if (!entries) {
        return fail(Errc::not_found, "learn", "not all of its IMA list is kept: restart the device first");
    }
    RuntimePolicyDocument document;
    document.id = "learned-" + addition.learn->text().substr(0, 12);
    document.title =
        addition.name.empty() ? "What " + addition.learn->text().substr(0, 12) + " has run" : addition.name;
    document.agents = {agent_path};
    document.excludes = {agent_state};
    ReferenceDraft out;
    auto learned = learn_entries(document, *entries);
    if (!learned) return fail(learned.error().code, "learn", learned.error().message());
    out.learned = *learned;
    out.body = encode_runtime_policy(document);
    if (out.body.size() > limits::runtime_policy_bytes) {
        return fail(
            Errc::limit_exceeded, "learn",
            "what it has run makes a policy of more than " + std::to_string(limits::runtime_policy_bytes >> 20U) +
                " MiB: have the device measure less, or write a policy with signers"
        );
    }
    return out;
}

Result<ReferenceDraft> policy_draft(store::Database& db, const ReferenceAddition& addition) {
    ReferenceDraft out;
    if (addition.learn) {
        TRY(out, learned_policy(db, addition));
    } else {
        out.body = addition.policy;
    }
    TRY(const RuntimePolicy read, read_runtime_policy(out.body, addition.learn ? "learn" : "policy"));
    out.name = addition.name.empty() ? read.title() : addition.name;
    return out;
}

Result<BootReference> made(store::Database& db, const ReferenceAddition& addition) {
    BootReference out;
    if (addition.document) {
        out = *addition.document;
    } else {
        TRY(const MeasuredBoot boot, last_boot(db, *addition.learn));
        const std::string name = clean_text(text(boot.firmware), limits::text_bytes);
        out = learn_reference(boot, addition.name.empty() ? name : addition.name);
    }
    if (!addition.extend) return out;
    TRY(const BootReference known, known_values(db, *addition.extend));
    auto merged = merge_reference(known, out, addition.until);
    if (!merged) return fail(merged.error().code, "extend", merged.error().message());
    if (!addition.name.empty()) merged->name = addition.name;
    return merged;
}

}  // namespace

Result<ReferenceAddition> read_addition(const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const json::Value body, body_of(request, body_bytes));
    Fields f(body, "body");
    ReferenceAddition out;
    if (const auto learn = f.hex32_if("learn")) out.learn = DeviceId{*learn};
    const json::Value* document = f.any("document");
    const json::Value* policy = f.any("policy");  // lines: text() takes none
    if (f.boolean_if("runtime").value_or(false)) out.kind = store::ReferenceKind::runtime_policy;
    out.runtime_policy = f.hex32_if("runtime_policy");
    out.name = f.text_if("name", limits::text_bytes).value_or("");
    out.extend = f.hex32_if("extend");
    out.until = f.date_if("until");
    out.note = f.text_if("note", note_bytes).value_or("");
    CHECK_OK(f.finish());
    if (int{out.learn.has_value()} + int{document != nullptr} + int{policy != nullptr} != 1) {
        return fail(Errc::missing_field, "learn", "give one of `learn`, a device's id, `document` and `policy`");
    }
    if (policy != nullptr) {
        if (!policy->is_string()) return fail(Errc::wrong_type, "policy", "is no text: give the TOML as a string");
        out.policy = std::string(policy->get_string());
        out.kind = store::ReferenceKind::runtime_policy;
    }
    const bool of_boot = document != nullptr || out.extend || out.runtime_policy;
    if (of_boot && out.kind == store::ReferenceKind::runtime_policy) {
        return fail(Errc::bad_value, "runtime", "`document`, `extend` and `runtime_policy` are of boots: leave it out");
    }
    if (out.until && !out.extend) return fail(Errc::bad_value, "until", "goes with `extend`");
    if (document != nullptr) {
        TRY(out.document, decode_boot_reference(json::canonical(*document), "document"));
    }
    if (!out.note.empty()) CHECK_OK(check_words(out.note, "note", note_bytes));
    return out;
}

Result<ReferenceDraft> make_draft(store::Database& db, const ReferenceAddition& addition) {
    if (addition.learn && !store::find_device(db, *addition.learn)) {
        return fail(Errc::not_found, "learn", "no device has the id " + addition.learn->text());
    }
    if (addition.kind == store::ReferenceKind::runtime_policy) return policy_draft(db, addition);
    TRY(BootReference reference, made(db, addition));
    if (addition.runtime_policy) {
        const auto policy = store::find_reference_head(db, *addition.runtime_policy);
        if (!policy || policy->kind != store::ReferenceKind::runtime_policy) {
            return fail(
                Errc::not_found, "runtime_policy",
                "no runtime policy has this SHA-256: `assay reference list` has them all"
            );
        }
        reference.runtime_policy = addition.runtime_policy;
    }
    ReferenceDraft out{encode_boot_reference(reference), reference.name, std::nullopt};
    CHECK_OK(decode_boot_reference(out.body, addition.learn ? "learn" : "document"));
    return out;
}

}  // namespace assay::api
