// What the last report came to: its checks, and a report that failed.

#include "collector/store/reports.hpp"
#include "collector/store/words.hpp"

namespace assay::store {

void replace_checks(Database& db, const DeviceId& id, std::span<const CheckResult> checks) {
    db.execute("delete from report_checks where device_id = $device", {{"$device", id.value}});
    std::int64_t position = 0;
    for (const CheckResult& check : checks) {
        db.execute(
            "insert into report_checks (device_id, position, name, outcome, reason, detail) "
            "values ($device, $position, $name, $outcome, $reason, $detail)",
            {{"$device", id.value},
             {"$position", position++},
             {"$name", check.check},
             {"$outcome", check.outcome},
             {"$reason", check.reason},
             {"$detail", check.detail}}
        );
    }
}

std::vector<CheckResult> checks_of(Database& db, const DeviceId& id) {
    return every_row(
        db.query(
            "select name, outcome, reason, detail from report_checks where device_id = $device order by position",
            {{"$device", id}}
        ),
        [](const Cursor& row) { return CheckResult{row.string(0), row.string(1), row.string(2), row.string(3)}; }
    );
}

void set_failed_report(Database& db, const DeviceId& id, const FailedReport& failed) {
    db.execute(
        "insert into failed_reports (device_id, at, reason, detail, statement, attest, signature) "
        "values ($device, $at, $reason, $detail, $statement, $attest, $signature) "
        "on conflict (device_id) do update set at = excluded.at, reason = excluded.reason, "
        "detail = excluded.detail, statement = excluded.statement, attest = excluded.attest, "
        "signature = excluded.signature",
        {{"$device", id.value},
         {"$at", failed.at},
         {"$reason", word(failed.reason)},
         {"$detail", failed.detail},
         {"$statement", failed.report.statement},
         {"$attest", failed.report.attest},
         {"$signature", failed.report.signature}}
    );
}

std::optional<FailedReport> failed_report(Database& db, const DeviceId& id) {
    return first_row(
        db.query(
            "select at, reason, detail, statement, attest, signature from failed_reports where device_id = $device",
            {{"$device", id}}
        ),
        [](const Cursor& row) {
            const UnixMillis at = row.time(0);
            const Reason reason = stored_word(reason_named(row.text(1)), row.text(1));
            return FailedReport{at, reason, row.string(2), {row.bytes(3), row.bytes(4), row.bytes(5), at}};
        }
    );
}

}  // namespace assay::store
