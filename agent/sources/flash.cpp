#include "agent/sources/flash.hpp"

#include "agent/sources/device_tree_parts.hpp"
#include "agent/sources/flash_devices.hpp"
#include "agent/sources/usb_path.hpp"
#include "base/encoding.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <fmt/format.h>

#include <map>

namespace assay::agent {
namespace {

const std::string spi_devices = "sys/bus/spi/devices";
const std::string tree_top = "sys/firmware/devicetree/base";

class FlashReader {
  public:
    explicit FlashReader(const View& view) : view_(view) {}

    Found read() {
        const bool mtds = add_devices();
        const bool chips = add_spi_chips();
        if (!mtds && !chips) return account_.absent("no sys/class/mtd, no flash in " + spi_devices);
        account_.covered("flash");
        for (auto& [key, chip] : chips_) account_.found.components.push_back(std::move(chip));
        return account_.finish();
    }

  private:
    // Whether the kernel has such a list, or could not be asked.
    bool add_devices() {
        const auto found = flash_devices(view_, account_);
        if (!found) {
            if (found.error().code == Errc::not_found) return false;
            account_.failed(found.error());
            return true;
        }
        for (const FlashDevice& one : *found) {
            Component& chip = chip_at(flash_device_path(one.path));
            if (one.whole) {
                describe(one, chip);
                continue;
            }
            Component partition;
            partition.kind = ComponentKind::flash;
            partition.key = one.key;
            partition.parent = one.parent;
            describe(one, partition);
            account_.found.components.push_back(std::move(partition));
        }
        return true;
    }

    void describe(const FlashDevice& device, Component& part) {
        const auto told = [this, &device](const char* attribute, const Reading& reading) {
            if (!reading.absent() && !reading.readable())
                account_.failed(SourceState::error, device.path + "/" + attribute + ": " + reading.why());
            return reading;
        };
        add_name(part, "label", told("name", device.label));
        add_name(part, "type", told("type", device.type));
        if (device.size) add_name(part, "size", Reading::of(std::to_string(*device.size)));
        if (device.writable) add_name(part, "writable", Reading::of(*device.writable ? "yes" : "no"));
        if (device.offset) part.location.path = fmt::format("{:#x}", *device.offset);
        account_.found.placement[part.key]["device"] = clean_text(device.name, limits::text_bytes);
    }

    // By the key of the device that it is; with what it hangs on: its node in the device tree, or a function.
    Component& chip_at(const std::string& device_path) {
        const std::string key = flash_chip_key(view_, device_path);
        Component& chip = chips_[key];
        if (!chip.key.empty()) return chip;
        chip.kind = ComponentKind::flash;
        chip.key = key;
        const auto node = view_.link(device_path + "/of_node");
        chip.parent = node && node->starts_with(tree_top + "/") ? device_tree_key(node->substr(tree_top.size()))
                                                                : nearest_key(view_, device_path);
        return chip;
    }

    bool add_spi_chips() {
        const auto listed = view_.list(spi_devices, max_flash_devices);
        if (!listed) {
            if (listed.error().code != Errc::not_found) account_.failed(listed.error());
            return listed.error().code != Errc::not_found;
        }
        bool any = false;
        for (const std::string& name : *listed) {
            const auto path = view_.link(spi_devices + "/" + name);
            if (!path) {
                if (path.error().code == Errc::not_found) continue;  // gone since it was listed
                account_.failed(path.error());
                any = true;
                continue;
            }
            if (!view_.is_directory(*path + "/spi-nor")) continue;
            any = true;
            describe_spi(*path + "/spi-nor/", chip_at(*path));
        }
        return any;
    }

    void describe_spi(const std::string& directory, Component& chip) {
        const Reading id = read_text(view_, directory + "jedec_id");
        if (!id.absent() && !id.readable()) account_.failed(SourceState::error, directory + "jedec_id: " + id.why());
        add_name(chip, "jedec_id", id);
        add_identifier(chip, Registry::jedec, flash_maker(id.text()));
        add_name(chip, "manufacturer", read_text(view_, directory + "manufacturer"));
        add_name(chip, "product", read_text(view_, directory + "partname"));
    }

    const View& view_;
    Account account_{"flash"};
    std::map<std::string, Component> chips_;
};

}  // namespace

std::string flash_maker(std::string_view id) {
    const auto bytes = from_hex(id);
    if (!bytes) return "";
    std::size_t continued = 0;
    while (continued < bytes->size() && (*bytes)[continued] == 0x7f) ++continued;
    if (continued == 0 || continued == bytes->size()) return "";
    return fmt::format("{}:{:02x}", continued + 1, (*bytes)[continued]);
}

Found read_flash_chips(const View& view) {
    return FlashReader(view).read();
}

}  // namespace assay::agent
