// Reference Values: learned from a device that a person trusts, looked at, approved, and retired. Only what is approved
// accepts anything.

#include "base/encoding.hpp"
#include "base/fields.hpp"
#include "collector/api/operator_json.hpp"
#include "collector/api/operator_query.hpp"
#include "collector/api/operator_routes.hpp"
#include "collector/store/reference_documents.hpp"
#include "collector/store/reports.hpp"
#include "collector/store/runtime_states.hpp"
#include "collector/verifier/boot/learn_reference.hpp"
#include "collector/verifier/replayed_log.hpp"
#include "collector/verifier/runtime/learn_runtime_policy.hpp"
#include "collector/verifier/runtime/read_runtime_policy.hpp"
#include "evidence/limits.hpp"
#include "evidence/runtime/ima_list.hpp"

#include <tuple>

namespace assay::api {
namespace {

constexpr std::size_t note_bytes = 2'000;

json::Object reference_value(const store::ReferenceDocument& document) {
    json::Object out{{"sha256", to_hex(document.sha256)},
                     {"kind", name(document.kind)},
                     {"name", document.name},
                     {"state", name(document.state)},
                     {"added_by", document.added_by},
                     {"added_at", to_rfc3339(document.added_at)},
                     {"decided_by", document.decided_by},
                     {"note", document.note}};
    out["learned_from"] = document.learned_from ? json::Value(document.learned_from->text()) : json::Value();
    out["decided_at"] = document.decided_at ? json::Value(to_rfc3339(*document.decided_at)) : json::Value();
    return out;
}

// What the device's last accepted report says of its boot.
Result<MeasuredBoot> last_boot(store::Database& db, const DeviceId& device) {
    const auto interval = store::last_interval(db, device);
    const auto named = store::device_boot(db, device);
    if (!interval || !named) return fail(Errc::not_found, "device", "has no accepted report of an inventory yet");
    TRY(const Statement statement, decode_statement(as_text(interval->last.statement)));
    TRY(const QuoteAttest attest, decode_quote_attest(interval->last.attest));
    const DocumentRef* ref = find_document(statement, DocumentKind::event_log);
    if (ref == nullptr) return fail(Errc::not_found, "device", "its last report brought no event log");
    const auto bytes = store::document_of(db, device, ref->sha256);
    if (!bytes) throw store::DatabaseBroken("an event log that the device gave is gone");
    const auto log = read_boot_log(*bytes);
    const PcrBankSelection& bank = attest.selection.front();
    const LogComparison compared = compare_log(*log, bank, interval->pcr_values);
    if (compared.failure) {
        return fail(Errc::mismatch, "device", "its event log is not this boot's: " + compared.failure->detail);
    }
    return measured_boot(*log, bank.bank, interval->pcr_values, compared.proven, named->firmware);
}

Result<BootReference> boot_reference_of(store::Database& db, const Sha256& sha256, std::string_view where) {
    const auto document = store::find_reference_document(db, sha256);
    if (!document || document->kind != store::ReferenceKind::boot_reference) {
        return fail(Errc::not_found, std::string(where), "no Reference Values have this SHA-256");
    }
    auto decoded = decode_boot_reference(document->body);
    if (!decoded) throw store::DatabaseBroken("stored Reference Values cannot be read");
    return decoded;
}

struct Addition {
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

Result<Addition> read_addition(const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const json::Value body, body_of(request, limits::reference_bytes + (16U << 10U)));
    Fields f(body, "body");
    Addition out;
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
        if (!policy->is_string()) return fail(Errc::wrong_type, "policy", "is no text");
        out.policy = std::string(policy->get_string());
        out.kind = store::ReferenceKind::runtime_policy;
    }
    const bool of_boot = document != nullptr || out.extend || out.runtime_policy;
    if (of_boot && out.kind == store::ReferenceKind::runtime_policy) {
        return fail(Errc::bad_value, "runtime", "`document`, `extend` and `runtime_policy` are of boots");
    }
    if (out.until && !out.extend) return fail(Errc::bad_value, "until", "goes with `extend`");
    if (document != nullptr) {
        TRY(out.document, decode_boot_reference(json::canonical(*document)));
    }
    if (!out.note.empty()) CHECK_OK(check_words(out.note, "note", note_bytes));
    return out;
}

std::string default_name(const FirmwareModel& firmware) {
    const std::string out = firmware.maker + " " + firmware.model + ", firmware " + firmware.version;
    return out.substr(0, limits::text_bytes);
}

// Where its package puts the agent, and where it keeps what it is about to send: as root it reads that back, which
// ima_policy=tcb measures, and it is another each time.
constexpr const char* agent_path = "/usr/bin/assay-agent";
constexpr const char* agent_state = "/var/lib/assay-agent/*";

// A policy that accepts what this device has run since it booted, by the entries that its quotes covered.
Result<std::string> learned_policy(store::Database& db, const Addition& addition) {
    const auto state = store::runtime_state(db, *addition.learn);
    if (!state || !state->list.proven) {
        return fail(Errc::not_found, "learn", "no quote has covered an IMA list of this device yet");
    }
    RuntimePolicyDocument out;
    out.id = "learned-" + addition.learn->text().substr(0, 12);
    out.title = addition.name.empty() ? "What " + addition.learn->text().substr(0, 12) + " has run" : addition.name;
    out.agents = {agent_path};
    out.excludes = {agent_state};
    std::uint64_t next = 0;
    for (const store::StoredImaSegment& segment : store::ima_segments(db, *addition.learn, state->list)) {
        ImaList list = decode_ima_list(segment.body);
        if (segment.first != next || list.broken || list.entries.size() < segment.entries) {
            return fail(Errc::not_found, "learn", "not all of its IMA list is kept: restart the device first");
        }
        list.entries.erase(list.entries.begin() + static_cast<std::ptrdiff_t>(segment.entries), list.entries.end());
        TRY([[maybe_unused]] const Learned learned, learn_entries(out, list.entries));
        next += segment.entries;
    }
    return encode_runtime_policy(out);
}

Result<BootReference> made(store::Database& db, const Addition& addition) {
    BootReference out;
    if (addition.document) {
        out = *addition.document;
    } else {
        TRY(const MeasuredBoot boot, last_boot(db, *addition.learn));
        out = learn_reference(boot, addition.name.empty() ? default_name(boot.firmware) : addition.name);
    }
    if (!addition.extend) return out;
    TRY(const BootReference known, boot_reference_of(db, *addition.extend, "extend"));
    TRY(BootReference merged, merge_reference(known, out, addition.until));
    if (!addition.name.empty()) merged.name = addition.name;
    return merged;
}

// The document's text and its name. What was put together must be what a person could have given.
Result<std::pair<std::string, std::string>> written(store::Database& db, const Addition& addition) {
    if (addition.kind == store::ReferenceKind::runtime_policy) {
        std::string policy = addition.policy;
        if (addition.learn) {
            TRY(policy, learned_policy(db, addition));
        }
        TRY(const RuntimePolicy read, read_runtime_policy(policy, "policy"));
        return std::pair(std::move(policy), addition.name.empty() ? read.title() : addition.name);
    }
    TRY(BootReference reference, made(db, addition));
    if (addition.runtime_policy) {
        const auto policy = store::find_reference_document(db, *addition.runtime_policy);
        if (!policy || policy->kind != store::ReferenceKind::runtime_policy) {
            return fail(Errc::not_found, "runtime_policy", "no runtime policy has this SHA-256");
        }
        reference.runtime_policy = addition.runtime_policy;
    }
    std::string text = encode_boot_reference(reference);
    CHECK_OK(decode_boot_reference(text));
    return std::pair(std::move(text), reference.name);
}

Result<json::Object> add(const OperatorContext& context, const OperatorRequest& request) {
    TRY(const Addition addition, read_addition(request));
    return context.store.write([&](store::Database& db) -> Result<json::Object> {
        store::ReferenceDocument document;
        document.kind = addition.kind;
        TRY(std::tie(document.body, document.name), written(db, addition));
        document.sha256 = sha256(document.body);
        document.learned_from = addition.learn;
        document.added_by = request.actor;
        document.added_at = db.now();
        document.note = addition.note;
        const bool added = store::add_reference_document(db, document);
        const auto kept = store::find_reference_document(db, document.sha256);
        json::Object out = reference_value(*kept);
        out["added"] = added;
        return out;
    });
}

Result<json::Object> list(const OperatorContext& context, const OperatorRequest& request) {
    QueryReader query(request.http.query);
    const auto state = query.word<store::ReferenceState>("state", &store::reference_state_named);
    CHECK_OK(query.finish());
    return context.store.read([state](store::Database& db) {
        json::Array items;
        for (const auto& one : store::reference_documents(db, state)) items.push_back(reference_value(one));
        return page_of(db.now(), std::move(items), "");
    });
}

Result<json::Object> show(const OperatorContext& context, const OperatorRequest& request) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const Sha256 hash, from_hex_array<32>(request.params.at("sha256"), "sha256"));
    return context.store.read([&hash](store::Database& db) -> Result<json::Object> {
        const auto document = store::find_reference_document(db, hash);
        if (!document) return fail(Errc::not_found, "sha256", "no Reference Values have this SHA-256");
        json::Object out = reference_value(*document);
        if (document->kind == store::ReferenceKind::runtime_policy) {
            out["document"] = json::Object{{"toml", document->body}};
            return out;
        }
        auto body = json::parse(document->body, {.max_bytes = limits::reference_bytes}, "reference");
        if (!body) throw store::DatabaseBroken("stored Reference Values are no JSON");
        out["document"] = *std::move(body);
        return out;
    });
}

