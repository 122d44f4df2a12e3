#pragma once
// Sessions of the dashboard: an operator's token, exchanged for an id that a browser keeps in a cookie. Only the id's
// SHA-256 is kept. A session is worth as much as its token is at the moment of asking: one that expired or was revoked
// ends all of its sessions.

#include "collector/store/tokens.hpp"

namespace assay::store {

struct Session {
    Sha256 hash{};   // of its id
    Sha256 token{};  // hash of the API token that it stands for
    UnixMillis created_at;
    UnixMillis expires_at;
    UnixMillis used_at;  // to the minute
};

// Forgets what has expired, and of this token's sessions the oldest beyond `at_most`.
void add_session(Database& db, const Session& session, std::size_t at_most);

struct UsableSession {
    Session session;
    ApiToken token;
};
// The session and its token, when both are known, neither expired by the database's clock nor revoked, and the session
// was used within the time `idle`.
std::optional<UsableSession> usable_session(Database& db, const Sha256& hash, std::chrono::milliseconds idle);

// Whether the kept time of its last use is a minute old or more, and worth a write.
bool use_is_stale(const Session& session, UnixMillis now);
void record_session_use(Database& db, const Sha256& hash);

void end_session(Database& db, const Sha256& hash);

}  // namespace assay::store
