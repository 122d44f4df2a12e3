#include "policy/match.hpp"

#include "tests/policy/pack_text.hpp"

using namespace assay;
using namespace assay::policy;

namespace {

const char* const makers = R"(
entities = [{ id = "a", name = "A" }, { id = "b", name = "B" }, { id = "c", name = "C" }]
links = [
  { entity = "b", of = "a", kind = "subsidiary", until = 2022-06-30, citation = "x" },
  { entity = "c", of = "b", kind = "affiliate", citation = "x" },
]
identifiers = [
  { entity = "a", registry = "pci", values = ["aaaa"], confidence = "registered", source = "s" },
  { entity = "a", registry = "pci_subsystem", values = ["aaaa"], confidence = "registered", source = "s" },
  { entity = "b", registry = "usb", values = ["bbbb", "1234:0001"], confidence = "registered", source = "s" },
  { entity = "c", registry = "oui", values = ["2a0bb8", "0000001"], confidence = "registered", source = "s" },
  { entity = "a", registry = "oui", values = ["000000"], confidence = "registered", source = "s" },
  { entity = "b", registry = "oui", values = ["000000100"], confidence = "registered", source = "s" },
]
)";

std::string entry(const std::string& more) {
    return "[[entries]]\nid = \"e\"\nentity = \"a\"\nauthority = \"Board\"\ncitation = \"Decision 1\"\n"
           "from = 2021-03-12\naction = \"no_new_purchase\"\n" +
           more;
}

PackSet set_of(const std::string& entries) {
    std::vector<Pack> packs;
    packs.push_back(good_pack(with_header(makers + entries)));
    return good_set(std::move(packs));
}

std::vector<Match> matches(
    const PackSet& set, Registry registry, std::string_view value, std::string_view when = "2022-01-01",
    ComponentKind kind = ComponentKind::pci_function
) {
    const std::vector<Identifier> identifiers{make_identifier(registry, value).value()};
    return match_model(set, identifiers, kind, day(when));
}

}  // namespace

