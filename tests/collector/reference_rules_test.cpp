#include "collector/reference_rules.hpp"

#include "base/encoding.hpp"
#include "collector/store/reference_documents.hpp"
#include "collector/verifier/runtime/read_runtime_policy.hpp"
#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

namespace assay::collector {
namespace {

using store::test::Fixture;

BootReference reference() {
    BootReference out;
    out.name = "Acme R7";
    out.firmware = {"Acme", "R7", "1.2"};
    out.accepted[*PcrIndex::from(0)] = {PcrRule::value, {{hash(HashAlg::sha256, as_bytes("x")), {}, {}}}};
    return out;
}

void add(store::Database& db, store::ReferenceKind kind, const std::string& body, store::ReferenceState state) {
    store::ReferenceDocument document;
    document.kind = kind;
    document.body = body;
    document.sha256 = sha256(body);
    document.name = "n";
    store::add_reference_document(db, document);
    store::decide_reference_document(db, document.sha256, state, "ann", "n", {}, "", {1});
}

TEST_SUITE("reference_rules") {
    TEST_CASE("what is approved is in force; drafts and what is retired are not") {
        Fixture fixture;
        RuntimePolicyDocument policy;
        policy.id = "edge";
        policy.title = "Edge";
        policy.agents = {"/usr/sbin/assay-agent"};
        const std::string policy_text = encode_runtime_policy(policy);
        BootReference other = reference();
        other.name = "retired";
        BootReference draft = reference();
        draft.name = "draft";
        fixture.store.write([&](store::Database& db) {
            add(db, store::ReferenceKind::boot_reference, encode_boot_reference(reference()),
                store::ReferenceState::approved);
            add(db, store::ReferenceKind::runtime_policy, policy_text, store::ReferenceState::approved);
            add(db, store::ReferenceKind::boot_reference, encode_boot_reference(other), store::ReferenceState::retired);
            add(db, store::ReferenceKind::boot_reference, encode_boot_reference(draft), store::ReferenceState::draft);
        });
        const auto loaded = fixture.store.read(&load_references);
        CHECK(loaded.left_out.empty());
        REQUIRE(loaded.active.boot.size() == 1);
        CHECK(loaded.active.boot[0].reference == reference());
        CHECK(loaded.active.boot[0].sha256 == sha256(encode_boot_reference(reference())));
        REQUIRE(loaded.active.runtime.contains(sha256(policy_text)));
        CHECK(loaded.active.runtime.at(sha256(policy_text))->title() == "Edge");
    }

    TEST_CASE("an approved document that cannot be read, or is another than its name says, is left out by name") {
        for (const bool boot : {true, false}) {
            Fixture fixture;
            fixture.store.write([boot](store::Database& db) {
                add(db, boot ? store::ReferenceKind::boot_reference : store::ReferenceKind::runtime_policy,
                    "no document", store::ReferenceState::approved);
                add(db, store::ReferenceKind::boot_reference, encode_boot_reference(reference()),
                    store::ReferenceState::approved);
            });
            const auto loaded = fixture.store.read(&load_references);
            CHECK(loaded.active.boot.size() == 1);
            CHECK(loaded.active.runtime.empty());
            REQUIRE(loaded.left_out.size() == 1);
            CHECK(loaded.left_out[0].sha256 == sha256("no document"));
            CHECK(loaded.left_out[0].why.message().find(to_hex(sha256("no document"))) != std::string::npos);
        }
        for (const bool boot : {true, false}) {
            Fixture fixture;
            fixture.store.write([boot](store::Database& db) {
                RuntimePolicyDocument policy;
                policy.id = "edge";
                policy.title = "Edge";
                add(db, boot ? store::ReferenceKind::boot_reference : store::ReferenceKind::runtime_policy,
                    boot ? encode_boot_reference(reference()) : encode_runtime_policy(policy),
                    store::ReferenceState::approved);
                db.execute("update reference_documents set sha256 = zeroblob(32)");
            });
            const auto loaded = fixture.store.read(&load_references);
            CHECK(loaded.active.boot.empty());
            CHECK(loaded.active.runtime.empty());
            CHECK(loaded.left_out.size() == 1);
        }
    }
}

}  // namespace
}  // namespace assay::collector
