#include "collector/store/attempts.hpp"
#include "collector/store/packs.hpp"
#include "collector/store/tokens.hpp"
#include "collector/store/trust.hpp"
#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

TEST_SUITE("tokens") {
    TEST_CASE_FIXTURE(Fixture, "an API token opens until it expires or is revoked") {
        const UnixMillis now = system_now();
        store.write([&](Database& db) {
            add_api_token(db, {sha256("good"), "ann", now, std::nullopt, false});
            add_api_token(db, {sha256("old"), "bob", now, now - std::chrono::seconds(1), false});
            add_api_token(db, {sha256("young"), "cal", now, now + std::chrono::hours(1), false});
        });
        const auto usable = [this](std::string_view text) {
            return store.read([&](Database& db) { return usable_api_token(db, sha256(text)).has_value(); });
        };
        CHECK(usable("good"));
        CHECK(!usable("old"));
        CHECK(usable("young"));
        CHECK(!usable("other"));
        CHECK(store.write([](Database& db) { return revoke_api_token(db, "ann"); }));
        CHECK(!store.write([](Database& db) { return revoke_api_token(db, "ann"); }));
        CHECK(!usable("good"));
        CHECK(store.read([](Database& db) { return api_tokens(db).size(); }) == 3);
    }

    TEST_CASE_FIXTURE(Fixture, "a name has one token that is not revoked, of each kind") {
        const auto add = [this](std::string_view text) {
            store.write([&](Database& db) { add_api_token(db, {sha256(text), "ann", {1}, std::nullopt, false}); });
        };
        const auto add_join = [this](std::string_view text) {
            store.write([&](Database& db) { add_join_token(db, {sha256(text), "ann", "", 9, {1}, std::nullopt}); });
        };
        add("one");
        add_join("one");
        CHECK_THROWS_AS(add("two"), ConstraintBroken);
        CHECK_THROWS_AS(add_join("two"), ConstraintBroken);
        CHECK(store.write([](Database& db) { return revoke_api_token(db, "ann"); }));
        CHECK(store.write([](Database& db) { return revoke_join_token(db, "ann"); }));
        add("two");
        add_join("two");
        CHECK_THROWS_AS(add("one"), ConstraintBroken);  // the same token again
        store.read([](Database& db) {
            CHECK(!usable_api_token(db, sha256("one")));
            CHECK(usable_api_token(db, sha256("two")));
            CHECK(!usable_join_token(db, sha256("one")));
            CHECK(usable_join_token(db, sha256("two")));
        });
        CHECK(!store.write([](Database& db) { return use_join_token(db, sha256("one")); }));
    }

    TEST_CASE_FIXTURE(Fixture, "when a token was last used is known to the minute") {
        store.write([](Database& db) { add_api_token(db, {sha256("t"), "ann", {1}, std::nullopt, false}); });
        const auto token = [this] {
            return store.read([](Database& db) { return find_api_token(db, sha256("t")).value(); });
        };
        CHECK(use_is_stale(token(), {1}));
        store.write([](Database& db) { record_api_token_use(db, sha256("t")); });
        const UnixMillis used = token().last_used_at.value();
        CHECK(!use_is_stale(token(), used + std::chrono::milliseconds(59'999)));
        CHECK(use_is_stale(token(), used + std::chrono::minutes(1)));
    }

    TEST_CASE_FIXTURE(Fixture, "a join token is used as often as it was given, and not after its time") {
        const UnixMillis now = system_now();
        store.write([&](Database& db) {
            add_join_token(db, {sha256("two"), "lab", "north", 2, now, std::nullopt});
            add_join_token(db, {sha256("late"), "late", "", 5, now, now - std::chrono::seconds(1)});
        });
        const auto use = [this](std::string_view text) {
            return store.write([&](Database& db) { return use_join_token(db, sha256(text)); });
        };
        CHECK(use("two"));
        CHECK(use("two"));
        CHECK(!use("two"));
        CHECK(!use("late"));
        CHECK(!use("unknown"));
        const auto usable = [this](std::string_view text) {
            return store.read([&](Database& db) { return usable_join_token(db, sha256(text)).has_value(); });
        };
        CHECK(!usable("two"));
        CHECK(!usable("late"));
        CHECK(store.read([](Database& db) { return find_join_token(db, sha256("two"))->site; }) == "north");
    }
}

TEST_SUITE("attempts") {
    TEST_CASE_FIXTURE(Fixture, "the list is bounded, the counters are not") {
        const Attempt attempt{0, {5}, "192.0.2.7:1", device_id("a"), "report", "bad_signature", "signature", "d"};
        constexpr std::size_t more = 3;
        store.write([&](Database& db) {
            add_attempts(db, std::vector<Attempt>(attempts_kept, attempt));
            add_attempts(db, std::vector<Attempt>(more, attempt));
        });
        const auto kept = store.read([](Database& db) { return attempts(db, attempts_kept + more); });
        CHECK(kept.size() == attempts_kept);
        CHECK(kept.front().number == attempts_kept + more);
        CHECK(kept.front().claimed == device_id("a"));
        const auto counts = store.read([](Database& db) { return attempt_counts(db); });
        REQUIRE(counts.size() == 1);
        CHECK(counts[0].count == attempts_kept + more);
        CHECK(counts[0].reason == "signature");
        store.write([](Database& db) { count_attempts(db, {"report", "signature", 5, {6}}); });
        const auto after = store.read([](Database& db) { return attempt_counts(db); });
        CHECK(after.at(0).count == attempts_kept + more + 5);
        CHECK(after.at(0).last_at == UnixMillis{6});
    }
}

TEST_SUITE("trust anchors") {
    TEST_CASE_FIXTURE(Fixture, "an anchor is added once and can be taken away") {
        const TrustAnchor anchor{sha256("der"), to_bytes("der"), "CN=Vendor", "lab", "ann", {1}};
        CHECK(store.write([&](Database& db) { return add_trust_anchor(db, anchor); }));
        CHECK(!store.write([&](Database& db) { return add_trust_anchor(db, anchor); }));
        CHECK(store.read([](Database& db) { return trust_anchors(db).at(0).der; }) == to_bytes("der"));
        CHECK(store.write([&](Database& db) { return remove_trust_anchor(db, anchor.sha256); }));
        CHECK(store.read([](Database& db) { return trust_anchors(db).empty(); }));
        CHECK(store.write([](Database& db) { return add_allowed_ek(db, {sha256("k"), "", "ann", {1}}); }));
        CHECK(store.read([](Database& db) { return allowed_eks(db).size(); }) == 1);
    }
}

TEST_SUITE("stored packs") {
    TEST_CASE_FIXTURE(
        Fixture, "the active packs are replaced whole; a replaced pack's text is still found by its hash"
    ) {
        const StoredPack first{"fcc", 1, "2026-01-01", "FCC", sha256("one"), "one", {1}};
        const StoredPack second{"fcc", 2, "2026-02-01", "FCC", sha256("two"), "two", {2}};
        const auto activate = [this](const StoredPack& pack) {
            return store.write([&](Database& db) { return set_active_packs(db, std::span(&pack, 1)); });
        };
        CHECK(activate(first));
        CHECK(!activate(first));
        CHECK(activate(second));
        const auto active = store.read([](Database& db) { return active_packs(db); });
        REQUIRE(active.size() == 1);
        CHECK(active[0].version == 2);
        CHECK(store.read([](Database& db) { return pack_by_hash(db, sha256("one"))->text; }) == "one");
        CHECK(activate(first));
        CHECK(store.read([](Database& db) { return active_packs(db).at(0).version; }) == 1);
    }
}
