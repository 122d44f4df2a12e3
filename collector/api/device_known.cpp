#include "collector/api/device_known.hpp"

#include "collector/api/stored_item.hpp"
#include "collector/store/worklist_items.hpp"

#include <algorithm>

namespace assay::api {
namespace {

template <class T>
T stored(Result<T> decoded) {
    if (!decoded) throw store::DatabaseBroken("a stored report cannot be read: " + decoded.error().message());
    return *std::move(decoded);
}

void read_last(KnownDevice& out, store::ReportInterval interval) {
    const QuoteAttest attest = stored(decode_quote_attest(interval.last.attest));
    Statement statement = stored(decode_statement(as_text(interval.last.statement)));
    out.history.last = LastClock{attest.clock, interval.last.accepted_at};
    out.history.last_attest = sha256(interval.last.attest);
    out.history.last_previous = statement.previous;
    out.history.last_sequence = statement.sequence;
    out.last = LastReport{
        interval.number,
        std::move(interval.selection),
        std::move(interval.pcr_digest),
        std::make_shared<const PcrValues>(std::move(interval.pcr_values)),
        std::move(statement.documents),
        std::move(statement.host),
        std::move(statement.root)
    };
}

// A removal that is watched counts every report; a device that fell silent comes back with the first.
bool wants_every_report(const store::StoredItem& stored) {
    const worklist::Item item = item_of(stored);
    return item.claim.has_value() || item.state == worklist::State::unreachable;
}

}  // namespace

const DocumentRef* last_document(const KnownDevice& known, DocumentKind kind) {
    if (!known.last) return nullptr;
    const auto found = std::ranges::find(known.last->documents, kind, &DocumentRef::kind);
    return found == known.last->documents.end() ? nullptr : &*found;
}

bool same_document(const DocumentRef* a, const DocumentRef* b) {
    return (a == nullptr && b == nullptr) || (a != nullptr && b != nullptr && *a == *b);
}

std::optional<KnownDevice> load_device(store::Database& db, const DeviceId& id) {
    std::optional<store::Device> device = store::find_device(db, id);
    if (!device) return std::nullopt;
    const std::optional<store::StoredAk> ak = store::current_ak(db, id);
    if (!ak) return std::nullopt;
    KnownDevice out;
    out.key = std::make_shared<const AttestationKey>(stored(AttestationKey::of(ak->public_area)));
    out.history.tpm_firmware = device->tpm_firmware;
    if (auto interval = store::last_interval(db, id)) read_last(out, *std::move(interval));
    out.documents = store::known_documents(db, id);
    out.checks = store::checks_of(db, id);
    out.watched = std::ranges::any_of(store::items_of(db, id), wants_every_report);
    out.boot = store::device_boot(db, id);
    out.runtime = store::runtime_state(db, id);
    out.device = *std::move(device);
    return out;
}

}  // namespace assay::api
