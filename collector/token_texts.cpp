// How tokens are shown by `assay-collector token`.

#include "collector/cli/table.hpp"
#include "collector/token_admin.hpp"

#include <fmt/format.h>

namespace assay::collector {
namespace {

json::Value time_or_null(const std::optional<UnixMillis>& time) {
    return time ? json::Value(to_rfc3339(*time)) : json::Value(nullptr);
}

std::string time_or(const std::optional<UnixMillis>& time, std::string_view none) {
    return time ? to_rfc3339(*time) : std::string(none);
}

template <class Token>
std::string_view state_of(const Token& token, UnixMillis now) {
    if (token.revoked) return "revoked";
    if (token.expires_at && *token.expires_at <= now) return "expired";
    if constexpr (requires { token.uses_left; }) {
        if (token.uses_left <= 0) return "used_up";
    }
    return "usable";
}

json::Object value_of(const store::ApiToken& token, UnixMillis now) {
    return {
        {"kind", "operator"},
        {"name", token.name},
        {"state", state_of(token, now)},
        {"created_at", to_rfc3339(token.created_at)},
        {"expires_at", time_or_null(token.expires_at)},
        {"last_used_at", time_or_null(token.last_used_at)},
    };
}

json::Object value_of(const store::JoinToken& token, UnixMillis now) {
    return {
        {"kind", "join"},
        {"name", token.name},
        {"state", state_of(token, now)},
        {"created_at", to_rfc3339(token.created_at)},
        {"expires_at", time_or_null(token.expires_at)},
        {"site", token.site},
        {"uses_left", token.uses_left},
    };
}

std::string table_of(const TokenList& list) {
    cli::Table out;
    for (const char* title : {"kind", "name", "state", "made", "expires", "last used", "uses left", "site"})
        out.columns.push_back({.title = title, .field = title});
    for (const store::ApiToken& token : list.operators) {
        out.rows.push_back(
            {"operator", token.name, std::string(state_of(token, list.as_of)), to_rfc3339(token.created_at),
             time_or(token.expires_at, "never"), time_or(token.last_used_at, "-"), "", ""}
        );
    }
    for (const store::JoinToken& token : list.joins) {
        out.rows.push_back(
            {"join", token.name, std::string(state_of(token, list.as_of)), to_rfc3339(token.created_at),
             time_or(token.expires_at, "never"), "", std::to_string(token.uses_left), token.site}
        );
    }
    return cli::render(out, 0, false, "no tokens");
}

}  // namespace

std::string shown(const MadeToken& made, const TokenOptions& options) {
    if (options.json) {
        json::Object out{
            {"kind", options.join ? "join" : "operator"},
            {"name", options.name},
            {"token", made.text},
            {"created_at", to_rfc3339(made.created_at)},
            {"expires_at", time_or_null(made.expires_at)},
        };
        if (options.join) {
            out["site"] = options.site;
            out["uses_left"] = options.uses;
        }
        return json::pretty(out);
    }
    const std::string until = made.expires_at ? "until " + to_rfc3339(*made.expires_at) : "until it is revoked";
    if (options.join) {
        return fmt::format(
            "Join token {}, shown this once: {}\nIt admits {} device{}, {}. Put it into their agent.toml as "
            "join_token.\n",
            options.name, made.text, options.uses, options.uses == 1 ? "" : "s", until
        );
    }
    return fmt::format(
        "Token of {}, shown this once: {}\nIt opens the operators' API {}. Keep it in a file of mode 0600 that "
        "assay.toml "
        "names as token_file.\n",
        options.name, made.text, until
    );
}

std::string shown(const TokenList& list, bool as_json) {
    if (!as_json) return table_of(list);
    json::Array items;
    for (const store::ApiToken& token : list.operators) items.push_back(value_of(token, list.as_of));
    for (const store::JoinToken& token : list.joins) items.push_back(value_of(token, list.as_of));
    return json::pretty(json::Object{{"as_of", to_rfc3339(list.as_of)}, {"items", std::move(items)}});
}

}  // namespace assay::collector
