#include "collector/worklist/report.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::worklist {
namespace {

constexpr std::string_view collector = "collector";

bool removal_stated(State state) {
    return state == State::removed || state == State::absence_observed || state == State::disposed ||
           state == State::closed;
}

std::vector<Demand> working(const std::vector<Demand>& demands) {
    std::vector<Demand> out;
    for (const Demand& demand : demands) {
        if (asks_for_work(demand.action)) out.push_back(demand);
    }
    std::ranges::sort(out);
    return out;
}

// One item that is being changed, with what happens to it.
class Changing {
  public:
    Changing(Item item, UnixMillis at) : change_{std::move(item), {}}, before_(change_.item), at_(at) {}

    Item& item() { return change_.item; }

    void happened(std::string_view event, std::string note) {
        const State now = change_.item.state;
        change_.events.push_back({at_, std::string(collector), std::string(event), now, now, std::move(note)});
    }
    void move(State to, std::string_view event, std::string note) {
        const State from = change_.item.state;
        change_.item.state = to;
        change_.events.push_back({at_, std::string(collector), std::string(event), from, to, std::move(note)});
    }
    void forget_removal() {
        Item& item = change_.item;
        item.claim.reset();
        item.watch = {};
        item.conditions.clear();
        item.grade.reset();
        item.first_closer.clear();
    }

    std::optional<Change> done() {
        if (change_.item == before_ && change_.events.empty()) return std::nullopt;
        change_.item.changed_at = at_;
        return std::move(change_);
    }

  private:
    Change change_;
    Item before_;
    UnixMillis at_;
};

// The state that counts: what an unreachable item was before.
State underlying(const Item& item) {
    return item.state == State::unreachable ? item.before.value_or(State::detected) : item.state;
}

class Report {
  public:
    Report(const DeviceId& device, const std::vector<Judged>& judged, const Facts& facts, const Rules& rules)
        : device_(device), judged_(judged), facts_(facts), rules_(rules), parts_(*facts.inventory) {}

    std::vector<Change> apply(const std::vector<Item>& items) {
        std::vector<Change> changes;
        std::set<std::string, std::less<>> taken;  // keys of components that an item is about
        for (const Item& item : items) {
            Changing changing(item, facts_.at);
            const Found found = find(item.part, parts_);
            if (found.part != nullptr && found.how != Found::How::occupied) taken.insert(found.part->key);
            update(changing, found);
            if (auto change = changing.done()) changes.push_back(*std::move(change));
        }
        for (const Judged& one : judged_) {
            if (taken.contains(one.component)) continue;
            const Part* part = parts_.at(one.component);
            std::vector<Demand> demands = working(one.demands);
            if (part == nullptr || demands.empty()) continue;
            changes.push_back(opened(*part, std::move(demands)));
            taken.insert(one.component);
        }
        return changes;
    }

  private:
    void update(Changing& changing, const Found& found) {
        if (facts_.fresh && changing.item().state == State::unreachable) {
            const State back = changing.item().before.value_or(State::detected);
            changing.item().before.reset();
            changing.move(back, "reachable", "The device reports again.");
        }
        switch (found.how) {
            case Found::How::present: present(changing, *found.part); break;
            case Found::How::altered: altered(changing, *found.part); break;
            case Found::How::occupied:
            case Found::How::missing: missing(changing); break;
        }
        if (facts_.fresh && changing.item().claim) observe(changing, found);
    }

    void present(Changing& changing, const Part& part) {
        Item& item = changing.item();
        const State state = item.state;
        const bool was_missing = item.missing_since.has_value();
        if (part.key != item.part.key)
            changing.happened("moved", fmt::format("From {} to {}.", item.part.key, part.key));
        item.missing_since.reset();
        if (state == State::altered || (removal_stated(state) && (was_missing || state != State::removed))) {
            changing.move(State::reappeared, "reappeared", "The part is in the device's report again.");
            changing.forget_removal();
        } else if (state == State::removed && !item.watch.still_there) {
            changing.happened("still_there", "The part was stated to be removed, and the report still lists it.");
        } else if (was_missing) {
            changing.happened("seen_again", "The report lists the part again.");
        }
        item.part = part;
        if (facts_.fresh && item.state != State::removed) item.baseline = baseline_of(part, facts_, parts_);
        demand(changing, part.key);
    }

