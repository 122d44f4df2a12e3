#include "collector/store/trust.hpp"

namespace assay::store {

bool add_trust_anchor(Database& db, const TrustAnchor& anchor) {
    return db.execute(
               "insert into trust_anchors (sha256, der, subject, note, added_by, added_at) "
               "values ($sha256, $der, $subject, $note, $by, $at) on conflict (sha256) do nothing",
               {{"$sha256", anchor.sha256},
                {"$der", anchor.der},
                {"$subject", anchor.subject},
                {"$note", anchor.note},
                {"$by", anchor.added_by},
                {"$at", anchor.added_at}}
           ) == 1;
}

bool remove_trust_anchor(Database& db, const Sha256& sha256) {
    return db.execute("delete from trust_anchors where sha256 = $sha256", {{"$sha256", sha256}}) == 1;
}

std::vector<TrustAnchor> trust_anchors(Database& db) {
    return every_row(
        db.query("select sha256, der, subject, note, added_by, added_at from trust_anchors order by added_at, sha256"),
        [](const Cursor& row) {
            return TrustAnchor{row.sha256(0), row.bytes(1), row.string(2), row.string(3), row.string(4), row.time(5)};
        }
    );
}

bool add_allowed_ek(Database& db, const AllowedEk& key) {
    return db.execute(
               "insert into allowed_endorsement_keys (fingerprint, note, added_by, added_at) "
               "values ($fingerprint, $note, $by, $at) on conflict (fingerprint) do nothing",
               {{"$fingerprint", key.fingerprint}, {"$note", key.note}, {"$by", key.added_by}, {"$at", key.added_at}}
           ) == 1;
}

std::vector<AllowedEk> allowed_eks(Database& db) {
    return every_row(
        db.query(
            "select fingerprint, note, added_by, added_at from allowed_endorsement_keys order by added_at, fingerprint"
        ),
        [](const Cursor& row) { return AllowedEk{row.sha256(0), row.string(1), row.string(2), row.time(3)}; }
    );
}

}  // namespace assay::store
