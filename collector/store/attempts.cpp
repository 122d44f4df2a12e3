#include "collector/store/attempts.hpp"

#include "collector/store/select.hpp"

namespace assay::store {
namespace {

Attempt read_attempt(const Cursor& row) {
    Attempt out;
    out.number = row.count(0);
    out.at = row.time(1);
    out.peer = row.string(2);
    if (!row.is_null(3)) out.claimed = row.device(3);
    out.step = row.string(4);
    out.code = row.string(5);
    out.reason = row.string(6);
    out.detail = row.string(7);
    return out;
}

}  // namespace

void count_attempts(Database& db, const AttemptCount& more) {
    db.execute(
        "insert into attempt_counts (step, reason, count, last_at) values ($step, $reason, $count, $at) "
        "on conflict (step, reason) do update set count = attempt_counts.count + excluded.count, "
        "last_at = excluded.last_at",
        {{"$step", more.step}, {"$reason", more.reason}, {"$count", more.count}, {"$at", more.last_at}}
    );
}

void add_attempts(Database& db, std::span<const Attempt> attempts) {
    for (const Attempt& attempt : attempts) {
        db.execute(
            "insert into attempts (number, at, peer, claimed, step, code, reason, detail) values "
            "((select coalesce(max(number), 0) + 1 from attempts), $at, $peer, $claimed, $step, $code, $reason, "
            "$detail)",
            {{"$at", attempt.at},
             {"$peer", attempt.peer},
             {"$claimed", attempt.claimed},
             {"$step", attempt.step},
             {"$code", attempt.code},
             {"$reason", attempt.reason},
             {"$detail", attempt.detail}}
        );
        count_attempts(db, {attempt.step, attempt.reason.empty() ? attempt.code : attempt.reason, 1, attempt.at});
    }
    db.execute(
        "delete from attempts where number <= (select max(number) from attempts) - $kept", {{"$kept", attempts_kept}}
    );
}

std::vector<Attempt> attempts(Database& db, std::size_t newest, std::optional<std::uint64_t> before) {
    Select query{"select number, at, peer, claimed, step, code, reason, detail from attempts"};
    query.where_if("number < $before", "$before", before).then({" order by number desc"}).limit(newest);
    return every_row(db.query(query), &read_attempt);
}

std::vector<AttemptCount> attempt_counts(Database& db) {
    return every_row(
        db.query("select step, reason, count, last_at from attempt_counts order by step, reason"),
        [](const Cursor& row) { return AttemptCount{row.string(0), row.string(1), row.count(2), row.time(3)}; }
    );
}

}  // namespace assay::store
