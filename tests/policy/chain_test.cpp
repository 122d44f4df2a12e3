#include "policy/chain.hpp"

#include "tests/policy/shipped_packs.hpp"

using namespace assay;
using namespace assay::policy;

namespace {

Chain chain_for(const PackSet& set, Registry registry, std::string_view value, std::string_view entry) {
    Component part;
    part.kind = ComponentKind::usb_device;
    part.identifiers = {make_identifier(registry, value).value()};
    for (const Match& one : match(set, part, day("2026-11-23"), {})) {
        if (one.entry->id == entry) return chain_of(set, one);
    }
    FAIL("no match");
    return {};
}

}  // namespace

TEST_SUITE("chain") {
    TEST_CASE("a chain outlives the packs that made it") {
        Chain kept;
        {
            const PackSet set = shipped_packs();
            kept = chain_for(set, Registry::pci, "20ba:1202", "fcc-hikvision");
        }
        CHECK(kept.entity.id == "hikstorage");
        CHECK(kept.named().id == "hikvision");
        CHECK(kept.known_from.id == "entities");
        CHECK(kept.listed_in.id == "fcc-covered-list");
        CHECK(kept.listed_in.sha256 == shipped_pack("fcc-covered-list").sha256);
        CHECK(kept.scope == ScopeResult::purpose_limited);
    }

    TEST_CASE("its sentences say how a listed entity is reached, and what is not settled") {
        const PackSet set = shipped_packs();
        const auto said = explain(chain_for(set, Registry::usb, "2bdf:0001", "889b-hikvision"), "Component usb/1-4");
        REQUIRE(said.size() == 6);
        CHECK(said[0].starts_with("Component usb/1-4 has USB vendor 2bdf (usb 2bdf:0001), seen on products of Hangzhou "
        ));
        CHECK(
            said[1].find(" is named by United States Congress in NDAA FY2019 section 889, part B (") !=
            std::string::npos
        );
        CHECK(said[1].find("in force since 2020-08-13") != std::string::npos);
        CHECK(said[2].starts_with("What it asks: Federal contractors and grantees "));
        CHECK(said[3].starts_with("It holds for this purpose: public safety, "));
        CHECK(said[4].starts_with("Scope: "));
        CHECK(said[5] == "Action: review.");
        CHECK(explain(chain_for(set, Registry::mac, "4ac03f000001", "fcc-hikvision"), "x")
                  .at(1)
                  .starts_with("Hangzhou Hikstorage Technology is an affiliate of Hangzhou Hikvision Digital "));
    }

    TEST_CASE("its JSON names the row's pack by id, version, date, hash and line") {
        const PackSet set = shipped_packs();
        const json::Object value = to_json(chain_for(set, Registry::usb, "05c6:6613", "fcc-zte"));
        const json::Object& pack = value.at("known_as").at("pack").as_object();
        CHECK(pack.at("id") == "entities");
        CHECK(pack.at("version") == 1);
        CHECK(pack.at("date") == "2026-11-22");
        CHECK(pack.at("sha256").as_string().size() == 64);
        CHECK(pack.at("line").as_int64() > 0);
        CHECK(value.at("links").as_array().empty());
        CHECK(value.at("listed").at("from") == "2021-03");
        CHECK_FALSE(value.contains("deadline"));
    }

    TEST_CASE("a deadline stands only where the action is still removal") {
        std::vector<Pack> packs;
        packs.push_back(good_pack(with_header(R"(entities = [{ id = "a", name = "A" }]
identifiers = [{ entity = "a", registry = "usb", values = ["aaaa"], confidence = "observed", source = "s" }]
[[entries]]
id = "e"
entity = "a"
authority = "B"
citation = "D"
from = 2021-01-01
scope = { roles = ["core"] }
action = "remove_by"
deadline = 2027-12-31
)")));
        const PackSet set = good_set(std::move(packs));
        Component part;
        part.identifiers = {make_identifier(Registry::usb, "aaaa:0001").value()};
        const auto with_role = [&](const std::string& role) {
            return chain_of(set, match(set, part, day("2026-11-23"), {role, {}}).at(0));
        };
        CHECK(to_json(with_role("core")).at("deadline") == "2027-12-31");
        CHECK(explain(with_role("core"), "x").back() == "Action: remove_by 2027-12-31.");
        CHECK_FALSE(with_role("").deadline);
        CHECK(with_role("").action == Action::review);
    }
}
