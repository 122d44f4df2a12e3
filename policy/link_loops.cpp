#include "policy/link_loops.hpp"

#include <map>
#include <set>
#include <string_view>

namespace assay::policy {
namespace {

// `left` holds the entities that a loop can be reached from: following any link inside it must come to one.
Error loop_error(const std::vector<PlacedLink>& links, const std::map<std::string_view, std::size_t>& left) {
    std::map<std::string_view, const PlacedLink*> onward;
    for (const PlacedLink& one : links) {
        if (left.contains(one.link->entity) && left.contains(one.link->of)) onward.try_emplace(one.link->entity, &one);
    }
    std::set<std::string_view> passed;
    std::string_view entity = onward.begin()->first;
    while (passed.insert(entity).second) entity = onward.at(entity)->link->of;
    const PlacedLink& on_loop = *onward.at(entity);
    return placed_error(
        *on_loop.pack, on_loop.link->at, Errc::bad_value, "links",
        "the links from \"" + std::string(entity) + "\" lead back to it"
    );
}

}  // namespace

Result<void> refuse_loops(const std::vector<PlacedLink>& links) {
    // Take away, again and again, the entities that no remaining link starts from: a loop can be reached from every
    // entity that is left.
    std::map<std::string_view, std::size_t> outgoing;
    std::map<std::string_view, std::vector<std::string_view>> incoming;
    for (const PlacedLink& one : links) {
        ++outgoing[one.link->entity];
        outgoing.try_emplace(one.link->of, 0);
        incoming[one.link->of].push_back(one.link->entity);
    }
    std::vector<std::string_view> free;
    for (const auto& [entity, count] : outgoing) {
        if (count == 0) free.push_back(entity);
    }
    while (!free.empty()) {
        const std::string_view entity = free.back();
        free.pop_back();
        for (const std::string_view below : incoming[entity]) {
            if (--outgoing[below] == 0) free.push_back(below);
        }
        outgoing.erase(entity);
    }
    if (outgoing.empty()) return {};
    return fail(loop_error(links, outgoing));
}

}  // namespace assay::policy
