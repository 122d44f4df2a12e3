#include "collector/store/attempts.hpp"

namespace assay::store {

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
        std::optional<Sha256> claimed;
        if (attempt.claimed) claimed = attempt.claimed->value;
        db.execute(
            "insert into attempts (number, at, peer, claimed, step, code, reason, detail) values "
            "((select coalesce(max(number), 0) + 1 from attempts), $at, $peer, $claimed, $step, $code, $reason, "
            "$detail)",
            {{"$at", attempt.at},
             {"$peer", attempt.peer},
             {"$claimed", claimed},
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

std::vector<Attempt> attempts(Database& db, std::size_t newest) {
    const auto row = db.query(
        "select number, at, peer, claimed, step, code, reason, detail from attempts order by number desc limit $limit",
        {{"$limit", newest}}
    );
    std::vector<Attempt> out;
    while (row->next()) {
        Attempt one;
        one.number = row->count(0);
        one.at = row->time(1);
        one.peer = row->string(2);
        if (!row->is_null(3)) one.claimed = DeviceId{row->sha256(3)};
        one.step = row->string(4);
        one.code = row->string(5);
        one.reason = row->string(6);
        one.detail = row->string(7);
        out.push_back(std::move(one));
    }
    return out;
}

std::vector<AttemptCount> attempt_counts(Database& db) {
    const auto row = db.query("select step, reason, count, last_at from attempt_counts order by step, reason");
    std::vector<AttemptCount> out;
    while (row->next()) out.push_back({row->string(0), row->string(1), row->count(2), row->time(3)});
    return out;
}

}  // namespace assay::store
