#pragma once
// Tokens are kept as their SHA-256 only. An API token opens the operator's API; a join token admits an enrolment, a
// counted number of times, and never raises a tier. Of each kind a name has one token that is not revoked; what was
// revoked stays listed.

#include "collector/store/database.hpp"

#include <vector>

namespace assay::store {

struct ApiToken {
    Sha256 hash{};
    std::string name;  // the actor in events
    UnixMillis created_at;
    std::optional<UnixMillis> expires_at;
    bool revoked = false;
    std::optional<UnixMillis> last_used_at = std::nullopt;  // to the minute
};
// Throws ConstraintBroken when the name has a token that is not revoked.
void add_api_token(Database& db, const ApiToken& token);
// The token, when it is known, neither revoked nor expired by the database's clock.
std::optional<ApiToken> usable_api_token(Database& db, const Sha256& hash);
std::optional<ApiToken> find_api_token(Database& db, const Sha256& hash);  // also a revoked or expired one
std::vector<ApiToken> api_tokens(Database& db);
// False: none of this name that is not revoked.
bool revoke_api_token(Database& db, std::string_view name);
// Whether `last_used_at` is behind by so much that it is worth a write.
bool use_is_stale(const ApiToken& token, UnixMillis now);
void record_api_token_use(Database& db, const Sha256& hash);

struct JoinToken {
    Sha256 hash{};
    std::string name;
    std::string site;  // given to what enrols with it; may be empty
    std::int64_t uses_left = 0;
    UnixMillis created_at;
    std::optional<UnixMillis> expires_at;
    bool revoked = false;
};
// Throws ConstraintBroken when the name has a token that is not revoked.
void add_join_token(Database& db, const JoinToken& token);
std::optional<JoinToken> find_join_token(Database& db, const Sha256& hash);
// The token, when it is known, not revoked, has uses left and is not expired by the database's clock.
std::optional<JoinToken> usable_join_token(Database& db, const Sha256& hash);
// Takes one use; false, and nothing changed, when it is not usable.
bool use_join_token(Database& db, const Sha256& hash);
std::vector<JoinToken> join_tokens(Database& db);
// False: none of this name that is not revoked.
bool revoke_join_token(Database& db, std::string_view name);

}  // namespace assay::store
