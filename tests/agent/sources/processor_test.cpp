#include "agent/sources/processor.hpp"

#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

std::string x86(int package, const std::string& microcode) {
    return "processor\t: 0\nvendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 86\nmodel name\t: Xeon "
           "D\nstepping\t: 3\n"
           "microcode\t: " +
           microcode + "\nphysical id\t: " + std::to_string(package) + "\nflags\t\t: fpu vme\n\n";
}

TEST_SUITE("processor") {
    TEST_CASE("logical processors of a package are one part; two packages are two") {
        const auto found = processors_of(x86(0, "0x1c") + x86(0, "0x1c") + x86(1, "0x1c"));
        REQUIRE(found.size() == 2);
        CHECK(found[0].key == "cpu/0");
        CHECK(found[1].key == "cpu/1");
        CHECK(found[0].names.at("model").text() == "Xeon D");
        CHECK(found[0].names.at("model_number").text() == "86");
        CHECK(found[0].firmware.at(0).version.text() == "0x1c");
    }

    TEST_CASE("several microcode versions in one package are all named") {
        CHECK(processors_of(x86(0, "0x1d") + x86(0, "0x1c"))[0].firmware.at(0).version.text() == "0x1c 0x1d");
    }

    TEST_CASE("an ARM core's implementer is an identifier") {
        const std::string core =
            "processor\t: 0\nBogoMIPS\t: 200.00\nCPU implementer\t: 0x48\nCPU architecture: 8\nCPU variant\t: 0x1\n"
            "CPU part\t: 0xd01\nCPU revision\t: 0\n\n";
        const auto found = processors_of(core + core);
        REQUIRE(found.size() == 1);
        CHECK(found[0].key == "cpu/0x48.0xd01.0x1.0");
        CHECK(has(found[0], Registry::midr, "48"));
        CHECK(found[0].firmware.empty());
    }

    TEST_CASE("text that is no cpuinfo gives no part, and the count is bounded") {
        CHECK(processors_of("").empty());
        CHECK(processors_of("Hardware : board\n\n\n:\n : \nvendor_idx : y\n").empty());
        std::string many;
        for (int i = 0; i < 5; ++i) many += x86(i, "0x1");
        CHECK(processors_of(many, 5).size() == 5);
        CHECK(processors_of(many, 4).size() == 4);
    }

    TEST_CASE("no cpuinfo is absent") {
        const ScratchTree tree;
        CHECK(read_processors(replayed(tree)).report.state == SourceState::absent);
    }
}

}  // namespace
}  // namespace assay::agent
