// A page made by the tables of SAT-5 12.4.2 and ACS-4 7.13.6.

#include "agent/sources/ata_page.hpp"

#include "agent/sources/block.hpp"
#include "tests/agent/support/ata_page.hpp"
#include "tests/agent/support/scratch_tree.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace assay::agent {
namespace {

using test::ata_page;

TEST_SUITE("ata_page") {
    TEST_CASE("model, firmware and serial are read whole, with their words turned") {
        const auto found = ata_identity_of_vpd89(ata_page("SAMSUNG MZ7LH480HAHQ-00005", "HXT7404Q", "S45PNA0M123456"));
        REQUIRE(found);
        CHECK(found->model == "SAMSUNG MZ7LH480HAHQ-00005");
        CHECK(found->firmware == "HXT7404Q");
        CHECK(found->serial == "S45PNA0M123456");
    }

    TEST_CASE("empty fields are empty, and what is no text is escaped") {
        const auto found = ata_identity_of_vpd89(ata_page("", "\x1b[2J", std::string(20, '\0')));
        REQUIRE(found);
        CHECK(found->model.empty());
        CHECK(std::ranges::none_of(found->firmware, [](char c) { return c == '\x1b'; }));
        CHECK(found->serial.empty());
    }

    TEST_CASE("truncation at every length, another page and another command are none") {
        const std::string page = ata_page("model", "FW", "S");
        for (std::size_t size = 0; size < page.size(); ++size) {
            CAPTURE(size);
            CHECK_FALSE(ata_identity_of_vpd89(std::string_view(page).substr(0, size)));
        }
        std::string other = page;
        other[1] = '\x80';
        CHECK_FALSE(ata_identity_of_vpd89(other));
        other = page;
        other[56] = '\xa1';  // IDENTIFY PACKET DEVICE
        CHECK_FALSE(ata_identity_of_vpd89(other));
    }

    TEST_CASE("a SATA disk's firmware revision is the whole one where the kernel has the page") {
        const test::ScratchTree tree;
        const std::string disk = "sys/devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0";
        tree.file(disk + "/model", "SAMSUNG MZ7LH480\n");
        tree.file(disk + "/rev", "404Q\n");
        tree.file(disk + "/vpd_pg89", ata_page("SAMSUNG MZ7LH480HAHQ-00005", "HXT7404Q", "S45PNA0M123456"));
        tree.link(disk + "/block/sda/device", "../..");
        tree.link(
            "sys/class/block/sda", "../../devices/pci0000:00/0000:00:1f.2/ata1/host0/target0:0:0/0:0:0:0/block/sda"
        );
        const Found found = read_block(View::replay(tree.path()).value());
        REQUIRE(found.components.size() == 1);
        CHECK(found.components[0].firmware.at(0).version == Reading::of("HXT7404Q"));
        CHECK(found.components[0].names.at("model") == Reading::of("SAMSUNG MZ7LH480HAHQ-00005"));
        CHECK(found.components[0].serial == Reading::of("S45PNA0M123456"));
    }
}

}  // namespace
}  // namespace assay::agent
