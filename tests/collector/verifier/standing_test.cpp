#include "collector/verifier/standing.hpp"

#include <doctest/doctest.h>

using namespace assay;

namespace {

constexpr UnixMillis now{1'800'000'000'000};
constexpr std::chrono::minutes minute{1};

// Active, everything affirming, reported a minute ago, valid for one more.
Standing best() {
    Standing out = new_standing({Lifecycle::active, Reason::ek_chain_trusted, "", now - minute}, now - minute);
    for (VerdictState* axis : {&out.identity, &out.boot, &out.runtime}) {
        axis->verdict = Verdict::affirming;
        axis->reason = Reason::quote_accepted;
    }
    out.reported_at = now - minute;
    out.valid_until = now + minute;
    return out;
}

}  // namespace

TEST_SUITE("standing") {
    TEST_CASE("words and values of the three axes go together") {
        for (const Lifecycle one :
             {Lifecycle::enrolling, Lifecycle::pending_review, Lifecycle::active, Lifecycle::retired}) {
            CHECK(lifecycle_named(name(one)) == one);
        }
        for (const Verdict one : {Verdict::none, Verdict::affirming, Verdict::warning, Verdict::contraindicated}) {
            CHECK(verdict_named(name(one)) == one);
        }
        for (const Freshness one : {Freshness::never_reported, Freshness::fresh, Freshness::overdue}) {
            CHECK(freshness_named(name(one)) == one);
        }
        CHECK_FALSE(freshness_named("none"));
        CHECK_FALSE(lifecycle_named("trusted"));
        CHECK_FALSE(verdict_named(""));
    }

    TEST_CASE("trusted is active, affirming, fresh; each of these alone takes it away") {
        const TrustRequirement all{.identity = true, .boot = true, .runtime = true};
        CHECK(trusted(best(), all, now));
        for (const Lifecycle state : {Lifecycle::enrolling, Lifecycle::pending_review, Lifecycle::retired}) {
            Standing one = best();
            one.lifecycle.state = state;
            CHECK_FALSE(trusted(one, all, now));
        }
        for (const Verdict verdict : {Verdict::none, Verdict::warning, Verdict::contraindicated}) {
            for (VerdictState Standing::* axis : {&Standing::identity, &Standing::boot, &Standing::runtime}) {
                Standing one = best();
                (one.*axis).verdict = verdict;
                CHECK_FALSE(trusted(one, all, now));
            }
        }
        CHECK(trusted(best(), all, now + minute - std::chrono::milliseconds(1)));
        CHECK_FALSE(trusted(best(), all, now + minute));
        Standing silent = best();
        silent.reported_at.reset();
        CHECK_FALSE(trusted(silent, all, now));
    }

    TEST_CASE("what an operator does not require may be missing, but may not speak against the device") {
        const TrustRequirement identity_only;
        for (VerdictState Standing::* axis : {&Standing::boot, &Standing::runtime}) {
            Standing one = best();
            (one.*axis).verdict = Verdict::none;
            CHECK(trusted(one, identity_only, now));
            (one.*axis).verdict = Verdict::warning;
            CHECK(trusted(one, identity_only, now));
            (one.*axis).verdict = Verdict::contraindicated;
            CHECK_FALSE(trusted(one, identity_only, now));
        }
    }

    TEST_CASE("freshness: never reported, fresh until valid_until, overdue since then") {
        const Standing fresh_one = new_standing({}, now);
        CHECK(freshness_of(fresh_one, now).state == Freshness::never_reported);
        const FreshnessState fresh = freshness_of(best(), now);
        CHECK(fresh.state == Freshness::fresh);
        CHECK(fresh.since == now - minute);
        const FreshnessState overdue = freshness_of(best(), now + minute);
        CHECK(overdue.state == Freshness::overdue);
        CHECK(overdue.reason == Reason::overdue);
        CHECK(overdue.since == now + minute);
    }

    TEST_CASE("what is shown is the worst of the axes; what was not appraised is never shown as affirmed") {
        CHECK(worst(best(), now).word == "affirming");
        Standing one = best();
        one.runtime.verdict = Verdict::none;
        CHECK(worst(one, now).word == "none");
        CHECK(worst(one, now).axis == "runtime");
        one.boot.verdict = Verdict::warning;
        CHECK(worst(one, now).axis == "boot");
        CHECK(worst(one, now + minute).axis == "boot");
        CHECK(worst(best(), now + minute).word == "overdue");
        one.lifecycle.state = Lifecycle::pending_review;
        CHECK(worst(one, now).word == "warning");
        one.boot.verdict = Verdict::affirming;
        CHECK(worst(one, now).word == "pending_review");
        one.identity.verdict = Verdict::contraindicated;
        CHECK(worst(one, now).word == "contraindicated");
        one.lifecycle.state = Lifecycle::retired;
        CHECK(worst(one, now).word == "retired");
        CHECK(worst(new_standing({Lifecycle::active, Reason::approved, "", now}, now), now).word == "never_reported");
    }

    TEST_CASE("setting the same lifecycle keeps since when, and takes the new reason") {
        Standing one = best();
        set_lifecycle(one, Lifecycle::active, Reason::approved, "note", now);
        CHECK(one.lifecycle.since == now - minute);
        CHECK(one.lifecycle.reason == Reason::approved);
        set_lifecycle(one, Lifecycle::retired, Reason::retired, "", now);
        CHECK(one.lifecycle.since == now);
    }
}
