#include "collector/verifier/documents.hpp"

#include <doctest/doctest.h>

using namespace assay;

namespace {

DocumentRef ref(DocumentKind kind, std::string_view body) {
    return {kind, sha256(body), body.size()};
}

Reason put(AskedDocuments& asked, const Sha256& name, std::string_view body) {
    const auto result = asked.put(name, to_bytes(body));
    REQUIRE_FALSE(result.has_value());
    return result.error().reason;
}

}  // namespace

TEST_SUITE("documents") {
    TEST_CASE("what this device never gave is lacking: another kind, another size, another device's do not count") {
        Statement statement;
        statement.documents = {ref(DocumentKind::inventory, "inventory"), ref(DocumentKind::placement, "placement")};
        CHECK(documents_lacking(statement, {}) == statement.documents);
        const KnownDocument inventory{statement.documents[0]};
        CHECK(documents_lacking(statement, std::vector{inventory}) == std::vector{statement.documents[1]});
        KnownDocument other_kind = inventory;
        other_kind.ref.kind = DocumentKind::placement;
        CHECK(documents_lacking(statement, std::vector{other_kind}) == statement.documents);
        KnownDocument other_size = inventory;
        other_size.ref.size += 1;
        CHECK(documents_lacking(statement, std::vector{other_size}) == statement.documents);
        CHECK(documents_lacking(statement, std::vector{inventory, KnownDocument{statement.documents[1]}}).empty());
    }

    TEST_CASE("an upload is what was asked for: its name, its size, its bytes, once") {
        AskedDocuments asked({ref(DocumentKind::inventory, "inventory"), ref(DocumentKind::placement, "placement")});
        CHECK(asked.admit(sha256("inventory")).value() == 9);
        CHECK_FALSE(asked.complete());
        CHECK(asked.put(sha256("inventory"), to_bytes("inventory")));
        CHECK(asked.given().at(sha256("inventory")) == to_bytes("inventory"));
        CHECK_FALSE(asked.complete());
        CHECK(asked.put(sha256("placement"), to_bytes("placement")));
        CHECK(asked.complete());
    }

    TEST_CASE(
        "bytes that are not their name's, another size, an unasked name and a second time are refused and kept out"
    ) {
        AskedDocuments asked({ref(DocumentKind::inventory, "inventory")});
        CHECK(put(asked, sha256("inventory"), "inventorY") == Reason::document_hash_mismatch);
        CHECK(put(asked, sha256("inventory"), "inventory ") == Reason::document_size_mismatch);
        CHECK(put(asked, sha256("inventory"), "inventor") == Reason::document_size_mismatch);
        CHECK(put(asked, sha256("inventory"), "") == Reason::document_size_mismatch);
        CHECK(put(asked, sha256("other"), "other") == Reason::document_not_asked);
        CHECK(asked.given().empty());
        CHECK(asked.put(sha256("inventory"), to_bytes("inventory")));
        CHECK(put(asked, sha256("inventory"), "inventory") == Reason::document_not_asked);
        CHECK_FALSE(asked.admit(sha256("inventory")));
    }

    TEST_CASE("before a report asked for anything, every upload is refused") {
        AskedDocuments nothing;
        CHECK(put(nothing, sha256("inventory"), "inventory") == Reason::document_not_asked);
        CHECK(nothing.complete());
    }
}
