#include "collector/store/findings.hpp"

#include "collector/store/select.hpp"
#include "collector/store/words.hpp"

#include <map>

namespace assay::store {
namespace {

// What two evaluations must agree on for a finding to be the same one, unchanged.
std::map<std::string, std::string> kept_findings(Database& db, const DeviceId& id) {
    const auto row =
        db.query("select finding, explanation from findings where device_id = $device", {{"$device", id.value}});
    std::map<std::string, std::string> out;
    while (row->next()) out[row->string(0)] = row->string(1);
    return out;
}

void put_finding(Database& db, const DeviceId& id, const StoredFinding& finding, UnixMillis now) {
    db.execute(
        "insert into findings (device_id, finding, component, entry, entity, named, authority, list, action, "
        "deadline, reason, excepted, proof, explanation, first_seen_at, last_seen_at) values ($device, $finding, "
        "$component, $entry, $entity, $named, $authority, $list, $action, $deadline, $reason, $excepted, $proof, "
        "$explanation, $now, $now) on conflict (device_id, finding) do update set entity = excluded.entity, "
        "named = excluded.named, authority = excluded.authority, list = excluded.list, action = excluded.action, "
        "deadline = excluded.deadline, reason = excluded.reason, excepted = excluded.excepted, "
        "proof = excluded.proof, explanation = excluded.explanation, last_seen_at = excluded.last_seen_at",
        {{"$device", id.value},
         {"$finding", finding.id},
         {"$component", finding.component},
         {"$entry", finding.entry},
         {"$entity", finding.entity},
         {"$named", finding.named},
         {"$authority", finding.authority},
         {"$list", finding.list},
         {"$action", finding.action},
         {"$deadline", finding.deadline},
         {"$reason", finding.reason},
         {"$excepted", finding.excepted},
         {"$proof", name(finding.proof)},
         {"$explanation", finding.explanation},
         {"$now", now}}
    );
}

}  // namespace

bool replace_findings(Database& db, const DeviceId& id, std::span<const StoredFinding> findings, UnixMillis now) {
    std::map<std::string, std::string> gone = kept_findings(db, id);
    bool changed = false;
    for (const StoredFinding& finding : findings) {
        const auto before = gone.find(finding.id);
        if (before == gone.end() || before->second != finding.explanation) changed = true;
        put_finding(db, id, finding, now);
        if (before != gone.end()) gone.erase(before);
    }
    for (const auto& [finding, explanation] : gone) {
        db.execute(
            "delete from findings where device_id = $device and finding = $finding",
            {{"$device", id.value}, {"$finding", finding}}
        );
        changed = true;
    }
    return changed;
}

StoredFinding read_finding(const Cursor& row) {
    StoredFinding out;
    out.device.value = row.sha256(0);
    out.id = row.string(1);
    out.component = row.string(2);
    out.entry = row.string(3);
    out.entity = row.string(4);
    out.named = row.string(5);
    out.authority = row.string(6);
    out.list = row.string(7);
    out.action = row.string(8);
    out.deadline = row.string(9);
    out.reason = row.string(10);
    out.excepted = row.string(11);
    out.proof = stored(proof_level_named(row.text(12), "findings.proof"));
    out.explanation = row.string(13);
    out.first_seen_at = row.time(14);
    out.last_seen_at = row.time(15);
    return out;
}

std::vector<StoredFinding> findings_of(Database& db, const DeviceId& id) {
    Select query{"select ", finding_columns, " from findings f"};
    query.where("f.device_id = $device", {{"$device", id}}).then({" order by f.component, f.finding"});
    return every_row(db.query(query), &read_finding);
}

}  // namespace assay::store
