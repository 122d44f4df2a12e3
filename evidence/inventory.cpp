#include "evidence/inventory.hpp"

#include "base/words.hpp"

#include <algorithm>
#include <cassert>

namespace assay {
namespace {

constexpr auto states = words<SourceState>({
    {SourceState::ok, "ok"},
    {SourceState::absent, "absent"},
    {SourceState::denied, "denied"},
    {SourceState::error, "error"},
    {SourceState::timed_out, "timed_out"},
});

}  // namespace

std::string_view name(SourceState state) {
    return states.of(state);
}

Result<SourceState> source_state_named(std::string_view wanted, std::string_view where) {
    if (const auto state = states.named(wanted)) return *state;
    return fail(Errc::bad_value, std::string(where), "no such state of a source");
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
