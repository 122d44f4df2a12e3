#pragma once
// What is taken from netlink messages, and nothing else of them: bytes in, values out, no socket. A payload is what
// stands behind a message's own headers (nlmsghdr, and genlmsghdr or ifinfomsg). What is cut or of a wrong length is
// bad_value; attributes that are not known are passed over.

#include "agent/kernel/kernel.hpp"

namespace assay::agent {

// CTRL_CMD_NEWFAMILY: the number that a generic netlink family has here.
Result<std::uint16_t> read_family_id(ByteView payload);

// ETHTOOL_MSG_MODULE_EEPROM_GET_REPLY: the bytes, at most module_page_bytes.
Result<Bytes> read_module_data(ByteView payload);

// DEVLINK_CMD_INFO_GET: one device; at most max_devlink_versions versions, sorted. Text as it came.
Result<DevlinkInfo> read_devlink_info(ByteView payload);

}  // namespace assay::agent