    // The active packs' word on the part, as of this report.
    void demand(Changing& changing, const std::string& key) {
        const auto judged = std::ranges::find(judged_, key, &Judged::component);
        std::vector<Demand> now = judged == judged_.end() ? std::vector<Demand>{} : working(judged->demands);
        Item& item = changing.item();
        if (now == item.demands) return;
        const auto is_new = [&item](const Demand& one) {
            return std::ranges::find(item.demands, one.entry, &Demand::entry) == item.demands.end();
        };
        const bool more = std::ranges::any_of(now, is_new);
        const bool set_aside = item.state == State::false_positive || item.state == State::excepted;
        item.demands = std::move(now);
        item.two_persons =
            item.two_persons || std::ranges::find(item.demands, "remove_by", &Demand::action) != item.demands.end();
        std::string note = item.demands.empty() ? "The active packs no longer find anything on this part."
                                                : fmt::format("{} findings ask for work on it.", item.demands.size());
        if (more && set_aside) {
            item.until.reset();
            changing.move(State::detected, "new_finding", std::move(note));
        } else {
            changing.happened("findings_changed", std::move(note));
        }
    }

    void altered(Changing& changing, const Part& as) {
        const State state = changing.item().state;
        if (state == State::altered || state == State::false_positive) return;
        changing.move(
            State::altered, "altered",
            "The part's serial, MAC address or firmware hash is at " + as.key + " under other ids."
        );
    }

    void missing(Changing& changing) {
        Item& item = changing.item();
        if (item.missing_since) return;
        item.missing_since = facts_.at;
        changing.happened("missing", "The report does not list the part. That alone does not prove that it is gone.");
    }

    void observe(Changing& changing, const Found& found) {
        Item& item = changing.item();
        const bool watching = item.state == State::removed || item.state == State::altered ||
                              (item.grade == Grade::reported && item.state == State::absence_observed);
        if (!watching) return;
        Item seen = item;
        watch(seen, facts_, parts_, found, rules_);
        const std::optional<Grade> grade = earned(seen.conditions);
        if (item.state == State::absence_observed) {
            // What was observed stays; only a better grade is taken.
            item.watch = seen.watch;
            if (grade == Grade::measured) {
                item.conditions = seen.conditions;
                item.grade = grade;
                changing.happened("grade_raised", "Two accepted boots without the part: measured.");
            }
            return;
        }
        item.watch = seen.watch;
        item.conditions = seen.conditions;
        if (item.state == State::removed && grade) {
            item.grade = grade;
            changing.move(
                State::absence_observed, "absence_observed", fmt::format("Every rule held; grade {}.", name(*grade))
            );
        }
    }

    Change opened(const Part& part, std::vector<Demand> demands) const {
        Item item;
        item.device = device_;
        item.part = part;
        item.demands = std::move(demands);
        item.two_persons = std::ranges::find(item.demands, "remove_by", &Demand::action) != item.demands.end();
        item.baseline = baseline_of(part, facts_, parts_);
        item.opened_at = facts_.at;
        item.changed_at = facts_.at;
        std::string note = fmt::format("{} findings ask for work on it.", item.demands.size());
        return {
            std::move(item), {{facts_.at, std::string(collector), "opened", State::detected, State::detected, note}}
        };
    }

    const DeviceId& device_;
    const std::vector<Judged>& judged_;
    const Facts& facts_;
    const Rules& rules_;
    Parts parts_;
};

}  // namespace

std::vector<Change> on_report(
    const DeviceId& device, const std::vector<Item>& items, const std::vector<Judged>& judged, const Facts& facts,
    const Rules& rules
) {
    return Report(device, judged, facts, rules).apply(items);
}

std::optional<Change> on_sighting(const Item& item, const DeviceId& elsewhere, const Component& seen, UnixMillis at) {
    const State state = underlying(item);
    const bool gone = item.missing_since.has_value() || removal_stated(state);
    if (elsewhere == item.device || !gone || state == State::reappeared) return std::nullopt;
    if (state == State::false_positive || state == State::excepted) return std::nullopt;
    if (!same_unit_elsewhere(item.part, part_of(seen))) return std::nullopt;
    Changing changing(item, at);
    changing.item().before.reset();
    changing.move(
        State::reappeared, "reappeared", "The part was reported by device " + elsewhere.text() + " at " + seen.key + "."
    );
    changing.forget_removal();
    return changing.done();
}

std::optional<Change> on_time(const Item& item, UnixMillis now, bool device_silent) {
    Changing changing(item, now);
    if (item.state == State::excepted && item.until && *item.until < Date::of(now)) {
        changing.item().until.reset();
        changing.move(State::detected, "exception_expired", "The exception ran until " + item.until->text() + ".");
    }
    const bool can_fall_silent = is_open(changing.item().state) && changing.item().state != State::unreachable &&
                                 changing.item().state != State::disposed;
    if (device_silent && can_fall_silent) {
        changing.item().before = changing.item().state;
        changing.move(State::unreachable, "unreachable", "The device has not reported in time.");
    }
    return changing.done();
}

}  // namespace assay::worklist
