#include "agent/sources/tpm.hpp"

#include "tests/agent/support/sysfs.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

void add_tpm(const ScratchTree& tree) {
    const std::string device = "sys/devices/LNXSYSTM:00/MSFT0101:00";
    tree.file(device + "/description", "TPM 2.0 Device\n");
    tree.file(device + "/modalias", "acpi:MSFT0101:\n");
    tree.file(device + "/tpm/tpm0/tpm_version_major", "2\n");
    relative_link(tree, device + "/tpm/tpm0/device", device);
    relative_link(tree, "sys/class/tpm/tpm0", device + "/tpm/tpm0");
}

const TpmFacts facts{0x494e5443, "SPT\x01 ", "500.5.0.0"};

TEST_SUITE("tpm") {
    TEST_CASE("sysfs gives family and ACPI id, capabilities give vendor and firmware") {
        const ScratchTree tree;
        add_tpm(tree);
        const Found found = read_tpm(replayed(tree), facts);
        const Component& one = component(found, "tpm/0");
        CHECK(found.components.size() == 1);
        CHECK(has(one, Registry::acpi, "MSFT0101"));
        CHECK(has(one, Registry::tpm_vendor, "494e5443"));
        CHECK(one.names.at("family").text() == "2");
        CHECK(one.names.at("vendor").text() == "SPT\\u{1}");
        CHECK(one.firmware.at(0).version.text() == "500.5.0.0");
        CHECK(found.placement.at("tpm/0").at("device") == "tpm0");
    }

    TEST_CASE("what a TPM says of its specification, algorithms, curves and banks is told; sysfs alone gives the family"
    ) {
        const ScratchTree tree;
        add_tpm(tree);
        CHECK(component(read_tpm(replayed(tree), std::nullopt), "tpm/0").names.at("family").text() == "2");
        TpmFacts told = facts;
        told.family = "2.0";
        told.revision = "1.64";
        told.year = "2021";
        told.algorithms = "rsa sha256\x1b";
        told.curves = "nist_p256";
        told.pcr_banks = "sha256 sha384";
        const auto names = component(read_tpm(replayed(tree), told), "tpm/0").names;
        CHECK(names.at("family").text() == "2.0");
        CHECK(names.at("spec_revision").text() == "1.64");
        CHECK(names.at("spec_year").text() == "2021");
        CHECK(names.at("algorithms").text() == "rsa sha256\\u{1b}");
        CHECK(names.at("curves").text() == "nist_p256");
        CHECK(names.at("pcr_banks").text() == "sha256 sha384");
    }

    TEST_CASE("a TPM without a kernel device is still there; without either there is none") {
        const ScratchTree tree;
        CHECK(component(read_tpm(replayed(tree), facts), "tpm/0").names.at("vendor").text() == "SPT\\u{1}");
        CHECK(read_tpm(replayed(tree), std::nullopt).report.state == SourceState::absent);
    }
}

}  // namespace
}  // namespace assay::agent
