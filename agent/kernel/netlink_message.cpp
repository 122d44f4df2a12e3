#include "agent/kernel/netlink_message.hpp"

#include <libmnl/libmnl.h>
#include <linux/devlink.h>
#include <linux/ethtool_netlink.h>
#include <linux/genetlink.h>

#include <algorithm>
#include <cstring>

namespace assay::agent {
namespace {

constexpr std::size_t max_text = 4096;

struct Attribute {
    std::uint16_t type = 0;
    ByteView value;
};

// All attributes of a payload, which must be filled by them to its end.
Result<std::vector<Attribute>> attributes_of(ByteView payload) {
    std::vector<Attribute> out;
    std::size_t at = 0;
    while (payload.size() - at >= sizeof(nlattr)) {
        nlattr head{};
        std::memcpy(&head, payload.data() + at, sizeof head);
        if (head.nla_len < sizeof head || head.nla_len > payload.size() - at) {
            return fail(Errc::bad_value, "netlink", "an attribute does not fit into its message");
        }
        const auto type = static_cast<std::uint16_t>(head.nla_type & NLA_TYPE_MASK);
        out.push_back({type, payload.subspan(at + sizeof head, head.nla_len - sizeof head)});
        at = std::min<std::size_t>(at + MNL_ALIGN(head.nla_len), payload.size());
    }
    if (at != payload.size()) return fail(Errc::bad_value, "netlink", "bytes are left behind the last attribute");
    return out;
}

std::string text_of(const Attribute& attribute) {
    const std::string_view text = as_text(attribute.value.first(std::min(attribute.value.size(), max_text)));
    return std::string(text.substr(0, text.find('\0')));
}

Result<DevlinkInfo::Version> read_version(ByteView nested, const char* kind) {
    TRY(const std::vector<Attribute> attributes, attributes_of(nested));
    DevlinkInfo::Version out;
    out.kind = kind;
    for (const Attribute& one : attributes) {
        if (one.type == DEVLINK_ATTR_INFO_VERSION_NAME) out.name = text_of(one);
        if (one.type == DEVLINK_ATTR_INFO_VERSION_VALUE) out.value = text_of(one);
    }
    if (out.name.empty()) return fail(Errc::bad_value, "devlink", "a version has no name");
    return out;
}

const char* kind_of(std::uint16_t type) {
    switch (type) {
        case DEVLINK_ATTR_INFO_VERSION_FIXED: return "fixed";
        case DEVLINK_ATTR_INFO_VERSION_RUNNING: return "running";
        case DEVLINK_ATTR_INFO_VERSION_STORED: return "stored";
        default: return nullptr;
    }
}

}  // namespace

Result<std::uint16_t> read_family_id(ByteView payload) {
    TRY(const std::vector<Attribute> attributes, attributes_of(payload));
    const auto id = std::ranges::find(attributes, CTRL_ATTR_FAMILY_ID, &Attribute::type);
    std::uint16_t out = 0;
    if (id == attributes.end() || id->value.size() != sizeof out) {
        return fail(Errc::bad_value, "netlink", "a family has no number");
    }
    std::memcpy(&out, id->value.data(), sizeof out);
    return out;
}

Result<Bytes> read_module_data(ByteView payload) {
    TRY(const std::vector<Attribute> attributes, attributes_of(payload));
    const auto data = std::ranges::find(attributes, ETHTOOL_A_MODULE_EEPROM_DATA, &Attribute::type);
    if (data == attributes.end()) return fail(Errc::bad_value, "ethtool", "the answer has no bytes of a module");
    if (data->value.size() > module_page_bytes) return fail(Errc::limit_exceeded, "ethtool", "more than 128 bytes");
    return to_bytes(data->value);
}

Result<DevlinkInfo> read_devlink_info(ByteView payload) {
    TRY(const std::vector<Attribute> attributes, attributes_of(payload));
    DevlinkInfo out;
    for (const Attribute& one : attributes) {
        if (const char* const kind = kind_of(one.type)) {
            TRY(DevlinkInfo::Version version, read_version(one.value, kind));
            if (out.versions.size() == max_devlink_versions) {
                return fail(Errc::limit_exceeded, "devlink", "a device with too many versions");
            }
            out.versions.push_back(std::move(version));
            continue;
        }
        switch (one.type) {
            case DEVLINK_ATTR_BUS_NAME: out.bus = text_of(one); break;
            case DEVLINK_ATTR_DEV_NAME: out.device = text_of(one); break;
            case DEVLINK_ATTR_INFO_DRIVER_NAME: out.driver = text_of(one); break;
            case DEVLINK_ATTR_INFO_SERIAL_NUMBER: out.serial = text_of(one); break;
            case DEVLINK_ATTR_INFO_BOARD_SERIAL_NUMBER: out.board_serial = text_of(one); break;
            default: break;
        }
    }
    if (out.bus.empty() || out.device.empty()) return fail(Errc::bad_value, "devlink", "a device has no name");
    std::ranges::sort(out.versions);
    return out;
}

}  // namespace assay::agent
