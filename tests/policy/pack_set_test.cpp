#include "policy/pack_set.hpp"

#include "tests/policy/pack_text.hpp"

using namespace assay;
using namespace assay::policy;

namespace {

const char* const one_entity = "entities = [{ id = \"a\", name = \"A\" }]\n";

std::string numbers(const std::string& entity, const std::string& value) {
    return "[[identifiers]]\nentity = \"" + entity + "\"\nregistry = \"pci\"\nvalues = [\"" + value +
           "\"]\nconfidence = \"observed\"\nsource = \"s\"\n";
}

std::string entry(const std::string& id, const std::string& entity) {
    return "[[entries]]\nid = \"" + id + "\"\nentity = \"" + entity +
           "\"\nauthority = \"B\"\ncitation = \"D\"\nfrom = 2021-01-01\naction = \"inform\"\n";
}

std::string exception(const std::string& id, const std::string& entry_id) {
    return "[[exceptions]]\nid = \"" + id + "\"\nentry = \"" + entry_id +
           "\"\napprover = \"J\"\ndocument = \"W\"\nuntil = 2027-01-01\n";
}

// The message of the error of putting these together, or "".
std::string refusal_of(const std::vector<std::string>& texts) {
    std::vector<Pack> packs;
    for (std::size_t i = 0; i < texts.size(); ++i)
        packs.push_back(good_pack(texts[i], "p" + std::to_string(i) + ".toml"));
    const auto set = PackSet::compose(std::move(packs));
    return set ? "" : set.error().message();
}

}  // namespace

TEST_SUITE("pack_set") {
    TEST_CASE("entities, numbers, lists and exceptions may stand in packs of their own") {
        CHECK(
            refusal_of({
                with_header(exception("x", "e"), "waivers", "\"list\""),
                with_header(entry("e", "a"), "list", "\"who\""),
                with_header(numbers("a", "19e5"), "numbers", "\"who\""),
                with_header(one_entity, "who"),
            }) == ""
        );
    }

    TEST_CASE("a reference to nothing is refused with its place") {
        CHECK(
            refusal_of({with_header(numbers("a", "19e5"))}) ==
            "p0.toml:2:1: identifiers.entity: there is no entity \"a\" (not_found)"
        );
        CHECK(refusal_of({with_header(entry("e", "a"))}).starts_with("p0.toml:2:1: entries.entity: there is no"));
        CHECK(
            refusal_of({with_header(exception("x", "e"))}) ==
            "p0.toml:2:1: exceptions.entry: there is no entry \"e\" in this pack or in one that pack.uses names "
            "(not_found)"
        );
        const std::string link = "[[links]]\nentity = \"a\"\nof = \"b\"\nkind = \"affiliate\"\ncitation = \"c\"\n";
        CHECK(refusal_of({with_header(one_entity + link)}).starts_with("p0.toml:3:1: links.of: there is no entity"));
    }

    TEST_CASE("a pack refers only to packs that it says it uses, and these must be there") {
        CHECK(
            refusal_of({with_header(one_entity, "who"), with_header(entry("e", "a"), "list")}) ==
            "p1.toml:2:1: entries.entity: the entity \"a\" is of the pack \"who\", which pack.uses does not name "
            "(not_found)"
        );
        CHECK(
            refusal_of({with_header("", "list", "\"who\"")}) ==
            "p0.toml: pack.uses: the pack \"who\" is not among the active packs (not_found)"
        );
    }

    TEST_CASE("ids are unique over all packs") {
        CHECK(refusal_of({with_header("", "p"), with_header("", "p")}).ends_with("(conflict)"));
        CHECK(
            refusal_of({with_header(one_entity, "p"), with_header(one_entity, "q")}) ==
            "p1.toml:2:13: entities.id: \"a\" is an entity of p0.toml too (conflict)"
        );
        CHECK(refusal_of({
                             with_header(one_entity + entry("e", "a"), "p"),
                             with_header(entry("e", "a"), "q", "\"p\""),
                         })
                  .starts_with("p1.toml:2:1: entries.id: "));
        CHECK(refusal_of({
                             with_header(one_entity + entry("e", "a") + exception("x", "e"), "p"),
                             with_header(exception("x", "e"), "q", "\"p\""),
                         })
                  .starts_with("p1.toml:2:1: exceptions.id: "));
    }

    TEST_CASE("a number belongs to one entity; two packs may say so of the same") {
        const std::string two = "entities = [{ id = \"a\", name = \"A\" }, { id = \"b\", name = \"B\" }]\n";
        CHECK(
            refusal_of({
                with_header(two + numbers("a", "19e5"), "p"),
                with_header(numbers("b", "19e5"), "q", "\"p\""),
            }) == "p1.toml:2:1: identifiers.values: 19e5 belongs to \"a\" in p0.toml:3 (conflict)"
        );
        CHECK(
            refusal_of({
                with_header(two + numbers("a", "19e5"), "p"),
                with_header(numbers("a", "19e5"), "q", "\"p\""),
            }) == ""
        );
    }

    TEST_CASE("a loop of links over two packs is refused") {
        const auto link = [](const std::string& from, const std::string& to) {
            return "[[links]]\nentity = \"" + from + "\"\nof = \"" + to +
                   "\"\nkind = \"affiliate\"\ncitation = \"c\"\n";
        };
        const std::string two = "entities = [{ id = \"a\", name = \"A\" }, { id = \"b\", name = \"B\" }]\n";
        CHECK(
            refusal_of({
                           with_header(two + link("a", "b"), "p"),
                           with_header(link("b", "a"), "q", "\"p\""),
                       })
                .find("lead back to it") != std::string::npos
        );
    }

    TEST_CASE("a set that was moved still answers") {
        std::vector<Pack> packs;
        packs.push_back(good_pack(with_header(one_entity + numbers("a", "19e5") + entry("e", "a"))));
        PackSet first = good_set(std::move(packs));
        const PackSet second = std::move(first);
        CHECK(second.entity("a")->name == "A");
        CHECK(second.rows(make_pattern("pci", "19e5").value()).size() == 1);
        CHECK(second.entries_on("a").size() == 1);
        CHECK(second.entity("b") == nullptr);
    }
}
