#include "collector/findings/judge.hpp"

#include "collector/findings/finding.hpp"
#include "tests/policy/pack_text.hpp"

#include <set>

using namespace assay;

namespace {

const char* const rules = R"(
entities = [{ id = "a", name = "Maker A" }, { id = "b", name = "Maker B" }]
links = [{ entity = "b", of = "a", kind = "subsidiary", citation = "Register of companies" }]
identifiers = [
  { entity = "a", registry = "pci_subsystem", values = ["aaaa"], confidence = "registered", source = "PCI ids" },
  { entity = "b", registry = "oui", values = ["001e10"], confidence = "observed", source = "logs" },
]
[[entries]]
id = "own-a"
entity = "a"
authority = "Board"
list = "Parts we do not buy"
citation = "Decision 17"
demands = "Buy no more."
from = 2021-03-12
inherits = "subsidiaries"
action = "no_new_purchase"
)";

policy::PackSet packs(const std::string& more = "") {
    std::vector<policy::Pack> out;
    out.push_back(policy::good_pack(policy::with_header(rules + more)));
    return policy::good_set(std::move(out));
}

Component part(std::string key, ComponentKind kind, std::vector<Identifier> identifiers) {
    Component out;
    out.key = std::move(key);
    out.kind = kind;
    out.identifiers = std::move(identifiers);
    return out;
}

Identifier number(Registry registry, std::string_view value) {
    return make_identifier(registry, value).value();
}

Inventory inventory() {
    Inventory out;
    Component card = part(
        "pci/1c.0", ComponentKind::pci_function,
        {number(Registry::pci, "8086:1572"), number(Registry::pci_subsystem, "aaaa:d11c")}
    );
    card.names["vendor"] = Reading::of("Vendor\tX");
    card.names["product"] = Reading::of("X710");
    card.location.slot = "PCIe 3";
    out.components = {
        std::move(card),
        part("network/1c.0", ComponentKind::network_interface, {number(Registry::mac, "001e10000001")}),
        part("usb/1-1", ComponentKind::usb_device, {number(Registry::usb, "1d6b:0002")})
    };
    normalise(out);
    return out;
}

const Date today = policy::day("2026-11-23");

}  // namespace

TEST_SUITE("judge") {
    TEST_CASE("each listed part is one finding, sorted, with what is known of its device") {
        const auto found = judge(inventory(), packs(), today, {"d1", "Berlin 3", "core", {}, ProofLevel::reported});
        REQUIRE(found.size() == 2);
        CHECK(found[0].component == "network/1c.0");
        CHECK(found[0].chain.links.at(0).of.id == "a");
        CHECK(found[1].component == "pci/1c.0");
        CHECK(found[1].device == "d1");
        CHECK(found[1].site == "Berlin 3");
        CHECK(found[1].proof == ProofLevel::reported);
        CHECK(found[1].location.slot == "PCIe 3");
        CHECK_FALSE(found[1].excepted);
    }

    TEST_CASE("no day before the entry has a finding") {
        CHECK(judge(inventory(), packs(), policy::day("2021-03-11")).empty());
        CHECK(judge(inventory(), packs(), policy::day("2021-03-12")).size() == 2);
    }

    TEST_CASE("a finding keeps its id over reports, days, sites and proof levels") {
        const auto once = judge(inventory(), packs(), today, {"d1", "", "", {}, ProofLevel::reported});
        const auto again =
            judge(inventory(), packs(), policy::day("2027-01-01"), {"d1", "Bonn", "edge", {}, ProofLevel::attested_os});
        REQUIRE(once.size() == again.size());
        for (std::size_t i = 0; i < once.size(); ++i) CHECK(once[i].id == again[i].id);
        CHECK(once[0].id.size() == 32);
    }

    TEST_CASE("another device, part, entry or identifier is another finding") {
        const Identifier one = number(Registry::pci, "aaaa:0001");
        const Identifier other = number(Registry::pci_subsystem, "aaaa:0001");
        const std::set<std::string> ids{finding_id("d", "c", "e", one),   finding_id("d2", "c", "e", one),
                                        finding_id("d", "c2", "e", one),  finding_id("d", "c", "e2", one),
                                        finding_id("d", "c", "e", other), finding_id("dc", "", "e", one)};
        CHECK(ids.size() == 6);
    }

    TEST_CASE("what comes from a captured tree is declared, whatever is claimed for it") {
        Inventory replayed = inventory();
        replayed.replayed = true;
        for (const Finding& finding : judge(replayed, packs(), today, {"d1", "", "", {}, ProofLevel::attested_os}))
            CHECK(finding.proof == ProofLevel::declared);
    }

    TEST_CASE("an exception leaves the finding visible, until it expires") {
        const auto set = packs(
            "[[exceptions]]\nid = \"w1\"\nentry = \"own-a\"\napprover = \"J. Doe\"\ndocument = \"Waiver 4\"\n"
            "until = 2026-11-30\ndevice = \"d1\"\nentity = \"a\"\n"
        );
        const auto state = [&set](std::string_view device, std::string_view when) {
            DeviceFacts facts;
            facts.device = device;
            std::vector<bool> out;
            for (const Finding& one : judge(inventory(), set, policy::day(when), facts))
                out.push_back(one.excepted.has_value());
            return out;
        };
        CHECK(state("d1", "2026-11-30") == std::vector<bool>{false, true});  // the MAC address is of entity b
        CHECK(state("d1", "2026-12-01") == std::vector<bool>{false, false});
        CHECK(state("d2", "2026-11-30") == std::vector<bool>{false, false});
    }

    TEST_CASE("the explanation names part, number, maker, list, action and proof level, and steers no terminal") {
        const auto found = judge(inventory(), packs(), today, {"d1", "", "", {}, ProofLevel::reported});
        const std::vector<std::string> said = explain(found.at(1));
        REQUIRE(said.size() == 5);
        CHECK(
            said[0] ==
            "Component pci/1c.0 (which calls itself \"Vendor\\u{9}X X710\") has PCI subsystem vendor aaaa "
            "(pci_subsystem "
            "aaaa:d11c), registered to Maker A (PCI ids; pack own version 1 of 2026-11-22, line 6)."
        );
        CHECK(
            said[1] ==
            "Maker A is named by Board in Parts we do not buy (Decision 17), in force since 2021-03-12 (pack own "
            "version 1 of 2026-11-22, line 9)."
        );
        CHECK(said[2] == "What it asks: Buy no more.");
        CHECK(said[3] == "Action: no_new_purchase.");
        CHECK(said[4].starts_with("Proof level: reported, "));
        CHECK(explain(found.at(0)).at(1) == "Maker B is a subsidiary of Maker A (Register of companies).");
    }

    TEST_CASE("the JSON of a finding carries the whole chain") {
        const json::Object value =
            to_json(judge(inventory(), packs(), today, {"d1", "", "", {}, ProofLevel::reported}).at(1));
        CHECK(value.at("state") == "open");
        CHECK(value.at("proof").at("level") == "reported");
        const json::Value& chain = value.at("chain");
        CHECK(chain.at("reason") == "vendor_subsystem");
        CHECK(chain.at("identifier").at("value") == "aaaa:d11c");
        CHECK(chain.at("known_as").at("value") == "aaaa");
        CHECK(chain.at("known_as").at("pack").at("sha256").as_string().size() == 64);
        CHECK(chain.at("listed").at("from") == "2021-03-12");
        CHECK(chain.at("listed").at("citation") == "Decision 17");
        CHECK(chain.at("scope").at("result") == "in_scope");
        CHECK(chain.at("action") == "no_new_purchase");
    }
}