TEST_SUITE("match") {
    TEST_CASE("a match is a whole chain, from the identifier to the action") {
        const PackSet set = set_of(entry(""));
        const auto found = matches(set, Registry::pci, "aaaa:0001");
        REQUIRE(found.size() == 1);
        const Match& match = found[0];
        CHECK(match.reason == MatchReason::vendor_chip);
        CHECK(match.pattern.value == "aaaa");
        CHECK(match.known_from->id == "own");
        CHECK(match.entity->id == "a");
        CHECK(match.path.empty());
        CHECK(match.named->id == "a");
        CHECK(match.entry->id == "e");
        CHECK(match.action == Action::no_new_purchase);
    }

    TEST_CASE("chip and subsystem are two matches with two reasons") {
        const PackSet set = set_of(entry(""));
        const std::vector<Identifier> both{
            make_identifier(Registry::pci, "aaaa:0001").value(),
            make_identifier(Registry::pci_subsystem, "aaaa:0002").value()
        };
        const auto found = match_model(set, both, ComponentKind::pci_function, day("2022-01-01"));
        REQUIRE(found.size() == 2);
        CHECK(found[0].reason == MatchReason::vendor_chip);
        CHECK(found[1].reason == MatchReason::vendor_subsystem);
        CHECK(matches(set, Registry::pci_subsystem, "8086:aaaa").empty());
    }

    TEST_CASE("no day before an entry is in force has a match, and none after it ended") {
        const PackSet set = set_of(entry("until = 2023-12-31\n"));
        CHECK(matches(set, Registry::pci, "aaaa:0001", "2021-03-11").empty());
        CHECK(matches(set, Registry::pci, "aaaa:0001", "2021-03-12").size() == 1);
        CHECK(matches(set, Registry::pci, "aaaa:0001", "2023-12-31").size() == 1);
        CHECK(matches(set, Registry::pci, "aaaa:0001", "2024-01-01").empty());
    }

    TEST_CASE("only the entity itself is named unless the entry is inherited") {
        CHECK(matches(set_of(entry("")), Registry::usb, "bbbb:0001").empty());
        const PackSet subsidiaries = set_of(entry("inherits = \"subsidiaries\"\n"));
        CHECK(matches(subsidiaries, Registry::usb, "bbbb:0001").size() == 1);
        CHECK(matches(subsidiaries, Registry::mac, "2a0bb8000001").empty());
        const PackSet all = set_of(entry("inherits = \"subsidiaries_and_affiliates\"\n"));
        const auto found = matches(all, Registry::mac, "2a0bb8000001");
        REQUIRE(found.size() == 1);
        CHECK(found[0].entity->id == "c");
        REQUIRE(found[0].path.size() == 2);
        CHECK(found[0].path[0]->of == "b");
        CHECK(found[0].path[1]->of == "a");
        CHECK(found[0].named->id == "a");
    }

    TEST_CASE("a subsidiary that was sold falls under its former parent's entry until the sale only") {
        const PackSet set = set_of(entry("inherits = \"subsidiaries\"\n"));
        CHECK(matches(set, Registry::usb, "bbbb:0001", "2022-06-30").size() == 1);
        CHECK(matches(set, Registry::usb, "bbbb:0001", "2022-07-01").empty());
    }

    TEST_CASE("the longest assigned block decides whose address it is") {
        const PackSet set = set_of(entry("inherits = \"subsidiaries_and_affiliates\"\n"));
        CHECK(matches(set, Registry::mac, "000000f00001").at(0).entity->id == "a");
        CHECK(matches(set, Registry::mac, "0000001f0001").at(0).entity->id == "c");
        CHECK(matches(set, Registry::mac, "000000100001").at(0).entity->id == "b");
        // On a day when the longest block's holder is no longer linked, the shorter block's holder is not blamed.
        CHECK(matches(set, Registry::mac, "000000100001", "2023-01-01").empty());
    }

    TEST_CASE("no bit after the first 36 decides, so models may drop the rest of an address") {
        const PackSet set = set_of(entry("inherits = \"subsidiaries_and_affiliates\"\n"));
        for (const char* block : {"000000f00", "0000001f0", "000000100"}) {
            const std::string start = block;
            const auto unit = matches(set, Registry::mac, start + "abc");
            const auto model = matches(set, Registry::mac, start + "000");
            REQUIRE(unit.size() == 1);
            CHECK(unit[0].row == model.at(0).row);
        }
    }

    TEST_CASE("an entry about services never matches hardware") {
        CHECK(matches(set_of(entry("scope = { service_only = true }\n")), Registry::pci, "aaaa:0001").empty());
    }

    TEST_CASE("an entry for some kinds of parts leaves the others alone") {
        const PackSet set = set_of(entry("scope = { kinds = [\"usb_device\"] }\n"));
        CHECK(matches(set, Registry::pci, "aaaa:0001").empty());
        CHECK(matches(set, Registry::pci, "aaaa:0001", "2022-01-01", ComponentKind::usb_device).size() == 1);
    }

    TEST_CASE("roles and site tags restrict an entry; where they are not known a person decides") {
        const PackSet set = set_of(entry("scope = { roles = [\"core\"], site_tags = [\"port\", \"base\"] }\n"));
        const auto judged = [&set](const Context& context) {
            return in_context(matches(set, Registry::pci, "aaaa:0001").at(0), context);
        };
        CHECK(judged({"core", {"base"}})->scope == ScopeResult::in_scope);
        CHECK(judged({"core", {"base"}})->action == Action::no_new_purchase);
        CHECK_FALSE(judged({"access", {"base"}}));
        CHECK_FALSE(judged({"core", {"shop"}}));
        CHECK(judged({"", {"base"}})->scope == ScopeResult::role_unknown);
        CHECK(judged({"", {"base"}})->action == Action::review);
        CHECK(judged({"core", {}})->scope == ScopeResult::site_tags_unknown);
        CHECK(judged({"core", {}})->action == Action::review);
    }

    TEST_CASE("an identifier is judged by itself, so sets of them can be cached apart and joined") {
        const PackSet set = set_of(entry("inherits = \"subsidiaries_and_affiliates\"\n"));
        const std::vector<Identifier> both{
            make_identifier(Registry::pci, "aaaa:0001").value(), make_identifier(Registry::mac, "000000f00001").value()
        };
        const auto together = match_model(set, both, ComponentKind::pci_function, day("2022-01-01"));
        REQUIRE(together.size() == 2);
        for (std::size_t i = 0; i < both.size(); ++i) {
            const auto alone =
                match_model(set, std::span(both).subspan(i, 1), ComponentKind::pci_function, day("2022-01-01"));
            REQUIRE(alone.size() == 1);
            CHECK(alone[0].identifier == together[i].identifier);
            CHECK(alone[0].entry == together[i].entry);
        }
    }

    TEST_CASE("a chain of thousands of links, and many ways to one parent, end") {
        std::string text = "entities = [";
        for (int i = 0; i <= 4000; ++i) text += "{ id = \"n" + std::to_string(i) + "\", name = \"N\" },";
        text += "]\nlinks = [";
        const auto link = [&text](int from, int to) {
            text += "{ entity = \"n" + std::to_string(from) + "\", of = \"n" + std::to_string(to) +
                    "\", kind = \"affiliate\", citation = \"c\" },";
        };
        for (int i = 0; i < 4000; ++i) link(i, i + 1);
        for (int i = 0; i < 3000; ++i) link(i, i + 2);
        text += R"(]
identifiers = [{ entity = "n0", registry = "pci", values = ["aaaa"], confidence = "observed", source = "s" }]
[[entries]]
id = "e"
entity = "n4000"
authority = "Board"
citation = "Decision 1"
from = 2021-03-12
inherits = "subsidiaries_and_affiliates"
action = "inform"
)";
        std::vector<Pack> packs;
        packs.push_back(good_pack(with_header(text)));
        const PackSet set = good_set(std::move(packs));
        CHECK(matches(set, Registry::pci, "aaaa:0001").at(0).path.size() == 1500 + 1000);
    }

    TEST_CASE("names never match") {
        const PackSet set = set_of(entry(""));
        Component component;
        component.kind = ComponentKind::pci_function;
        component.names["vendor"] = Reading::of("A");
        component.names["product"] = Reading::of("aaaa:0001");
        component.identifiers = {make_identifier(Registry::pci, "8086:1572").value()};
        CHECK(match(set, component, day("2022-01-01"), {}).empty());
        component.identifiers = {make_identifier(Registry::pci, "aaaa:0001").value()};
        component.names["vendor"] = Reading::of("Somebody else");
        CHECK(match(set, component, day("2022-01-01"), {}).size() == 1);
    }
}
