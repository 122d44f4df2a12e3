#include "agent/kernel/netlink_message.hpp"

#include "tests/agent/support/netlink_bytes.hpp"

#include <doctest/doctest.h>
#include <linux/devlink.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

namespace assay::agent {
namespace {

using test::attribute;
using test::joined;

Bytes version(std::uint16_t kind, std::string_view name, std::string_view value) {
    return attribute(
        static_cast<std::uint16_t>(kind | NLA_F_NESTED),
        joined({attribute(DEVLINK_ATTR_INFO_VERSION_NAME, name), attribute(DEVLINK_ATTR_INFO_VERSION_VALUE, value)})
    );
}

// As an adapter answers `devlink dev info`.
Bytes adapter() {
    return joined(
        {attribute(DEVLINK_ATTR_BUS_NAME, "pci"), attribute(DEVLINK_ATTR_DEV_NAME, "0000:03:00.0"),
         attribute(DEVLINK_ATTR_INFO_DRIVER_NAME, "ice"), attribute(DEVLINK_ATTR_INFO_SERIAL_NUMBER, "00-01-00-ff"),
         attribute(DEVLINK_ATTR_INFO_BOARD_SERIAL_NUMBER, "BOARD1"),
         version(DEVLINK_ATTR_INFO_VERSION_STORED, "fw.mgmt", "5.2.0"),
         version(DEVLINK_ATTR_INFO_VERSION_RUNNING, "fw.mgmt", "5.1.5"),
         version(DEVLINK_ATTR_INFO_VERSION_FIXED, "board.id", "K65390-000"), attribute(4000, "of a later kernel")}
    );
}

TEST_SUITE("netlink_message") {
    TEST_CASE("devlink: a device with serials and fixed, running and stored versions") {
        const auto info = read_devlink_info(adapter());
        REQUIRE(info.has_value());
        CHECK(info->bus == "pci");
        CHECK(info->device == "0000:03:00.0");
        CHECK(info->driver == "ice");
        CHECK(info->serial == "00-01-00-ff");
        CHECK(info->board_serial == "BOARD1");
        const std::vector<DevlinkInfo::Version> expected{
            {"fixed", "board.id", "K65390-000"}, {"running", "fw.mgmt", "5.1.5"}, {"stored", "fw.mgmt", "5.2.0"}
        };
        CHECK(info->versions == expected);
    }

    TEST_CASE("devlink: a message that is cut anywhere is refused, or ends after a whole attribute") {
        const Bytes whole = adapter();
        std::size_t whole_attributes = 0;
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CAPTURE(size);
            const auto info = read_devlink_info(ByteView(whole).first(size));
            if (!info) continue;
            ++whole_attributes;
            CHECK(info->device == "0000:03:00.0");
            CHECK(info->versions.size() <= 3);
        }
        // Behind the second attribute to before the last; padding of zeros at the end of a text may be cut too.
        CHECK(whole_attributes >= 6);
        CHECK(whole_attributes < whole.size() / 4);
    }

    TEST_CASE("devlink: no name, a version without one, too many versions and lengths that lie are refused") {
        CHECK(read_devlink_info({}).error().code == Errc::bad_value);
        CHECK(read_devlink_info(attribute(DEVLINK_ATTR_BUS_NAME, "pci")).error().code == Errc::bad_value);
        const Bytes named =
            joined({attribute(DEVLINK_ATTR_BUS_NAME, "pci"), attribute(DEVLINK_ATTR_DEV_NAME, "0000:03:00.0")});
        CHECK(read_devlink_info(named).has_value());
        const Bytes nameless =
            attribute(DEVLINK_ATTR_INFO_VERSION_FIXED, attribute(DEVLINK_ATTR_INFO_VERSION_VALUE, "1"));
        CHECK(read_devlink_info(joined({named, nameless})).error().code == Errc::bad_value);
        Bytes many = named;
        for (std::size_t i = 0; i < max_devlink_versions; ++i) {
            const Bytes one = version(DEVLINK_ATTR_INFO_VERSION_FIXED, "v" + std::to_string(i), "");
            many.insert(many.end(), one.begin(), one.end());
        }
        CHECK(read_devlink_info(many).has_value());
        const Bytes one_more = version(DEVLINK_ATTR_INFO_VERSION_FIXED, "more", "");
        CHECK(read_devlink_info(joined({many, one_more})).error().code == Errc::limit_exceeded);
        for (const std::uint8_t length : std::initializer_list<std::uint8_t>{0, 1, 3, 255}) {
            Bytes lying = named;
            lying[0] = length;
            CHECK(read_devlink_info(lying).error().code == Errc::bad_value);
        }
    }

    TEST_CASE("ethtool: the bytes of a page, at most 128") {
        const auto answer = [](std::size_t size) {
            return joined(
                {attribute(ETHTOOL_A_MODULE_EEPROM_HEADER, attribute(ETHTOOL_A_HEADER_DEV_NAME, "eth0")),
                 attribute(ETHTOOL_A_MODULE_EEPROM_DATA, ByteView(Bytes(size, 0x03)))}
            );
        };
        CHECK(read_module_data(answer(128)).value() == Bytes(128, 0x03));
        CHECK(read_module_data(answer(1)).value() == Bytes(1, 0x03));
        CHECK(read_module_data(answer(129)).error().code == Errc::limit_exceeded);
        CHECK(read_module_data(attribute(ETHTOOL_A_MODULE_EEPROM_HEADER, "x")).error().code == Errc::bad_value);
        const Bytes whole = answer(128);
        for (std::size_t size = 0; size < whole.size(); ++size) {
            CHECK_FALSE(read_module_data(ByteView(whole).first(size)).has_value());
        }
    }

    TEST_CASE("a family has a number of two bytes") {
        CHECK(read_family_id(attribute(CTRL_ATTR_FAMILY_ID, ByteView(Bytes{0x15, 0x01}))).value() == 0x0115);
        CHECK_FALSE(read_family_id(attribute(CTRL_ATTR_FAMILY_ID, ByteView(Bytes{0x15}))).has_value());
        CHECK_FALSE(read_family_id(attribute(CTRL_ATTR_FAMILY_NAME, "ethtool")).has_value());
        CHECK_FALSE(read_family_id({}).has_value());
    }
}

}  // namespace
}  // namespace assay::agent
