// What is no pack, and where it is not.

#include "policy/read_pack.hpp"

#include "policy/link_loops.hpp"
#include "policy/pack.hpp"
#include "tests/policy/pack_text.hpp"

using namespace assay;
using namespace assay::policy;

namespace {

const std::string good = R"(entities = [{ id = "a", name = "A", country = "DE" }, { id = "b", name = "B" }]
[[links]]
entity = "b"
of = "a"
kind = "subsidiary"
citation = "Register"
[[identifiers]]
entity = "a"
registry = "pci"
values = ["19e5", "1234:5678"]
confidence = "registered"
source = "PCI ids"
[[entries]]
id = "e"
entity = "a"
authority = "Board"
citation = "Decision 1"
from = "2021-03"
action = "remove_by"
deadline = 2027-12-31
scope = { kinds = ["pci_function"], roles = ["core"], site_tags = ["base"] }
[[exceptions]]
id = "x"
entry = "e"
approver = "J. Doe"
document = "Waiver 1"
until = 2026-12-31
)";

// The good pack with one passage replaced.
std::string with(const std::string& from, const std::string& to) {
    std::string text = with_header(good);
    const std::size_t at = text.find(from);
    REQUIRE_MESSAGE(at != std::string::npos, from);
    return text.replace(at, from.size(), to);
}

std::string refused(const std::string& from, const std::string& to) {
    return refusal(with(from, to));
}

}  // namespace

