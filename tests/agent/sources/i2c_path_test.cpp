#include "agent/sources/i2c_path.hpp"

#include "tests/agent/support/i2c_files.hpp"

#include <doctest/doctest.h>

namespace assay::agent {
namespace {

using namespace test;

std::string place_of(const ScratchTree& tree, const std::string& path) {
    const View view = replayed(tree);
    return I2cBuses(view, view.list(i2c_devices).value_or(std::vector<std::string>()))
        .place(view, "sys/devices/" + path);
}

const std::string smbus = "pci0000:00/0000:00:1f.4";

TEST_SUITE("i2c_path") {
    TEST_CASE("a chip is told by controller and address, whatever number its bus has") {
        for (const std::string number : {"0", "7", "41"}) {
            const ScratchTree tree;
            add_i2c_bus(tree, smbus + "/i2c-" + number);
            CHECK(place_of(tree, smbus + "/i2c-" + number + "/" + number + "-0050") == "pci/0000:00/1f.4/50");
        }
        const ScratchTree soc;
        add_i2c_bus(soc, "platform/i2c_mlxcpld.1/i2c-1");
        CHECK(place_of(soc, "platform/i2c_mlxcpld.1/i2c-1/1-0051") == "platform/i2c_mlxcpld.1/51");
    }

    TEST_CASE("multiplexers on the way are told by their address and channel, one behind another too") {
        for (const auto& [a, b, c] : {std::tuple("0", "8", "16"), std::tuple("3", "73", "4")}) {
            const std::string root = smbus + "/i2c-" + a;
            const std::string inner = root + "/i2c-" + b;
            const std::string innermost = inner + "/i2c-" + c;
            const ScratchTree tree;
            add_i2c_bus(tree, root);
            add_i2c_channel(tree, inner, root + "/" + a + "-0071", "1");
            add_i2c_channel(tree, innermost, inner + "/" + b + "-0072", "3");
            CHECK(place_of(tree, innermost + "/" + c + "-0056") == "pci/0000:00/1f.4/71.1/72.3/56");
        }
    }

    TEST_CASE("a multiplexer that is no chip on the bus is told by its name") {
        const ScratchTree tree;
        add_i2c_bus(tree, smbus + "/i2c-0");
        add_i2c_channel(tree, smbus + "/i2c-0/i2c-2", "platform/i2c-mux-gpio.0", "2");
        CHECK(place_of(tree, smbus + "/i2c-0/i2c-2/2-0050") == "pci/0000:00/1f.4/i2c-mux-gpio.0.2/50");
    }

    TEST_CASE("further buses of one controller, and such as do not tell their channel, are told by their order") {
        const ScratchTree tree;
        for (const char* bus : {"/i2c-9", "/i2c-10", "/i2c-11"}) add_i2c_bus(tree, smbus + bus);
        for (const char* bus : {"/i2c-9/i2c-20", "/i2c-9/i2c-21"}) add_i2c_bus(tree, smbus + bus, "i2c-9-x (chan_id )");
        CHECK(place_of(tree, smbus + "/i2c-9/9-0050") == "pci/0000:00/1f.4/50");
        CHECK(place_of(tree, smbus + "/i2c-10/10-0050") == "pci/0000:00/1f.4/bus1/50");
        CHECK(place_of(tree, smbus + "/i2c-11/11-0050") == "pci/0000:00/1f.4/bus2/50");
        CHECK(place_of(tree, smbus + "/i2c-9/i2c-20/20-0050") == "pci/0000:00/1f.4/below/50");
        CHECK(place_of(tree, smbus + "/i2c-9/i2c-21/21-0050") == "pci/0000:00/1f.4/below/bus1/50");
    }

    TEST_CASE("what is on no bus is told by its place") {
        const ScratchTree tree;
        CHECK(place_of(tree, "platform/soc/spi_master/spi0/spi0.0") == "platform/soc/spi_master/spi0/spi0.0");
        CHECK(place_of(tree, smbus) == "pci/0000:00/1f.4");
    }

    TEST_CASE("an address is seven bits behind a bus's number") {
        CHECK(i2c_address("7-0051") == "51");
        CHECK(i2c_address("73-005a") == "5a");
        for (const char* other : {"", "-0051", "7-51", "7-a051", "7-00510", "7-005G", "i2c-7", "x-0051", "7-0051/"})
            CHECK_FALSE(i2c_address(other).has_value());
    }
}

}  // namespace
}  // namespace assay::agent
