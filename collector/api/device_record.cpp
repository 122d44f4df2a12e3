#include "collector/api/device_record.hpp"

#include "collector/api/stored_item.hpp"
#include "collector/store/worklist_items.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace assay::api {
namespace {

std::string today(UnixMillis now) {
    return Date::of(now).text();
}

bool same_axis(const VerdictState& a, const VerdictState& b) {
    return a.verdict == b.verdict && a.reason == b.reason && a.detail == b.detail;
}

bool same_standing(const Standing& a, const Standing& b) {
    return a.lifecycle == b.lifecycle && same_axis(a.identity, b.identity) && same_axis(a.boot, b.boot) &&
           same_axis(a.runtime, b.runtime);
}

bool same_words(const LastReport& last, const Statement& statement) {
    return last.documents == statement.documents && last.host == statement.host && last.root == statement.root;
}

ProofLevel proof_of(const AcceptedReport& report) {
    if (report.facts.replayed()) return ProofLevel::declared;
    return report.attested_os ? ProofLevel::attested_os : ProofLevel::reported;
}

bool judged_as_now(const store::Device& device, const PolicyContext& context) {
    return device.judged_by == context.packs.fingerprint && device.judged_on == today(context.now);
}

// What the device gave earlier was decoded then: it can be read again or the database is broken.
Bytes stored_document(store::Database& db, const DeviceId& device, const DocumentRef& ref) {
    auto body = store::document_of(db, device, ref.sha256);
    if (!body) throw store::DatabaseBroken("a document that the device gave is gone");
    return *std::move(body);
}

template <class T>
T decoded(Result<T> document) {
    if (!document) throw store::DatabaseBroken("a stored document cannot be read: " + document.error().message());
    return *std::move(document);
}

Inventory inventory_of(store::Database& db, const AcceptedReport& report) {
    if (report.facts.new_inventory()) return *report.facts.new_inventory();
    const DocumentRef* ref = find_document(report.facts.statement(), DocumentKind::inventory);
    return decoded(decode_inventory(as_text(stored_document(db, report.facts.device(), *ref))));
}

Placement placement_of(store::Database& db, const AcceptedReport& report, const DocumentRef* ref) {
    if (ref == nullptr) return {};
    if (report.facts.new_placement()) return *report.facts.new_placement();
    return decoded(decode_placement(as_text(stored_document(db, report.facts.device(), *ref))));
}

store::StoredReport stored_report(const AcceptedReport& report, const Bytes& binding, UnixMillis now) {
    const VerifiedQuote& quote = report.facts.quote();
    return {quote.statement_bytes(), quote.quote_bytes(), quote.signature_bytes(), now, binding, quote.ima_tail()};
}

void note_axis(
    std::vector<store::DeviceEvent>& events, std::string_view axis, std::string_view before, Reason reason_before,
    std::string_view after, Reason reason, UnixMillis now
) {
    if (before == after && reason_before == reason) return;
    events.push_back(
        {0, now, "appraisal", "collector",
         fmt::format("{}: {} ({}), was {} ({})", axis, after, word(reason), before, word(reason_before))}
    );
}

// Items of other devices whose unit this inventory holds.
void look_for_units(
    store::Database& db, const DeviceId& device, const Inventory& inventory, UnixMillis now,
    std::vector<worklist::Change>& changes
) {
    for (const Component& component : inventory.components) {
        for (const std::string& trait : worklist::traits(worklist::part_of(component))) {
            for (const store::StoredItem& stored : store::items_with_trait(db, trait, device)) {
                if (std::ranges::find(changes, stored.id, [](const auto& one) { return one.item.id; }) != changes.end())
                    continue;
                if (auto change = worklist::on_sighting(item_of(stored), device, component, now)) {
                    changes.push_back(*std::move(change));
                }
            }
        }
    }
}

worklist::Facts worklist_facts(
    const KnownDevice& known, const AcceptedReport& report, const Inventory& inventory, UnixMillis now
) {
    worklist::Facts out;
    out.at = now;
    out.quoted = true;
    out.replayed = report.facts.replayed();
    out.generation = known.device.generation;
    out.clock = report.facts.quote().attest().clock;
    out.agent_version = report.facts.statement().agent_version;
    out.boot_accepted = report.standing.boot.verdict == Verdict::affirming;
    out.inventory = &inventory;
    return out;
}

void put_interval(
    ReportRecord& out, const KnownDevice& known, const AcceptedReport& report, const Bytes& binding, UnixMillis now
) {
    const VerifiedQuote& quote = report.facts.quote();
    store::ReportInterval& interval = out.interval;
    interval.selection = text(quote.attest().selection);
    interval.pcr_digest = quote.attest().pcr_digest;
    out.opens_interval = !known.last || known.last->selection != interval.selection ||
                         !same_bytes(known.last->pcr_digest, interval.pcr_digest) ||
                         known.last->documents != report.facts.statement().documents;
    interval.number = known.last ? known.last->interval + (out.opens_interval ? 1 : 0) : 1;
    interval.generation = known.device.generation;
    interval.reports = 1;
    interval.last = stored_report(report, binding, now);
    if (!out.opens_interval) return;
    interval.first = interval.last;
    interval.pcr_values = quote.pcr_values();
}

void put_documents(ReportRecord& out, const AcceptedReport& report, const AskedDocuments& uploads) {
    const std::vector<KnownDocument>& fresh = report.facts.new_documents();
    for (const KnownDocument& document : fresh) {
        out.given.push_back({document, uploads.given().at(document.ref.sha256)});
    }
    if (!out.opens_interval) return;
    for (const DocumentRef& ref : report.facts.statement().documents) {
        if (ref.kind == DocumentKind::ima) continue;  // kept with the list of its boot
        if (std::ranges::find(fresh, ref, &KnownDocument::ref) == fresh.end()) out.used.push_back(ref.sha256);
    }
}

// Kept is all of the list or nothing. After a kexec the entries of before are in no list any more, and they ran, too.
std::optional<std::uint64_t> kept_after(const KnownDevice& known, const ImaEvidence& ima) {
    if (ima.after_kexec()) return std::nullopt;
    const bool goes_on = !ima.begins_anew() && known.runtime;
    const std::optional<std::uint64_t> before = goes_on ? known.runtime->kept_bytes : std::optional<std::uint64_t>(0);
    if (!before || !ima.growth()) return before;
    const std::uint64_t after = *before + ima.growth()->bytes;
    return after > store::ima_kept_bytes ? std::nullopt : std::optional(after);
}

// How far the IMA list is known and judged, when that is another than before.
std::optional<store::RuntimeState> runtime_to_keep(const KnownDevice& known, const AcceptedReport& report) {
    if (report.ima.known()) {
        return store::RuntimeState{*report.ima.known(), report.progress, kept_after(known, report.ima), ""};
    }
    if (!known.runtime || !report.progress || known.runtime->progress == report.progress) return std::nullopt;
    return store::RuntimeState{known.runtime->list, report.progress, known.runtime->kept_bytes, ""};
}

void put_ima_list(
    ReportRecord& out, const KnownDevice& known, const AcceptedReport& report, const AskedDocuments& uploads
) {
    const ImaEvidence& ima = report.ima;
    out.runtime = runtime_to_keep(known, report);
    if (!ima.known()) return;
    out.drops_ima_list = ima.begins_anew() || !out.runtime->kept_bytes;
    const DocumentRef* ref = find_document(report.facts.statement(), DocumentKind::ima);
    if (ref == nullptr || !ima.growth() || !out.runtime->kept_bytes) return;
    const ImaGrowth& growth = *ima.growth();
    const ByteView body = ByteView(uploads.given().at(ref->sha256)).subspan(growth.at, growth.bytes);
    out.ima_segment = store::StoredImaSegment{growth.first, growth.entries, to_bytes(body)};
}

}  // namespace

