// What was decided about a report, written down: only these functions change a device's rows for a report.

#include "collector/api/device_record.hpp"
#include "collector/api/stored_item.hpp"
#include "collector/store/worklist_items.hpp"

#include <fmt/format.h>

#include <map>

namespace assay::api {
namespace {

std::string summary(const std::vector<store::ComponentChange>& changes) {
    constexpr std::size_t most_named = 8;
    std::map<std::string_view, std::size_t> counts;
    std::string named;
    for (std::size_t i = 0; i < changes.size(); ++i) {
        const std::string_view how = changes[i].kind == store::ComponentChange::Kind::added     ? "added"
                                     : changes[i].kind == store::ComponentChange::Kind::removed ? "removed"
                                                                                                : "changed";
        ++counts[how];
        if (i < most_named) named += fmt::format("; {} {}", how, changes[i].key);
    }
    std::string out;
    for (const auto& [how, count] : counts) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", count, how);
    return out + named + (changes.size() > most_named ? "; ..." : "");
}

}  // namespace

bool is_conflict(const std::exception_ptr& error) {
    if (!error) return false;
    try {
        std::rethrow_exception(error);
    } catch (const ConflictingWrite&) {
        return true;
    } catch (...) {
        return false;
    }
}

void write_judged(store::Database& db, const DeviceId& device, const JudgedRecord& judged, UnixMillis now) {
    store::replace_findings(db, device, judged.findings, now);
    store::replace_conflicts(db, device, judged.identities.conflicts, now);
    store::replace_unknown(db, device, judged.identities.unknown, now);
    store::set_judged(db, device, judged.judged_on, judged.judged_by);
    for (const worklist::Change& change : judged.changes) {
        const store::StoredItem item = stored_item(change.item);
        std::uint64_t number = item.id;
        if (number == 0) {
            number = store::add_item(db, item);
        } else if (!store::update_item(db, item)) {
            throw ConflictingWrite();
        }
        for (const worklist::Event& event : change.events) {
            store::add_item_event(db, item.device, stored_event(number, event));
        }
    }
}

bool write_record(store::Database& db, const ReportRecord& record) {
    const DeviceId& id = record.device;
    const store::ReportInterval& interval = record.interval;
    if (record.opens_interval) {
        if (!store::advance_epoch(db, id, record.epoch)) return false;
        store::open_interval(db, id, interval, record.standing.valid_until);
    } else if (!store::record_heartbeat(
                   db, {id, record.epoch, interval.number, interval.last.statement, interval.last.attest,
                        interval.last.signature, interval.last.binding, interval.last.ima_tail, record.at,
                        record.standing.valid_until}
               )) {
        return false;
    }
    store::set_standing(db, id, record.standing);
    store::replace_checks(db, id, record.checks);
    if (record.host) store::set_host(db, id, *record.host);
    if (record.origin) store::set_origin(db, id, *record.origin);
    // Those used before those given: where a device holds as many as it may, none that this report names goes for it.
    for (const Sha256& document : record.used) {
        store::mark_document_used(db, id, document, record.at);
        store::name_document(db, id, interval.number, document);
    }
    for (const GivenDocument& given : record.given) {
        store::keep_document(db, id, given.document, given.body, record.at);
        store::name_document(db, id, interval.number, given.document.ref.sha256);
    }
    if (record.inventory) {
        const auto changes = store::replace_inventory(db, id, *record.inventory, record.proof, record.at);
        if (!changes.empty()) {
            store::add_device_event(db, id, {0, record.at, "components", "device", summary(changes)});
        }
    }
    if (record.boot) store::set_device_boot(db, id, *record.boot);
    if (record.runtime) store::set_runtime_state(db, id, *record.runtime);
    if (record.drops_ima_list) store::drop_ima_segments(db, id);
    if (record.ima_segment) store::keep_ima_segment(db, id, record.runtime->list, *record.ima_segment);
    if (record.placement) store::replace_placement(db, id, *record.placement);
    if (record.judged) write_judged(db, id, *record.judged, record.at);
    for (const store::DeviceEvent& event : record.events) store::add_device_event(db, id, event);
    return true;
}

bool write_failure(store::Database& db, const KnownDevice& known, const FailedJudgement& failed, UnixMillis now) {
    const DeviceId& id = known.device.id;
    if (!store::advance_epoch(db, id, known.device.epoch)) return false;
    store::set_standing(db, id, failed.standing);
    store::replace_checks(db, id, failed.failure.checks);
    const Report& report = failed.report;
    store::set_failed_report(
        db, id,
        {now, failed.failure.reason, failed.failure.detail, {report.statement, report.quote, report.signature, now}}
    );
    for (const store::DeviceEvent& event : standing_events(known.device.standing, failed.standing, now)) {
        store::add_device_event(db, id, event);
    }
    return true;
}

}  // namespace assay::api
