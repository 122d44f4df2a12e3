#pragma once
// `assay-collector token`: makes, lists and revokes tokens in the collector's database, whether the collector runs or
// not: it looks each token up when it is shown, so what is done here holds from its next request on. An operator's
// token is a person's, and its name the actor in events; a join token admits devices.

#include "base/crypto/random.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "collector/store/tokens.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay::collector {

inline constexpr std::size_t max_token_name_bytes = 64;
inline constexpr std::size_t max_token_site_bytes = 64;
inline constexpr std::int64_t max_token_days = 3650;
inline constexpr std::int64_t max_token_uses = 1'000'000;
inline constexpr std::int64_t join_token_days = 30;  // where none are given

struct TokenOptions {
    std::string name;
    bool join = false;                 // a join token, not an operator's
    std::optional<std::int64_t> days;  // until it expires; none: an operator's never does
    std::string site;                  // of a join token: given to what enrols with it
    std::int64_t uses = 1;             // of a join token
    bool json = false;                 // how it is shown
};

// Small letters, digits and . _ - @, the first a letter or digit, so that no two names look alike; not what the
// collector itself signs events with. Errors: missing_field, limit_exceeded, bad_value.
Result<void> check_token_name(std::string_view name);

// "assay-op-..." or "assay-join-...": 192 random bits.
std::string new_token(bool join, const RandomSource& random);

struct MadeToken {
    std::string text;  // shown once: only its hash is kept
    UnixMillis created_at;
    std::optional<UnixMillis> expires_at;
};

struct TokenList {
    UnixMillis as_of;  // the database's clock
    std::vector<store::ApiToken> operators;
    std::vector<store::JoinToken> joins;
};

// On the database `file`, which has to be there. Errors of all: not_found, bad_value, io_error (the file), unsupported
// (a schema of another program version). Waits up to 10 s while others write; throws DatabaseBroken after that.

// Errors: what check_token_name says; out_of_range, bad_value (days, uses, site); conflict (the name has a token).
Result<MadeToken> add_token(const std::string& file, const TokenOptions& options, const RandomSource& random);
Result<TokenList> list_tokens(const std::string& file);
// Errors: not_found (no token of this name and kind, or only revoked ones).
Result<void> revoke_token(const std::string& file, const TokenOptions& options);

// For people and for programs.
std::string shown(const MadeToken& made, const TokenOptions& options);
std::string shown(const TokenList& list, bool as_json);

}  // namespace assay::collector
