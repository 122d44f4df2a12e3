#include "evidence/inventory.hpp"

#include <algorithm>
#include <array>
#include <cassert>

namespace assay {
namespace {

struct StateName {
    SourceState state;
    std::string_view name;
};

constexpr std::array state_names{
    StateName{SourceState::ok, "ok"},
    StateName{SourceState::absent, "absent"},
    StateName{SourceState::denied, "denied"},
    StateName{SourceState::error, "error"},
    StateName{SourceState::timed_out, "timed_out"},
};

}  // namespace

std::string_view name(SourceState state) {
    return std::ranges::find(state_names, state, &StateName::state)->name;
}

Result<SourceState> source_state_named(std::string_view wanted, std::string_view where) {
    const auto found = std::ranges::find(state_names, wanted, &StateName::name);
    if (found == state_names.end()) return fail(Errc::bad_value, std::string(where), "no such state of a source");
    return found->state;
}

void normalise(Inventory& inventory) {
    for (SourceReport& source : inventory.sources) {
        std::ranges::sort(source.covered);
        const auto repeated = std::ranges::unique(source.covered);
        source.covered.erase(repeated.begin(), repeated.end());
    }
    std::ranges::sort(inventory.sources, {}, &SourceReport::source);
    for (Component& component : inventory.components) {
        std::ranges::sort(component.identifiers);
        const auto repeated = std::ranges::unique(component.identifiers);
        component.identifiers.erase(repeated.begin(), repeated.end());
        std::ranges::sort(component.firmware, {}, &Firmware::name);
    }
    std::ranges::sort(inventory.components, {}, &Component::key);
    assert(std::ranges::adjacent_find(inventory.components, {}, &Component::key) == inventory.components.end());
}

}  // namespace assay
