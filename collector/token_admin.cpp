#include "collector/token_admin.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "collector/store/sqlite.hpp"
#include "collector/store/sqlite_schema.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <memory>

namespace assay::collector {
namespace {

// What stands as the actor in events that no person made.
constexpr std::array<std::string_view, 2> not_persons{"collector", "device"};

// A second process beside the collector: nothing is created and no schema is changed under it.
Result<std::unique_ptr<store::Database>> open_beside(const std::string& file) {
    if (::access(file.c_str(), F_OK) != 0)
        return fail(Errc::not_found, file, "no database is there: assay-collector init makes one");
    TRY(std::unique_ptr<store::Database> db, store::open_sqlite(file, store::SqliteAccess::read_write));
    CHECK_OK(store::check_schema(*db, store::sqlite_schema()));
    return db;
}

template <class F>
auto write(store::Database& db, F&& work) {
    db.begin_write();
    try {
        auto out = std::forward<F>(work)(db);
        db.commit();
        return out;
    } catch (...) {
        db.rollback();
        throw;
    }
}

Result<void> check(const TokenOptions& options) {
    CHECK_OK(check_token_name(options.name));
    if (options.days && (*options.days < 1 || *options.days > max_token_days))
        return fail(Errc::out_of_range, "--days", fmt::format("not from 1 to {}", max_token_days));
    if (options.uses < 1 || options.uses > max_token_uses)
        return fail(Errc::out_of_range, "--uses", fmt::format("not from 1 to {}", max_token_uses));
    if (options.site.size() > max_token_site_bytes)
        return fail(Errc::limit_exceeded, "--site", fmt::format("is longer than {} bytes", max_token_site_bytes));
    if (clean_text(options.site, max_token_site_bytes) != options.site)
        return fail(Errc::bad_value, "--site", "has control characters, is not UTF-8, or ends with a space");
    return {};
}

void add(store::Database& db, const TokenOptions& options, const MadeToken& made) {
    const Sha256 hash = sha256(made.text);
    if (options.join)
        store::add_join_token(
            db, {hash, options.name, options.site, options.uses, made.created_at, made.expires_at, false}
        );
    else
        store::add_api_token(db, {hash, options.name, made.created_at, made.expires_at, false, std::nullopt});
}

}  // namespace

Result<void> check_token_name(std::string_view name) {
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::string_view marks = "._-@";
    if (name.empty()) return fail(Errc::missing_field, "NAME", "says nothing");
    if (name.size() > max_token_name_bytes)
        return fail(Errc::limit_exceeded, "NAME", fmt::format("is longer than {} bytes", max_token_name_bytes));
    const bool clean = std::ranges::all_of(name, [=](char c) {
        return letters.find(c) != std::string_view::npos || marks.find(c) != std::string_view::npos;
    });
    if (!clean || letters.find(name.front()) == std::string_view::npos) {
        return fail(
            Errc::bad_value, "NAME",
            "has something else than small letters, digits and . _ - @, or begins with none of the first two"
        );
    }
    if (std::ranges::find(not_persons, name) != not_persons.end())
        return fail(Errc::bad_value, "NAME", "is what the collector's own events carry: take another");
    return {};
}

std::string new_token(bool join, const RandomSource& random) {
    return (join ? "assay-join-" : "assay-op-") + to_base64url(random_array<24>(random));
}

Result<MadeToken> add_token(const std::string& file, const TokenOptions& options, const RandomSource& random) {
    CHECK_OK(check(options));
    TRY(const auto db, open_beside(file));
    std::optional<std::int64_t> days = options.days;
    if (options.join && !days) days = join_token_days;
    MadeToken made;
    made.text = new_token(options.join, random);
    try {
        return write(*db, [&](store::Database& inside) {
            made.created_at = inside.now();
            if (days) made.expires_at = made.created_at + std::chrono::days(*days);
            add(inside, options, made);
            return made;
        });
    } catch (const store::ConstraintBroken&) {
        return fail(Errc::conflict, "NAME", options.name + " has a token that is not revoked: revoke it first");
    }
}

Result<TokenList> list_tokens(const std::string& file) {
    TRY(const auto db, open_beside(file));
    db->begin_read();
    TokenList out{db->now(), store::api_tokens(*db), store::join_tokens(*db)};
    db->rollback();
    return out;
}

Result<void> revoke_token(const std::string& file, const TokenOptions& options) {
    TRY(const auto db, open_beside(file));
    const bool revoked = write(*db, [&options](store::Database& inside) {
        return options.join ? store::revoke_join_token(inside, options.name)
                            : store::revoke_api_token(inside, options.name);
    });
    if (revoked) return {};
    return fail(
        Errc::not_found, "NAME",
        fmt::format("no {} of this name, or it is revoked already", options.join ? "join token" : "operator's token")
    );
}

}  // namespace assay::collector
