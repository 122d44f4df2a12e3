#include "collector/verifier/outcome.hpp"

#include <doctest/doctest.h>

#include <type_traits>

using namespace assay;

// One cannot be taken for the other, nor made of the other.
static_assert(!std::is_convertible_v<RejectedAttempt, DeviceFailure>);
static_assert(!std::is_convertible_v<DeviceFailure, RejectedAttempt>);
static_assert(!std::is_constructible_v<DeviceFailure, RejectedAttempt>);

TEST_SUITE("outcome") {
    TEST_CASE("a rejected attempt's answer carries its words, where it failed and a sentence") {
        const Refusal refusal =
            refusal_of({Reason::nonce_expired, Errc::timed_out, "nonce", "its 60 seconds are over"});
        CHECK(refusal == Refusal{"timed_out", "nonce_expired", "nonce", "its 60 seconds are over"});
    }

    TEST_CASE("a step passed, failed or was not appraised, and says why in words") {
        CHECK(passed(step::magic) == CheckResult{"magic", "passed", "", ""});
        CHECK(
            passed(step::counters, Reason::rebooted, "7, 8") == CheckResult{"counters", "passed", "rebooted", "7, 8"}
        );
        CHECK(
            failed(step::binding, Reason::binding_mismatch, "") ==
            CheckResult{"extra_data", "failed", "binding_mismatch", ""}
        );
        CHECK(not_appraised(step::event_log, Reason::event_log_not_sent, "").outcome == "not_appraised");
    }
}
