#pragma once
// A small device with one listed part, and the life of its item, for the tests of collector/worklist.

#include "collector/worklist/operate.hpp"
#include "collector/worklist/report.hpp"

#include <doctest/doctest.h>

namespace assay::worklist::test {

inline constexpr std::string_view card_key = "pci/0000:00/1c.0/00.0";
inline constexpr std::int64_t hour_ms = 3'600'000;

inline Component component(std::string key, ComponentKind kind, std::vector<Identifier> ids, std::string serial = {}) {
    Component out;
    out.key = std::move(key);
    out.kind = kind;
    out.identifiers = std::move(ids);
    if (!serial.empty()) out.serial = Reading::of(std::move(serial));
    return out;
}

inline Component card() {
    Component out =
        component(std::string(card_key), ComponentKind::pci_function, {{Registry::pci, "19e5:1822"}}, "CARD-0001");
    out.parent = "pci/0000:00/1c.0";
    out.location.slot = "3";
    out.names["product"] = Reading::of("Network card");
    return out;
}

inline Inventory inventory_without_card() {
    Inventory out;
    out.sources = {
        {.source = "pci", .state = SourceState::ok, .covered = {"pci/0000:00"}},
        {.source = "smbios", .state = SourceState::ok, .covered = {"smbios"}},
    };
    out.components = {
        component("block/1", ComponentKind::block_device, {}, "DISK-1111"),
        component("block/2", ComponentKind::block_device, {}, "DISK-2222"),
        component("memory/1", ComponentKind::memory_module, {}, "DIMM-1111"),
        component("memory/2", ComponentKind::memory_module, {}, "DIMM-2222"),
        component("memory/3", ComponentKind::memory_module, {}, "DIMM-3333"),
        component("pci/0000:00/1c.0", ComponentKind::pci_function, {{Registry::pci, "8086:a338"}}),
        component("system", ComponentKind::system, {}, "CHASSIS-77"),
    };
    normalise(out);
    return out;
}
inline Inventory inventory_with_card() {
    Inventory out = inventory_without_card();
    out.components.push_back(card());
    normalise(out);
    return out;
}
inline Component& at(Inventory& inventory, std::string_view key) {
    for (Component& one : inventory.components) {
        if (one.key == key) return one;
    }
    throw std::runtime_error("no such component");
}

// One report: changed as a test likes before it is applied.
struct Scene {
    DeviceId device;
    std::vector<Item> items;
    std::vector<Event> events;
    Rules rules{.min_reports = 3, .min_time = std::chrono::hours(2), .same_units_percent = 80};
    Inventory with = inventory_with_card();
    Inventory without = inventory_without_card();
    Facts facts{
        .at = {1'700'000'000'000},
        .quoted = true,
        .generation = 1,
        .clock = {.clock_ms = 5 * 3'600'000, .reset_count = 7, .restart_count = 0, .safe = true},
        .agent_version = "0.1.0",
    };
    std::vector<Judged> judged{
        {.component = std::string(card_key),
         .demands = {{"f1", "fcc-huawei", "huawei", "FCC", "remove_by", *Date::parse("2030-01-01")}}}
    };

    void take(std::vector<Change> changes) {
        for (Change& change : changes) take(std::move(change));
    }
    void take(Change change) {
        for (Event& event : change.events) events.push_back(std::move(event));
        if (change.item.id == 0) {
            change.item.id = items.size() + 1;
            items.push_back(std::move(change.item));
            return;
        }
        items.at(change.item.id - 1) = std::move(change.item);
    }
    void later(std::int64_t ms) {
        facts.at.value += ms;
        facts.clock.clock_ms += static_cast<std::uint64_t>(ms);
    }
    void report(const Inventory& inventory) {
        facts.inventory = &inventory;
        take(on_report(device, items, judged, facts, rules));
    }
    Result<void> act(Action action, std::string actor = "ann", std::string note = "as agreed") {
        Request request{.action = action, .actor = std::move(actor), .note = std::move(note), .date = {}};
        if (action == Action::plan || action == Action::except) request.date = *Date::parse("2029-05-06");
        auto change = on_operator(items.at(0), request, facts.clock, facts.at);
        if (!change) return fail(change.error());
        take(*std::move(change));
        return {};
    }
    void reboot() { ++facts.clock.reset_count; }
    Item& item() { return items.at(0); }
    State state() { return item().state; }
    std::string last_event() { return events.empty() ? "" : events.back().event; }

    // Up to the statement that the part is out.
    void up_to_removed() {
        report(with);
        for (const Action action : {Action::confirm, Action::plan, Action::start, Action::removed})
            REQUIRE(act(action));
        REQUIRE(state() == State::removed);
        reboot();
        later(hour_ms);
    }
    // Reports without the part until absence is observed, unless a test broke something.
    void three_reports(const Inventory& inventory) {
        for (int i = 0; i < 3; ++i) {
            report(inventory);
            later(hour_ms);
        }
    }
    const Condition& condition(std::string_view rule) {
        for (const Condition& one : item().conditions) {
            if (one.rule == rule) return one;
        }
        throw std::runtime_error("no such rule");
    }
};

}  // namespace assay::worklist::test
