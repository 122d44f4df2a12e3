#include "agent/kernel/module_eeprom.hpp"

#include "agent/kernel/ethtool_ioctl.hpp"
#include "agent/kernel/generic_netlink.hpp"
#include "agent/kernel/netlink_message.hpp"

#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/ethtool_netlink.h>
#include <net/if.h>

#include <array>
#include <cstring>

namespace assay::agent {
namespace {

constexpr std::uint8_t module_address = 0x50;  // i2c, seven bits

Result<Bytes> by_netlink(const std::string& interface, ModulePage page) {
    if (interface.empty() || interface.size() >= IFNAMSIZ) return fail(Errc::not_found, interface, "is no interface");
    TRY(GenericNetlink ethtool, GenericNetlink::open(ETHTOOL_GENL_NAME, ETHTOOL_GENL_VERSION));
    Bytes out;
    CHECK_OK(ethtool.ask(
        ETHTOOL_MSG_MODULE_EEPROM_GET, false,
        [&interface, page](nlmsghdr* message) {
            nlattr* const head = mnl_attr_nest_start(message, ETHTOOL_A_MODULE_EEPROM_HEADER);
            mnl_attr_put_strz(message, ETHTOOL_A_HEADER_DEV_NAME, interface.c_str());
            mnl_attr_nest_end(message, head);
            mnl_attr_put_u32(message, ETHTOOL_A_MODULE_EEPROM_OFFSET, page.upper ? module_page_bytes : 0);
            mnl_attr_put_u32(message, ETHTOOL_A_MODULE_EEPROM_LENGTH, module_page_bytes);
            mnl_attr_put_u8(message, ETHTOOL_A_MODULE_EEPROM_PAGE, page.page);
            mnl_attr_put_u8(message, ETHTOOL_A_MODULE_EEPROM_BANK, 0);
            mnl_attr_put_u8(message, ETHTOOL_A_MODULE_EEPROM_I2C_ADDRESS, module_address);
        },
        [&out](ByteView payload) -> Result<void> {
            TRY(out, read_module_data(payload));
            return {};
        }
    ));
    return out;
}

// The old way: the pages one after the other, as many as the driver says.
Result<Bytes> by_ioctl(const std::string& interface, ModulePage page) {
    ethtool_modinfo info{};
    info.cmd = ETHTOOL_GMODULEINFO;
    CHECK_OK(ask_ethtool(interface, &info));
    const auto offset = static_cast<std::uint32_t>(page.upper ? (page.page + 1U) * module_page_bytes : 0);
    if (info.eeprom_len < offset + module_page_bytes) return fail(Errc::unsupported, interface, "has no such page");
    alignas(ethtool_eeprom) std::array<std::uint8_t, sizeof(ethtool_eeprom) + module_page_bytes> buffer{};
    const ethtool_eeprom ask{.cmd = ETHTOOL_GMODULEEEPROM, .magic = 0, .offset = offset, .len = module_page_bytes};
    std::memcpy(buffer.data(), &ask, sizeof ask);
    CHECK_OK(ask_ethtool(interface, buffer.data()));
    ethtool_eeprom answer{};
    std::memcpy(&answer, buffer.data(), sizeof answer);
    if (answer.len != module_page_bytes) return fail(Errc::io_error, interface, "gave fewer bytes than a page");
    return to_bytes(ByteView(buffer).subspan(sizeof answer));
}

// An interface whose port is twisted pair, AUI, BNC or MII has no cage that could be empty.
bool has_cage(const std::string& interface) {
    ethtool_cmd settings{};
    settings.cmd = ETHTOOL_GSET;
    if (!ask_ethtool(interface, &settings)) return true;
    return settings.port == PORT_FIBRE || settings.port == PORT_DA || settings.port == PORT_NONE ||
           settings.port == PORT_OTHER;
}

// ENODEV is said of an empty cage, and of a device that is itself not there or asleep: then of every question.
bool is_present(const std::string& interface) {
    ethtool_drvinfo info{};
    info.cmd = ETHTOOL_GDRVINFO;
    const auto asked = ask_ethtool(interface, &info);
    return asked || asked.error().code != Errc::gone;
}

}  // namespace

Result<Bytes> read_module_page(const std::string& interface, ModulePage page) {
    Result<Bytes> read = by_netlink(interface, page);
    if (!read && read.error().code == Errc::unsupported) read = by_ioctl(interface, page);
    if (read && read->size() != module_page_bytes) {
        return fail(Errc::io_error, interface, "gave fewer bytes than a page");
    }
    if (read) return read;
    if (read.error().code == Errc::gone && !is_present(interface)) {
        return fail(Errc::not_found, interface, "is not present");
    }
    const bool silent = read.error().code == Errc::io_error;
    if (silent && !has_cage(interface)) return fail(Errc::unsupported, interface, "has no cage");
    return fail(read.error().code, interface, read.error().what);
}

}  // namespace assay::agent
