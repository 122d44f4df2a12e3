// A pack is rows that keep their promises, or an error with its place; whatever is read can be put together or refused,
// and matched.

#include "base/bytes.hpp"
#include "policy/match.hpp"
#include "policy/read_pack.hpp"
#include "tests/fuzz/require.hpp"

using namespace assay;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto pack = policy::read_pack(as_text({data, size}), "fuzz.toml");
    if (!pack) {
        REQUIRE_ALWAYS(pack.error().where.starts_with("fuzz.toml") && !pack.error().what.empty());
        return 0;
    }
    for (const auto& entry : pack->entries) {
        REQUIRE_ALWAYS(!entry.citation.empty() && entry.period.from && !entry.period.reversed() && entry.at.line > 0);
        REQUIRE_ALWAYS(entry.deadline.has_value() == (entry.action == policy::Action::remove_by));
    }
    std::vector<policy::Pack> packs;
    packs.push_back(*std::move(pack));
    const auto set = policy::PackSet::compose(std::move(packs));
    if (!set) {
        REQUIRE_ALWAYS(!set.error().what.empty());
        return 0;
    }
    const std::vector<Identifier> identifiers{
        make_identifier(Registry::pci, "19e5:0001").value(), make_identifier(Registry::mac, "001e10000001").value()
    };
    const Date day = Date::parse("2026-11-23").value();
    for (const auto& match : policy::match_model(*set, identifiers, ComponentKind::pci_function, day)) {
        REQUIRE_ALWAYS(match.entry->period.covers(day) && !match.entry->scope.service_only);
        REQUIRE_ALWAYS(match.path.empty() == (match.entity == match.named));
    }
    return 0;
}
