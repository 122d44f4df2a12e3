#include "collector/store/reference_documents.hpp"

#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

namespace assay::store::test {
namespace {

ReferenceDocument draft(const std::string& name, const std::string& body) {
    ReferenceDocument out;
    out.sha256 = sha256(body);
    out.name = name;
    out.body = body;
    out.learned_from = device_id("router");
    out.added_by = "ann";
    out.added_at = {7};
    out.note = "first";
    return out;
}

TEST_SUITE("reference_documents") {
    TEST_CASE("a document is kept once, as a draft, and found by its SHA-256") {
        Fixture fixture;
        fixture.store.write([](Database& db) {
            CHECK(add_reference_document(db, draft("b", "one")));
            ReferenceDocument again = draft("another name", "one");
            again.added_by = "bob";
            CHECK_FALSE(add_reference_document(db, again));
        });
        fixture.store.read([](Database& db) {
            const auto found = find_reference_document(db, sha256("one"));
            REQUIRE(found);
            CHECK(found->name == "b");
            CHECK(found->added_by == "ann");
            CHECK(found->state == ReferenceState::draft);
            CHECK(found->learned_from == device_id("router"));
            CHECK_FALSE(found->decided_at);
            CHECK(found->signature.empty());
            CHECK(found->body == "one");
            const auto head = find_reference_head(db, sha256("one"));
            REQUIRE(head);
            CHECK(head->name == "b");
            CHECK(head->body.empty());
            CHECK_FALSE(find_reference_head(db, sha256("two")));
            CHECK_FALSE(find_reference_document(db, sha256("two")));
        });
    }

    TEST_CASE("a decision says who, when and why, and lists are by state and name") {
        Fixture fixture;
        fixture.store.write([](Database& db) {
            add_reference_document(db, draft("b", "one"));
            ReferenceDocument policy = draft("a", "two");
            policy.kind = ReferenceKind::runtime_policy;
            policy.learned_from.reset();
            add_reference_document(db, policy);
            CHECK(decide_reference_document(
                db, sha256("one"), ReferenceState::approved, "bob", "checked", to_bytes("signature"), "CN=Bob", {9}
            ));
            CHECK_FALSE(decide_reference_document(db, sha256("x"), ReferenceState::approved, "bob", "", {}, "", {9}));
        });
        fixture.store.read([](Database& db) {
            const auto all = reference_heads(db, std::nullopt);
            REQUIRE(all.size() == 2);
            CHECK(all[0].kind == ReferenceKind::runtime_policy);
            CHECK_FALSE(all[0].learned_from);
            const auto approved = reference_heads(db, ReferenceState::approved);
            REQUIRE(approved.size() == 1);
            CHECK(approved[0].decided_by == "bob");
            CHECK(approved[0].decided_at == UnixMillis{9});
            CHECK(approved[0].note == "checked");
            CHECK(approved[0].signature == to_bytes("signature"));
            CHECK(approved[0].signed_by == "CN=Bob");
            CHECK(approved[0].body.empty());
            const auto in_force = references_in_force(db);
            REQUIRE(in_force.size() == 1);
            CHECK(in_force[0].body == "one");
            CHECK(in_force[0].sha256 == sha256("one"));
            CHECK(reference_heads(db, ReferenceState::retired).empty());
        });
    }

    TEST_CASE("a word that this program does not know is a broken database") {
        Fixture fixture;
        fixture.store.write([](Database& db) {
            add_reference_document(db, draft("b", "one"));
            db.execute("update reference_documents set state = 'perhaps'");
        });
        CHECK_THROWS_AS(
            fixture.store.read([](Database& db) { return reference_heads(db, std::nullopt).size(); }), DatabaseBroken
        );
    }
}

}  // namespace
}  // namespace assay::store::test
