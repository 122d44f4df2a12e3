#include "agent/kernel/devlink.hpp"

#include "agent/kernel/generic_netlink.hpp"
#include "agent/kernel/netlink_message.hpp"

#include <linux/devlink.h>

namespace assay::agent {

Result<std::vector<DevlinkInfo>> read_devlink() {
    TRY(GenericNetlink devlink, GenericNetlink::open(DEVLINK_GENL_NAME, DEVLINK_GENL_VERSION));
    std::vector<DevlinkInfo> out;
    CHECK_OK(devlink.ask(
        DEVLINK_CMD_INFO_GET, true, [](nlmsghdr*) {},
        [&out](ByteView payload) -> Result<void> {
            if (out.size() == max_devlink_devices) return fail(Errc::limit_exceeded, "devlink", "too many devices");
            TRY(DevlinkInfo one, read_devlink_info(payload));
            out.push_back(std::move(one));
            return {};
        }
    ));
    return out;
}

}  // namespace assay::agent
