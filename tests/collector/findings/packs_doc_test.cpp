// The rule that docs/PACKS.md teaches with is the rule that works.

#include "collector/findings/judge.hpp"
#include "tests/policy/shipped_packs.hpp"

#include <algorithm>

using namespace assay;

namespace {

const std::string& document() {
    static const std::string text = to_text(test::read_file(std::string(ASSAY_SOURCE_DIR) + "/docs/PACKS.md"));
    return text;
}

// The first TOML example.
std::string rule() {
    const std::string opening = "```toml\n";
    const std::size_t begin = document().find(opening);
    REQUIRE(begin != std::string::npos);
    const std::size_t end = document().find("```", begin + opening.size());
    REQUIRE(end != std::string::npos);
    return document().substr(begin + opening.size(), end - begin - opening.size());
}

std::vector<Finding> judged(const std::string& pack, std::string_view when) {
    Component card;
    card.key = "pci/03.0";
    card.kind = ComponentKind::pci_function;
    card.identifiers = {make_identifier(Registry::pci, "1af4:1041").value()};
    Inventory inventory;
    inventory.components = {card};
    std::vector<policy::Pack> packs;
    packs.push_back(policy::good_pack(pack));
    return judge(inventory, policy::good_set(std::move(packs)), policy::day(when));
}

bool documented(std::string_view word) {
    return document().find("`" + std::string(word) + "`") != std::string::npos;
}

}  // namespace

TEST_SUITE("docs/PACKS.md") {
    TEST_CASE("its ten-line rule has ten lines and finds the part it speaks of") {
        CHECK(std::ranges::count(rule(), '\n') == 10);
        const auto found = judged(rule(), "2026-11-23");
        REQUIRE(found.size() == 1);
        CHECK(found[0].chain.entry == "own-virtio");
        CHECK(found[0].chain.action == policy::Action::review);
        CHECK(judged(rule(), "2026-11-01").empty());
    }

    TEST_CASE("a rule for an entity of the shipped packs needs no numbers of its own") {
        std::string text = rule();
        for (const std::string start : {"entities = ", "identifiers = "}) {
            const std::size_t at = text.find(start);
            text.erase(at, text.find('\n', at) + 1 - at);
        }
        text.replace(text.find("entity = \"virtio\""), 17, "entity = \"huawei\"");
        text.replace(text.find("title ="), 7, "uses = [\"entities\"], title =");
        std::vector<policy::Pack> packs;
        packs.push_back(policy::good_pack(text));
        packs.push_back(policy::shipped_pack("entities"));
        CHECK(policy::good_set(std::move(packs)).entries_on("huawei").size() == 1);
    }

    TEST_CASE("it names every reason, action, scope result, registry and field of the JSON") {
        for (const policy::MatchReason reason : policy::all_match_reasons()) CHECK(documented(name(reason)));
        for (const Registry registry : all_registries()) {
            CAPTURE(name(registry));
            if (registry != Registry::mac) CHECK(documented(name(registry)));
        }
        const json::Object value = to_json(judged(rule(), "2026-11-23").at(0));
        for (const auto& member : value) CHECK(documented(member.key()));
        for (const auto& member : value.at("chain").as_object()) CHECK(documented(member.key()));
        for (const auto& member : value.at("chain").at("listed").as_object()) CHECK(documented(member.key()));
        for (const auto& member : value.at("chain").at("known_as").as_object()) CHECK(documented(member.key()));
    }
}