Result<json::Object> decide(
    const OperatorContext& context, const OperatorRequest& request, store::ReferenceState state
) {
    CHECK_OK(no_parameters(request.http.query));
    TRY(const Sha256 hash, from_hex_array<32>(request.params.at("sha256"), "sha256"));
    TRY(const json::Value body, body_of(request, 16U << 10U));
    Fields f(body, "body");
    const std::string note = f.text("note", note_bytes);
    CHECK_OK(f.finish());
    CHECK_OK(check_words(note, "note", note_bytes));
    auto out = context.store.write([&](store::Database& db) -> Result<json::Object> {
        if (!store::decide_reference_document(db, hash, state, request.actor, note, {}, db.now())) {
            return fail(Errc::not_found, "sha256", "no Reference Values have this SHA-256");
        }
        return reference_value(*store::find_reference_document(db, hash));
    });
    if (out && context.references_changed) context.references_changed();
    return out;
}

}  // namespace

net::Response get_references(const OperatorContext& context, const OperatorRequest& request) {
    return answer(list(context, request));
}

net::Response post_references(const OperatorContext& context, const OperatorRequest& request) {
    return answer(add(context, request));
}

net::Response get_reference(const OperatorContext& context, const OperatorRequest& request) {
    return answer(show(context, request));
}

net::Response post_reference_approve(const OperatorContext& context, const OperatorRequest& request) {
    return answer(decide(context, request, store::ReferenceState::approved));
}

net::Response post_reference_retire(const OperatorContext& context, const OperatorRequest& request) {
    return answer(decide(context, request, store::ReferenceState::retired));
}

}  // namespace assay::api
