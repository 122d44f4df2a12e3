#include "policy/same_house.hpp"

#include <algorithm>
#include <vector>

namespace assay::policy {

std::set<std::string_view> houses_of(const PackSet& packs, std::span<const Pattern> numbers) {
    std::set<std::string_view> out;
    std::vector<std::string_view> waiting;
    const auto enter = [&out, &waiting](std::string_view entity) {
        if (out.insert(entity).second) waiting.push_back(entity);
    };
    for (const Pattern& number : numbers) {
        for (const PackSet::Row& row : packs.rows(number)) enter(row.row->entity);
    }
    while (!waiting.empty()) {
        const std::string_view entity = waiting.back();
        waiting.pop_back();
        for (const Link* link : packs.links_from(entity)) enter(link->of);
    }
    return out;
}

bool meet(const std::set<std::string_view>& a, const std::set<std::string_view>& b) {
    return std::ranges::any_of(a, [&b](std::string_view one) { return b.contains(one); });
}

}  // namespace assay::policy
