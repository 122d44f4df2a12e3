#include "collector/store/released_documents.hpp"

#include <vector>

namespace assay::store {
namespace {

// `next` and `after_next` are the two intervals that follow: the first began when this one ended. An event fell into
// this interval or into the next one; or a part was said to be out during it, and not done with before it began.
bool delete_unless_kept(Database& db, const Sha256& document) {
    return db.execute(
               "delete from documents where sha256 = $document "
               "and not exists (select 1 from possessions p where p.sha256 = $document) "
               "and not exists (select 1 from interval_documents n "
               "join report_intervals r on r.device_id = n.device_id and r.interval = n.interval "
               "left join report_intervals next on next.device_id = r.device_id and next.interval = r.interval + 1 "
               "left join report_intervals after_next on after_next.device_id = r.device_id "
               "and after_next.interval = r.interval + 2 "
               "where n.sha256 = $document and ("
               "exists (select 1 from item_events e where e.device_id = r.device_id and e.at >= r.first_at "
               "and (after_next.first_at is null or e.at < after_next.first_at)) "
               "or exists (select 1 from items i where i.device_id = r.device_id "
               "and exists (select 1 from item_events e where e.device_id = i.device_id and e.item = i.item "
               "and e.event = 'removed' and (next.first_at is null or e.at < next.first_at)) "
               "and (i.state in ('removed', 'absence_observed', 'disposed', 'unreachable') "
               "or r.first_at <= (select max(e.at) from item_events e where e.device_id = i.device_id "
               "and e.item = i.item)))))",
               {{"$document", document}}
           ) == 1;
}

}  // namespace

ReleasedDocuments delete_released_documents(Database& db, std::size_t limit) {
    std::vector<Sha256> waiting;
    {
        const auto row = db.query(
            "select sha256 from released_documents order by sha256 limit $limit", {{"$limit", std::uint64_t{limit}}}
        );
        while (row->next()) waiting.push_back(row->sha256(0));
    }
    ReleasedDocuments out{waiting.size(), 0};
    for (const Sha256& document : waiting) {
        if (delete_unless_kept(db, document)) ++out.deleted;
        db.execute("delete from released_documents where sha256 = $document", {{"$document", document}});
    }
    return out;
}

}  // namespace assay::store
