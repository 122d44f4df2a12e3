#include "collector/store/sessions.hpp"

namespace assay::store {

void add_session(Database& db, const Session& session, std::size_t at_most) {
    db.execute("delete from operator_sessions where expires_at <= $now", {{"$now", db.now()}});
    db.execute(
        "insert into operator_sessions (sha256, token, created_at, expires_at, used_at) "
        "values ($sha256, $token, $created, $expires, $used)",
        {{"$sha256", session.hash},
         {"$token", session.token},
         {"$created", session.created_at},
         {"$expires", session.expires_at},
         {"$used", session.used_at}}
    );
    db.execute(
        "delete from operator_sessions where token = $token and sha256 not in "
        "(select sha256 from operator_sessions where token = $token order by created_at desc, sha256 limit $most)",
        {{"$token", session.token}, {"$most", at_most}}
    );
}

std::optional<UsableSession> usable_session(Database& db, const Sha256& hash, std::chrono::milliseconds idle) {
    Session found;
    const UnixMillis now = db.now();
    {
        const auto row = db.query(
            "select sha256, token, created_at, expires_at, used_at from operator_sessions "
            "where sha256 = $sha256 and expires_at > $now and used_at > $since",
            {{"$sha256", hash}, {"$now", now}, {"$since", now - idle}}
        );
        if (!row->next()) return std::nullopt;
        found = {row->sha256(0), row->sha256(1), row->time(2), row->time(3), row->time(4)};
    }
    auto token = usable_api_token(db, found.token);
    if (!token) return std::nullopt;
    return UsableSession{found, *std::move(token)};
}

bool use_is_stale(const Session& session, UnixMillis now) {
    return now - session.used_at >= std::chrono::minutes(1);
}

void record_session_use(Database& db, const Sha256& hash) {
    db.execute(
        "update operator_sessions set used_at = $now where sha256 = $sha256", {{"$now", db.now()}, {"$sha256", hash}}
    );
}

void end_session(Database& db, const Sha256& hash) {
    db.execute("delete from operator_sessions where sha256 = $sha256", {{"$sha256", hash}});
}

}  // namespace assay::store
