#include "collector/store/tokens.hpp"

#include "collector/store/select.hpp"

namespace assay::store {
namespace {

constexpr std::chrono::minutes use_is_kept_to{1};

constexpr Sql api_token_columns("sha256, name, created_at, expires_at, revoked, last_used_at");
ApiToken read_api_token(const Cursor& row) {
    return {row.sha256(0), row.string(1), row.time(2), row.time_if(3), row.boolean(4), row.time_if(5)};
}

constexpr Sql join_token_columns("sha256, name, site, uses_left, created_at, expires_at, revoked");
JoinToken read_join_token(const Cursor& row) {
    return {row.sha256(0), row.string(1), row.string(2), row.integer(3), row.time(4), row.time_if(5), row.boolean(6)};
}

bool expired(Database& db, const std::optional<UnixMillis>& expires_at) {
    return expires_at && *expires_at <= db.now();
}

}  // namespace

void add_api_token(Database& db, const ApiToken& token) {
    db.execute(
        "insert into api_tokens (sha256, name, created_at, expires_at, revoked, last_used_at) "
        "values ($sha256, $name, $created, $expires, $revoked, $used)",
        {{"$sha256", token.hash},
         {"$name", token.name},
         {"$created", token.created_at},
         {"$expires", token.expires_at},
         {"$revoked", token.revoked},
         {"$used", token.last_used_at}}
    );
}

std::optional<ApiToken> find_api_token(Database& db, const Sha256& hash) {
    Select query{"select ", api_token_columns, " from api_tokens"};
    return first_row(db.query(query.where("sha256 = $sha256", {{"$sha256", hash}})), &read_api_token);
}

std::optional<ApiToken> usable_api_token(Database& db, const Sha256& hash) {
    std::optional<ApiToken> token = find_api_token(db, hash);
    if (!token || token->revoked || expired(db, token->expires_at)) return std::nullopt;
    return token;
}

std::vector<ApiToken> api_tokens(Database& db) {
    const Select query{"select ", api_token_columns, " from api_tokens order by created_at, name"};
    return every_row(db.query(query), &read_api_token);
}

bool revoke_api_token(Database& db, std::string_view name) {
    return db.execute("update api_tokens set revoked = 1 where name = $name and revoked = 0", {{"$name", name}}) == 1;
}

bool use_is_stale(const ApiToken& token, UnixMillis now) {
    return !token.last_used_at || now - *token.last_used_at >= use_is_kept_to;
}

void record_api_token_use(Database& db, const Sha256& hash) {
    db.execute(
        "update api_tokens set last_used_at = $now where sha256 = $sha256", {{"$now", db.now()}, {"$sha256", hash}}
    );
}

void add_join_token(Database& db, const JoinToken& token) {
    db.execute(
        "insert into join_tokens (sha256, name, site, uses_left, created_at, expires_at, revoked) "
        "values ($sha256, $name, $site, $uses, $created, $expires, $revoked)",
        {{"$sha256", token.hash},
         {"$name", token.name},
         {"$site", token.site},
         {"$uses", token.uses_left},
         {"$created", token.created_at},
         {"$expires", token.expires_at},
         {"$revoked", token.revoked}}
    );
}

std::optional<JoinToken> find_join_token(Database& db, const Sha256& hash) {
    Select query{"select ", join_token_columns, " from join_tokens"};
    return first_row(db.query(query.where("sha256 = $sha256", {{"$sha256", hash}})), &read_join_token);
}

std::optional<JoinToken> usable_join_token(Database& db, const Sha256& hash) {
    std::optional<JoinToken> token = find_join_token(db, hash);
    if (!token || token->revoked || token->uses_left <= 0 || expired(db, token->expires_at)) return std::nullopt;
    return token;
}

bool use_join_token(Database& db, const Sha256& hash) {
    return db.execute(
               "update join_tokens set uses_left = uses_left - 1 where sha256 = $sha256 and uses_left > 0 "
               "and revoked = 0 and (expires_at is null or expires_at > $now)",
               {{"$sha256", hash}, {"$now", db.now()}}
           ) == 1;
}

std::vector<JoinToken> join_tokens(Database& db) {
    const Select query{"select ", join_token_columns, " from join_tokens order by created_at, name"};
    return every_row(db.query(query), &read_join_token);
}

bool revoke_join_token(Database& db, std::string_view name) {
    return db.execute("update join_tokens set revoked = 1 where name = $name and revoked = 0", {{"$name", name}}) == 1;
}

}  // namespace assay::store
