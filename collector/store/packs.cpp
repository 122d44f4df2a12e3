#include "collector/store/packs.hpp"

#include "collector/store/select.hpp"

#include <algorithm>

namespace assay::store {
namespace {

constexpr Sql pack_columns("pack, version, dated, title, sha256, body, loaded_at");
StoredPack read_pack(const Cursor& row) {
    return {row.string(0), row.integer(1), row.string(2), row.string(3), row.sha256(4), row.string(5), row.time(6)};
}

}  // namespace

bool set_active_packs(Database& db, std::span<const StoredPack> packs) {
    std::vector<Sha256> before;
    for (const StoredPack& pack : active_packs(db)) before.push_back(pack.sha256);
    std::vector<Sha256> wanted;
    for (const StoredPack& pack : packs) wanted.push_back(pack.sha256);
    std::ranges::sort(before);
    std::ranges::sort(wanted);
    if (before == wanted) return false;

    db.execute("update packs set active = 0 where active = 1");
    for (const StoredPack& pack : packs) {
        db.execute(
            "insert into packs (sha256, pack, version, dated, title, body, loaded_at, active) "
            "values ($sha256, $pack, $version, $dated, $title, $body, $loaded, 1) "
            "on conflict (sha256) do update set active = 1, loaded_at = excluded.loaded_at",
            {{"$sha256", pack.sha256},
             {"$pack", pack.id},
             {"$version", pack.version},
             {"$dated", pack.date},
             {"$title", pack.title},
             {"$body", pack.text},
             {"$loaded", pack.loaded_at}}
        );
    }
    return true;
}

std::vector<StoredPack> active_packs(Database& db) {
    const Select query{"select ", pack_columns, " from packs where active = 1 order by pack"};
    return every_row(db.query(query), &read_pack);
}

std::optional<StoredPack> pack_by_hash(Database& db, const Sha256& sha256) {
    Select query{"select ", pack_columns, " from packs"};
    return first_row(db.query(query.where("sha256 = $sha256", {{"$sha256", sha256}})), &read_pack);
}

}  // namespace assay::store