Bytes binding_of(const IssuedChallenge& challenge, const TlsExporter& exporter) {
    Bytes out(challenge.nonce.begin(), challenge.nonce.end());
    out.insert(out.end(), exporter.begin(), exporter.end());
    return out;
}

std::vector<store::DeviceEvent> standing_events(const Standing& before, const Standing& after, UnixMillis now) {
    std::vector<store::DeviceEvent> out;
    note_axis(
        out, "lifecycle", name(before.lifecycle.state), before.lifecycle.reason, name(after.lifecycle.state),
        after.lifecycle.reason, now
    );
    const auto note = [&out, now](std::string_view axis, const VerdictState& a, const VerdictState& b) {
        note_axis(out, axis, name(a.verdict), a.reason, name(b.verdict), b.reason, now);
    };
    note("identity", before.identity, after.identity);
    note("boot", before.boot, after.boot);
    note("runtime", before.runtime, after.runtime);
    return out;
}

bool is_heartbeat(const KnownDevice& known, const AcceptedReport& report, const PolicyContext& context) {
    const QuoteAttest& attest = report.facts.quote().attest();
    return known.last && !known.watched && known.boot && known.boot->proof == proof_of(report) &&
           same_words(*known.last, report.facts.statement()) && same_bytes(known.last->pcr_digest, attest.pcr_digest) &&
           text(attest.selection) == known.last->selection && report.facts.new_documents().empty() &&
           !runtime_to_keep(known, report) && known.checks == report.appraisal.checks() &&
           same_standing(known.device.standing, report.standing) && judged_as_now(known.device, context);
}

