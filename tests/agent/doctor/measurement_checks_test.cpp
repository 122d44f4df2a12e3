#include "agent/doctor/measurement_checks.hpp"

#include "tests/agent/support/ima_tree.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::agent;

namespace {

constexpr const char* log = "sys/kernel/security/tpm0/binary_bios_measurements";

struct Said {
    Diagnosis event_log;
    Diagnosis ima;
};

Said said(const test::ScratchTree& tree) {
    const Diagnoses all = check_measurements(scan(test::stand_in(tree), {}));
    REQUIRE(all.size() == 2);
    CHECK(can_report(all));  // whatever it is: reports go on
    return {all[0], all[1]};
}

bool advises(const Diagnosis& one, std::string_view what, std::string_view advice) {
    CAPTURE(one.what);
    CAPTURE(one.advice);
    return one.health == Health::note && one.what.find(what) != std::string::npos &&
           one.advice.find(advice) != std::string::npos;
}

}  // namespace

TEST_SUITE("measurement_checks") {
    TEST_CASE("an event log and a list with more than its first entry are well") {
        test::ImaTree machine;
        machine.own.file(log, "log");
        machine.measure_many(2);
        CHECK(said(machine.own).event_log.health == Health::ok);
        CHECK(said(machine.own).ima.health == Health::ok);
        CHECK(said(machine.own).ima.what.find("2 entries") == 0);
    }

    TEST_CASE("a kernel without them says what to boot with, and IMA without a policy likewise") {
        test::ImaTree machine;
        machine.measure("boot_aggregate");
        CHECK(advises(said(machine.own).event_log, "has none", "initramfs"));
        CHECK(advises(said(machine.own).ima, "measures nothing", "ima_policy=tcb"));
        machine.own.remove("sys/kernel/security/ima");
        CHECK(advises(said(machine.own).ima, "has none", "CONFIG_IMA"));
    }

    TEST_CASE("what may not be read, and what nobody mounted, is not taken for absent") {
        test::ImaTree machine;
        machine.own.file("kernel/unreadable", "denied " + std::string(log) + "\nerror " + test::ima_count_file + "\n");
        CHECK(advises(said(machine.own).event_log, "denied", "run as root"));
        CHECK(advises(said(machine.own).ima, "error", "dmesg"));
        const test::ScratchTree bare;
        bare.directory("sys/kernel/security");
        CHECK(advises(said(bare).event_log, "not mounted", "mount -t securityfs"));
        CHECK(advises(said(bare).ima, "not mounted", "mount -t securityfs"));
    }
}
