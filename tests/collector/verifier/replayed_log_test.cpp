#include "collector/verifier/replayed_log.hpp"

#include "tests/collector/verifier/measured_scene.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::test;

namespace {

CheckResult check_of(MeasuredScene& scene) {
    return scene.facts().log().check();
}

}  // namespace

TEST_SUITE("replayed_log") {
    TEST_CASE("a log that replays to every quoted PCR holds, and its events are told by PCR") {
        MeasuredScene scene;
        scene.use_log();
        const Facts facts = scene.facts();
        CHECK(facts.log().holds());
        CHECK(facts.log().check() == CheckResult{"event_log", "passed", "", ""});
        const MeasuredBoot boot = facts.log().measured({"Acme", "R7", "1.2"});
        CHECK(boot.bank == HashAlg::sha256);
        REQUIRE(boot.events.at(*PcrIndex::from(4))->size() == 2);
        CHECK(boot.events.at(*PcrIndex::from(4))->at(0).what == "EV_EFI_ACTION loader");
        CHECK(boot.quoted.at(*PcrIndex::from(10)) == scene.list_value(1));
        CHECK_FALSE(boot.events.contains(*PcrIndex::from(10)));
        CHECK(facts.log().command_line() == "/vmlinuz ima_policy=tcb");
    }

    TEST_CASE("a report without a log is not appraised, and has not failed") {
        MeasuredScene scene;
        const Facts facts = scene.facts();
        CHECK_FALSE(facts.log().holds());
        CHECK(facts.log().check().outcome == "not_appraised");
        CHECK(facts.log().check().reason == "event_log_not_sent");
        CHECK_FALSE(facts.log().command_line());
    }

    TEST_CASE("each PCR of the firmware that does not replay makes it another boot's log, and is named") {
        for (unsigned index = 0; index < 8; ++index) {
            CAPTURE(index);
            MeasuredScene scene;
            scene.use_log();
            scene.extend_pcr(index);
            const CheckResult check = check_of(scene);
            CHECK(check.outcome == "failed");
            CHECK(check.reason == "event_log_mismatch");
            CHECK(check.detail == "PCR " + std::to_string(index) + " replays to another value");
        }
    }

    TEST_CASE("a log that leaves out a PCR of the firmware is refused, whatever the PCR holds") {
        MeasuredScene scene;
        LogBytes cut{std::vector{HashAlg::sha256}};
        for (std::uint32_t pcr = 0; pcr < 7; ++pcr) cut.event(pcr, EventType::separator, Bytes(4));
        scene.log = cut;
        scene.boot();
        scene.use_log();
        CHECK(check_of(scene).detail == "PCR 7 was never extended");
        scene.extend_pcr(7);
        CHECK(check_of(scene).detail == "PCR 7 was extended, and is not in the log");
    }

    TEST_CASE("what a running system extends further leaves the log standing, and that PCR's events unproven") {
        MeasuredScene scene;
        scene.use_log();
        scene.extend_pcr(9);
        scene.extend_pcr(11);
        const Facts facts = scene.facts();
        CHECK(facts.log().holds());
        CHECK(facts.log().check().detail == "PCR 9 was extended beyond the log");
        const MeasuredBoot boot = facts.log().measured({});
        CHECK_FALSE(boot.events.contains(*PcrIndex::from(9)));
        CHECK(boot.events.contains(*PcrIndex::from(8)));
    }

    TEST_CASE("a command line of a PCR that is not proven is none") {
        MeasuredScene scene;
        scene.use_log();
        scene.extend_pcr(8);
        CHECK_FALSE(scene.facts().log().command_line());
    }

    TEST_CASE("bytes that are no log, and a log of another bank, say nothing and say so") {
        MeasuredScene scene;
        scene.given = read_boot_log(to_bytes("no log"));
        CHECK(check_of(scene).reason == "event_log_malformed");
        LogBytes other{std::vector{HashAlg::sha384}};
        scene.given = read_boot_log(other.separators().bytes());
        const CheckResult check = check_of(scene);
        CHECK(check.outcome == "not_appraised");
        CHECK(check.reason == "event_log_other_bank");
        CHECK(check.detail == "the log has no bank sha256: it has sha384");
    }
}