void advance_known(KnownDevice& known, const AcceptedReport& report) {
    ++known.device.epoch;
    known.device.standing = report.standing;
    known.history.last = LastClock{report.facts.quote().attest().clock, *report.standing.reported_at};
    known.history.last_attest = report.facts.attest_sha256();
    known.history.last_previous = report.facts.statement().previous;
    known.history.last_sequence = report.facts.statement().sequence;
}

JudgedRecord judge_stored(
    store::Database& db, const store::Device& device, const Inventory& inventory, const worklist::Facts& facts,
    ProofLevel proof, bool look_elsewhere, const PolicyContext& context
) {
    DeviceFacts about;
    about.device = device.id.text();
    about.site = device.site;
    about.role = device.role;
    about.proof = proof;
    const Date as_of = Date::of(context.now);
    PolicyJudgement judgement = judge_inventory(device.id, inventory, context.packs.packs(), as_of, about);
    std::vector<worklist::Item> items;
    for (const store::StoredItem& stored : store::items_of(db, device.id)) items.push_back(item_of(stored));
    JudgedRecord out;
    out.changes = worklist::on_report(device.id, items, judgement.demands, facts, context.absence);
    if (look_elsewhere) look_for_units(db, device.id, inventory, context.now, out.changes);
    out.findings = std::move(judgement.findings);
    out.identities = judge_identities(inventory, context.packs.packs(), *context.packs.registries, about);
    out.judged_on = as_of.text();
    out.judged_by = context.packs.fingerprint;
    return out;
}

std::optional<ReportRecord> prepare_record(
    store::Database& db, const KnownDevice& known, const AcceptedReport& report, const ReportExtras& extras,
    const PolicyContext& context
) {
    const DeviceId& id = known.device.id;
    const auto current = store::find_device(db, id);
    if (!current || current->epoch != known.device.epoch) return std::nullopt;

    ReportRecord out;
    out.device = id;
    out.epoch = known.device.epoch;
    out.at = context.now;
    put_interval(out, known, report, extras.binding, context.now);
    put_documents(out, report, extras.uploads);
    put_ima_list(out, known, report, extras.uploads);
    out.standing = report.standing;
    out.checks = report.appraisal.checks();
    out.events = standing_events(known.device.standing, report.standing, context.now);
    if (report.facts.counters().cold_boot_since_last) {
        out.events.push_back({0, context.now, "rebooted", "device", report.facts.counters().detail});
    }

    const Statement& statement = report.facts.statement();
    if (statement.host != known.device.host.name) {
        out.host = known.device.host;
        out.host->name = statement.host;
    }
    const store::Origin origin = report.facts.replayed() ? store::Origin::replayed : store::Origin::live;
    const bool other_origin = origin != known.device.origin;
    if (other_origin) out.origin = origin;
    out.proof = proof_of(report);

    const DocumentRef* inventory_ref = find_document(statement, DocumentKind::inventory);
    const bool other_inventory = other_origin || !known.boot || known.boot->proof != out.proof ||
                                 !same_document(inventory_ref, last_document(known, DocumentKind::inventory));
    if (other_inventory || known.watched || !judged_as_now(known.device, context)) {
        const Inventory inventory = inventory_of(db, report);
        const worklist::Facts facts = worklist_facts(known, report, inventory, context.now);
        out.judged = judge_stored(db, known.device, inventory, facts, out.proof, other_inventory, context);
        if (other_inventory) {
            out.boot = store::DeviceBoot{firmware_model(inventory), out.proof};
            out.inventory = inventory;
        }
    }
    const DocumentRef* placement_ref = find_document(statement, DocumentKind::placement);
    if (!same_document(placement_ref, last_document(known, DocumentKind::placement))) {
        out.placement = placement_of(db, report, placement_ref);
    }
    return out;
}

}  // namespace assay::api