TEST_SUITE("read_pack") {
    TEST_CASE("a whole pack is read, with the hash of its bytes and the place of each row") {
        const std::string text = with_header(good);
        const Pack pack = good_pack(text);
        CHECK(pack.id == "own");
        CHECK(pack.version == 1);
        CHECK(pack.sha256 == sha256(text));
        CHECK(pack.entities.at(0).country == "DE");
        CHECK(pack.links.at(0).at.line == 3);
        CHECK(pack.identifiers.at(0).patterns.size() == 2);
        CHECK(pack.entries.at(0).list == "Own");
        CHECK(pack.entries.at(0).at.line == 14);
        CHECK(pack.entries.at(0).period.from->whole_month());
        CHECK(pack.entries.at(0).deadline->text() == "2027-12-31");
        CHECK(pack.entries.at(0).scope.kinds == std::vector{ComponentKind::pci_function});
        CHECK(pack.exceptions.at(0).period.until->text() == "2026-12-31");
    }

    TEST_CASE("any changed byte is another hash") {
        CHECK(good_pack(with_header("")).sha256 != good_pack(with_header("\n")).sha256);
    }

    TEST_CASE("each malformed pack is refused whole, with line, column and reason") {
        const struct {
            const char* from;
            const char* to;
            const char* message;
        } cases[] = {
            {"authority = \"Board\"", "autority = \"Board\"",
             "p.toml:14:1: entries[0].authority: missing; is \"autority\" meant? (missing_field)"},
            {"source = \"PCI ids\"", "source = \"PCI ids\"\nnote = \"x\"",
             "p.toml:14:1: identifiers[0].note: unknown key (unknown_field)"},
            {"citation = \"Decision 1\"\n", "", "p.toml:14:1: entries[0].citation: missing (missing_field)"},
            {"citation = \"Decision 1\"", "citation = \"\"", "p.toml:18:1: entries[0].citation: is empty (bad_value)"},
            {"citation = \"Register\"\n", "", "p.toml:3:1: links[0].citation: missing (missing_field)"},
            {"from = \"2021-03\"\n", "from = 2021-03-12\nuntil = 2021-03-11\n",
             "p.toml:20:1: entries[0].until: lies before from (bad_value)"},
            {"from = \"2021-03\"\n", "",
             "p.toml:14:1: entries[0].from: missing: since when is the entry in force (missing_field)"},
            {"\"19e5\"", "\"19E5\"",
             "p.toml:11:11: identifiers[0].values[0]: not a pci identifier (hhhh:hhhh) (bad_value)"},
            {"\"1234:5678\"", "\"19e5\"",
             "p.toml:11:19: identifiers[0].values[1]: stands twice in this pack for the same days (duplicate_key)"},
            {"values = [\"19e5\", \"1234:5678\"]", "values = []",
             "p.toml:11:1: identifiers[0].values: names no number (missing_field)"},
            {"registry = \"pci\"", "registry = \"pcie\"",
             "p.toml:10:1: identifiers[0].registry: no such registry (bad_value)"},
            {"confidence = \"registered\"", "confidence = \"sure\"",
             "p.toml:12:1: identifiers[0].confidence: is none of: registered, observed (bad_value)"},
            {"id = \"b\"", "id = \"a\"", "p.toml:2:57: entities[1].id: stands twice in this pack (duplicate_key)"},
            {"country = \"DE\"", "country = \"De\"",
             "p.toml:2:37: entities[0].country: not two upper-case letters (ISO 3166-1) (bad_value)"},
            {"id = \"e\"", "id = \"E 1\"",
             "p.toml:15:1: entries[0].id: not an id: lower-case letters, digits, - _ . (bad_value)"},
            {"deadline = 2027-12-31\n", "",
             "p.toml:14:1: entries[0].deadline: stands with action remove_by, and only there (bad_value)"},
            {"action = \"remove_by\"", "action = \"review\"",
             "p.toml:21:1: entries[0].deadline: stands with action remove_by, and only there (bad_value)"},
            {"action = \"remove_by\"", "action = \"destroy\"",
             "p.toml:20:1: entries[0].action: is none of: inform, no_new_purchase, review, remove_by (bad_value)"},
            {"\"pci_function\"", "\"pci_card\"",
             "p.toml:22:20: entries[0].scope.kinds[0]: no such kind of component (bad_value)"},
            {"roles = [\"core\"]", "purpose = \"war\"",
             "p.toml:20:1: entries[0].action: an entry limited to a purpose asks for review (bad_value)"},
            {"until = 2026-12-31\n", "",
             "p.toml:23:1: exceptions[0].until: missing: an exception expires (missing_field)"},
            {"version = 1", "version = 0", "p.toml:1:22: pack.version: not from 1 to 9007199254740991 (out_of_range)"},
            {"date = 2026-11-22", "date = \"2026-11\"", "p.toml:1:35: pack.date: not a date like 2026-11-23 (bad_value)"
            },
            {"of = \"a\"", "of = \"b\"", "p.toml:3:1: links: the links from \"b\" lead back to it (bad_value)"},
        };
        for (const auto& one : cases) {
            CAPTURE(one.from);
            CAPTURE(one.to);
            const std::string message = refused(one.from, one.to);
            CHECK(message == std::string(one.message));
        }
    }

    TEST_CASE("a pack does not use itself, and what it uses is an id") {
        CHECK(
            refusal(with_header("", "own", "\"own\"")) ==
            "p.toml:1:85: pack.uses: a pack does not use itself (bad_value)"
        );
        CHECK(refusal(with_header("", "own", "\"a b\"")).find("pack.uses: not an id") != std::string::npos);
    }

    TEST_CASE("what is no TOML is refused with its place") {
        CHECK(refused("kind = \"subsidiary\"", "kind = subsidiary").starts_with("p.toml:6:8: "));
    }

    TEST_CASE("a longer loop of links is refused at a link that lies on it") {
        const std::string text =
            with_header(R"(entities = [{id="a",name="a"},{id="b",name="b"},{id="c",name="c"},{id="d",name="d"}]
[[links]]
entity = "a"
of = "b"
kind = "affiliate"
citation = "x"
[[links]]
entity = "b"
of = "c"
kind = "subsidiary"
citation = "x"
until = 2020-01-01
[[links]]
entity = "c"
of = "d"
kind = "affiliate"
citation = "x"
[[links]]
entity = "d"
of = "b"
kind = "affiliate"
citation = "x"
from = 2021-01-01
)");
        const std::string message = refusal(text);
        CHECK(message == "p.toml:8:1: links: the links from \"b\" lead back to it (bad_value)");
    }

    TEST_CASE("two ways to the same parent are no loop") {
        CHECK(refusal(with_header(R"(entities = [{id="a",name="a"},{id="b",name="b"},{id="c",name="c"}]
links = [{entity="a",of="b",kind="affiliate",citation="x"},{entity="a",of="c",kind="affiliate",citation="x"},
         {entity="b",of="c",kind="affiliate",citation="x"}]
)")) == "");
    }

    TEST_CASE("a number may pass from one holder to another, on different days") {
        const auto rows = [](const std::string& until, const std::string& from) {
            return with_header(
                "entities = [{id=\"a\",name=\"a\"},{id=\"b\",name=\"b\"}]\n"
                "[[identifiers]]\nentity=\"a\"\nregistry=\"oui\"\nvalues=[\"001e10\"]\nconfidence=\"registered\"\n"
                "source=\"x\"\nuntil=" +
                until +
                "\n[[identifiers]]\nentity=\"b\"\nregistry=\"oui\"\nvalues=[\"001e10\"]\nconfidence=\"registered\"\n"
                "source=\"x\"\nfrom=" +
                from + "\n"
            );
        };
        CHECK(refusal(rows("2020-11-16", "2020-11-17")) == "");
        CHECK(refusal(rows("2020-11-17", "2020-11-17")).starts_with("p.toml:13:9: identifiers[1].values[0]"));
        CHECK_FALSE(refusal(rows("\"2020-11\"", "\"2020-11\"")).empty());
    }

    TEST_CASE("every prefix of a pack is read or refused with a place, and never crashes") {
        const std::string text = with_header(good);
        for (std::size_t size = 0; size < text.size(); ++size) {
            const auto pack = read_pack(text.substr(0, size), "p.toml");
            if (!pack) CHECK(pack.error().where.starts_with("p.toml"));
        }
    }

    TEST_CASE("the number of values is limited, the last allowed one included") {
        const auto values = [](std::size_t count) {
            std::string text =
                "entities = [{id=\"a\",name=\"a\"}]\n[[identifiers]]\nentity=\"a\"\nregistry=\"pen\"\n"
                "confidence=\"registered\"\nsource=\"x\"\nvalues=[";
            for (std::size_t i = 0; i < count; ++i) text += "\"" + std::to_string(i) + "\",";
            return refusal(with_header(text + "]\n"));
        };
        CHECK(values(limits::values_per_row) == "");
        CHECK(values(limits::values_per_row + 1).find("limit_exceeded") != std::string::npos);
    }
}
