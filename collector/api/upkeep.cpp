#include "collector/api/upkeep.hpp"

#include "collector/api/device_record.hpp"
#include "collector/api/stored_item.hpp"
#include "collector/store/components.hpp"
#include "collector/store/fleet.hpp"
#include "collector/store/released_documents.hpp"
#include "policy/match.hpp"

namespace assay::api {
namespace {

constexpr std::size_t page = 500;

// Which models fall under an entry of these packs at all.
void mark_models(store::Store& store, const policy::PackSet& packs, Date as_of, std::uint64_t& after) {
    for (;;) {
        const auto models = store.read([after](store::Database& db) { return store::models_after(db, after, page); });
        if (models.empty()) return;
        after = models.back().id;
        std::vector<store::ModelMark> marks;
        for (const store::Model& model : models) {
            const bool listed = !policy::match_model(packs, model.identifiers, model.kind, as_of).empty();
            if (listed != model.listed) marks.push_back({model.id, listed});
        }
        if (marks.empty()) continue;
        store.write([&marks](store::Database& db) { store::mark_models(db, marks); });
    }
}

// What the device last reported, as it stands in the store.
Inventory stored_inventory(store::Database& db, const store::Device& device) {
    Inventory out;
    out.replayed = device.origin == store::Origin::replayed;
    out.sources = store::sources_of(db, device.id);
    for (store::StoredComponent& part : store::components_of(db, device.id)) {
        out.components.push_back(std::move(part.component));
    }
    normalise(out);
    return out;
}

worklist::Facts earlier_facts(
    store::Database& db, const store::Device& device, const Inventory& inventory, UnixMillis now
) {
    worklist::Facts out;
    out.at = now;
    out.fresh = false;
    out.quoted = device.origin != store::Origin::imported;
    out.replayed = inventory.replayed;
    out.generation = device.generation;
    if (const auto last = store::last_interval(db, device.id)) {
        if (const auto attest = decode_quote_attest(last->last.attest)) out.clock = attest->clock;
        if (const auto statement = decode_statement(as_text(last->last.statement))) {
            out.agent_version = statement->agent_version;
        }
    }
    out.boot_accepted = device.standing.boot.verdict == Verdict::affirming;
    out.inventory = &inventory;
    return out;
}

bool judge_device(store::Store& store, const DeviceId& id, const PolicyContext& context) {
    std::uint64_t epoch = 0;
    const auto judged = store.read([&](store::Database& db) -> std::optional<JudgedRecord> {
        const auto device = store::find_device(db, id);
        if (!device) return std::nullopt;
        epoch = device->epoch;
        const Inventory inventory = stored_inventory(db, *device);
        const worklist::Facts facts = earlier_facts(db, *device, inventory, context.now);
        return judge_stored(db, *device, inventory, facts, store::stored_proof(db, *device), false, context);
    });
    if (!judged) return false;
    try {
        return store.write([&](store::Database& db) {
            if (!store::advance_epoch(db, id, epoch)) return false;  // it reported meanwhile, and was judged then
            write_judged(db, id, *judged, context.now);
            return true;
        });
    } catch (const ConflictingWrite&) {
        return false;  // the next round
    }
}

std::size_t judge_listed(store::Store& store, const PolicyContext& context) {
    const std::string day = Date::of(context.now).text();
    const Sha256& packs = context.packs.fingerprint;
    std::size_t done = 0;
    std::optional<DeviceId> after;
    for (;;) {
        const auto devices =
            store.read([&](store::Database& db) { return store::devices_to_judge(db, packs, day, after, page); });
        if (devices.empty()) return done;
        after = devices.back();
        for (const DeviceId& id : devices) done += judge_device(store, id, context) ? 1U : 0U;
    }
}

bool change_by_time(store::Store& store, const store::TimedItem& timed, const UpkeepConfig& config, UnixMillis now) {
    const bool silent = timed.last_report_at && now - *timed.last_report_at > config.silent_after;
    const auto change = worklist::on_time(item_of(timed.item), now, silent);
    if (!change) return false;
    return store.write([&change](store::Database& db) {
        const store::StoredItem item = stored_item(change->item);
        if (!store::update_item(db, item)) return false;  // somebody changed it: the next round
        for (const worklist::Event& event : change->events) {
            store::add_item_event(db, item.device, stored_event(item.id, event));
        }
        return true;
    });
}

std::size_t change_items_by_time(store::Store& store, const UpkeepConfig& config, UnixMillis now) {
    std::size_t done = 0;
    std::uint64_t after = 0;
    for (;;) {
        const auto items = store.read([&](store::Database& db) {
            return store::items_for_time(db, now - config.silent_after, after, page);
        });
        if (items.empty()) return done;
        after = items.back().item.id;
        for (const store::TimedItem& item : items) done += change_by_time(store, item, config, now) ? 1U : 0U;
    }
}

// In small jobs, so that reports commit between them; the rest waits for the next round.
std::size_t delete_documents(store::Store& store) {
    constexpr std::size_t batch = 64;
    constexpr std::size_t batches = 32;
    std::size_t deleted = 0;
    for (std::size_t i = 0; i < batches; ++i) {
        const auto done = store.write([](store::Database& db) { return store::delete_released_documents(db, batch); });
        deleted += done.deleted;
        if (done.looked_at < batch) break;
    }
    return deleted;
}

}  // namespace

UpkeepRound keep_up(
    store::Store& store, const Rules& rules, const UpkeepConfig& config, UpkeepMemory& memory, UnixMillis now
) {
    const auto packs = rules.packs();
    const Date today = Date::of(now);
    if (memory.packs != packs->fingerprint || memory.day != today.text()) {
        memory = {packs->fingerprint, today.text(), 0};
    }
    mark_models(store, packs->packs(), today, memory.model);
    UpkeepRound out;
    out.judged = judge_listed(store, {*packs, config.absence, now});
    out.timed = change_items_by_time(store, config, now);
    out.documents = delete_documents(store);
    return out;
}

Upkeep::Upkeep(UpkeepConfig config, store::Store& store, const Rules& rules, Clock clock, const Log& log)
    : config_(config), store_(store), rules_(rules), clock_(std::move(clock)), log_(log), thread_(&Upkeep::run, this) {}

Upkeep::~Upkeep() {
    {
        const std::scoped_lock lock(mutex_);
        ending_ = true;
    }
    wake_.notify_all();
    thread_.join();
}

void Upkeep::soon() {
    {
        const std::scoped_lock lock(mutex_);
        due_ = true;
    }
    wake_.notify_all();
}

void Upkeep::run() {
    for (;;) {
        {
            std::unique_lock lock(mutex_);
            wake_.wait_for(lock, config_.every, [this] { return due_ || ending_; });
            if (ending_) return;
            due_ = false;
        }
        try {
            const UpkeepRound round = keep_up(store_, rules_, config_, memory_, clock_());
            if (round.judged + round.timed + round.documents == 0) continue;
            log_.info(
                "kept_up", {{"devices_judged", std::to_string(round.judged)},
                            {"items", std::to_string(round.timed)},
                            {"documents_deleted", std::to_string(round.documents)}}
            );
        } catch (const std::exception& broken) {
            log_.error("upkeep_failed", {{"why", broken.what()}});
        }
    }
}

}  // namespace assay::api
