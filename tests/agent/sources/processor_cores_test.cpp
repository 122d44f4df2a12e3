#include "agent/sources/processor_cores.hpp"

#include "agent/sources/processor.hpp"
#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

const std::string cpus = "sys/devices/system/cpu/";

void add_x86(const ScratchTree& tree, unsigned number, const std::string& package, const std::string& microcode) {
    const std::string at = cpus + "cpu" + std::to_string(number) + "/";
    tree.file(at + "topology/physical_package_id", package + "\n");
    tree.file(at + "microcode/version", microcode + "\n");
}

std::string block(unsigned number, const std::string& package) {
    return "processor\t: " + std::to_string(number) +
           "\nvendor_id\t: GenuineIntel\nmicrocode\t: 0x1\nphysical id\t: " + package + "\n\n";
}

TEST_SUITE("processor_cores") {
    TEST_CASE("microcode is told per package; versions that differ after a late load with their processors") {
        const ScratchTree tree;
        tree.file("proc/cpuinfo", block(0, "0") + block(1, "0") + block(2, "0") + block(3, "0") + block(4, "1"));
        for (unsigned i = 0; i < 3; ++i) add_x86(tree, i, "0", "0xd0003d1");
        add_x86(tree, 3, "0", "0xd0003a5");
        add_x86(tree, 4, "1", "0xd0003d1");
        const Found found = read_processors(replayed(tree));
        CHECK(found.report.state == SourceState::ok);
        const Component& mixed = component(found, "cpu/0");
        REQUIRE(mixed.firmware.size() == 1);
        CHECK(mixed.firmware[0].version.text() == "0xd0003a5 0xd0003d1");
        CHECK(mixed.firmware[0].obtained == "sysfs");
        CHECK(mixed.names.at("mixed_microcode").text() == "0xd0003a5 on 3, 0xd0003d1 on 0-2");
        const Component& one = component(found, "cpu/1");
        CHECK(one.firmware.at(0).version.text() == "0xd0003d1");
        CHECK_FALSE(one.names.contains("mixed_microcode"));
    }

    TEST_CASE("without sysfs the microcode of cpuinfo stands") {
        const ScratchTree tree;
        tree.file("proc/cpuinfo", block(0, "0"));
        const Component one = component(read_processors(replayed(tree)), "cpu/0");
        CHECK(one.firmware.at(0).version.text() == "0x1");
        CHECK(one.firmware.at(0).obtained == "cpuinfo");
    }

    TEST_CASE("processors that are offline are told, and nothing is read of them") {
        const ScratchTree tree;
        tree.file("proc/cpuinfo", block(0, "0"));
        add_x86(tree, 0, "0", "0x2");
        for (const unsigned number : {1U, 2U, 3U, 7U, 10U}) {
            add_x86(tree, number, "0", "0x9");
            tree.file(cpus + "cpu" + std::to_string(number) + "/online", "0\n");
        }
        tree.file(cpus + "cpufreq/policy0", "");
        const Found found = read_processors(replayed(tree));
        CHECK(component(found, "cpu/0").firmware.at(0).version.text() == "0x2");
        CHECK(found.placement.at("cpu/0").at("offline_cpus") == "1-3,7,10");
    }

    TEST_CASE("MIDR_EL1 by its fields") {
        const auto midr = parse_midr("0x00000000481fd010");
        REQUIRE(midr.has_value());
        CHECK(midr->implementer == 0x48);
        CHECK(midr->variant == 1);
        CHECK(midr->part == 0xd01);
        CHECK(midr->revision == 0);
        for (const char* const none : {"", "0x", "481fd010", "0x48zz", "0x123456789abcdef01"})
            CHECK_FALSE(parse_midr(none).has_value());
    }

    TEST_CASE("an ARM core joins what cpuinfo says of its kind; one that cpuinfo hides is found") {
        const ScratchTree tree;
        tree.file(
            "proc/cpuinfo",
            "processor\t: 0\nCPU implementer\t: 0x48\nCPU part\t: 0xd01\nCPU variant\t: 0x1\nCPU revision\t: 0\n"
        );
        tree.file(cpus + "cpu0/regs/identification/midr_el1", "0x00000000481fd010\n");
        tree.file(cpus + "cpu1/regs/identification/midr_el1", "0x00000000410fd083\n");
        const Found found = read_processors(replayed(tree));
        CHECK(found.components.size() == 2);
        const Component& known = component(found, "cpu/0x48.0xd01.0x1.0");
        CHECK(known.names.at("midr_el1").text() == "0x00000000481fd010");
        CHECK(has(known, Registry::midr, "48"));
        CHECK(has(component(found, "cpu/0x41.0xd08.0x0.3"), Registry::midr, "41"));
        tree.file(cpus + "cpu2/regs/identification/midr_el1", "garbage\n");
        CHECK(read_processors(replayed(tree)).report.state == SourceState::error);
    }
}

}  // namespace
}  // namespace assay::agent
