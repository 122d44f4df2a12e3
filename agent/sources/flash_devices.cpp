#include "agent/sources/flash_devices.hpp"

#include "agent/sources/device_path.hpp"
#include "agent/sources/usb_path.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace assay::agent {
namespace {

const std::string devices = "sys/class/mtd";
constexpr std::uint64_t mtd_writeable = 0x400;  // include/uapi/mtd/mtd-abi.h

std::optional<std::uint64_t> number(const View& view, const std::string& path, int base) {
    std::string text = text_or_empty(view, path);
    if (base == 16 && text.starts_with("0x")) text.erase(0, 2);
    return whole_number<std::uint64_t>(text, base);
}

// The MTDs that a path goes through, "mtd0" and "mtd1" of ".../mtd/mtd0/mtd1".
std::vector<std::string> chain_of(const std::string& path) {
    std::vector<std::string> out;
    for (const std::string_view part : path_parts(path)) {
        if (numbered(part, "mtd")) out.emplace_back(part);
    }
    return out;
}

FlashDevice read_device(const View& view, const std::string& name, const std::string& path) {
    FlashDevice out;
    out.name = name;
    out.path = path;
    out.label = read_text(view, path + "/name");
    out.type = read_text(view, path + "/type");
    out.size = number(view, path + "/size", 10);
    out.offset = number(view, path + "/offset", 10);
    if (const auto flags = number(view, path + "/flags", 16)) out.writable = (*flags & mtd_writeable) != 0;
    return out;
}

std::string own_name(const FlashDevice& device) {
    const std::string label = device.label.has_value() ? device.label.text() : "unnamed";
    return device.offset ? fmt::format("{}@{:x}", label, *device.offset) : label;
}

bool lower_number(const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() < b.size() : a < b;
}

// Keys from the chip down. Partitions of one name at one offset are told apart by their order.
void give_keys(const View& view, std::vector<FlashDevice>& found) {
    std::map<std::string, int> undivided;  // MTDs that are part of no other one, by their device
    for (const FlashDevice& one : found) {
        if (chain_of(one.path).size() == 1) ++undivided[flash_device_path(one.path)];
    }
    std::map<std::string, std::string> keys;
    std::map<std::string, int> given;
    for (FlashDevice& one : found) {
        const auto chain = chain_of(one.path);
        const std::string place = flash_device_path(one.path);
        const std::string chip = flash_chip_key(view, place);
        one.whole = chain.size() == 1 && !one.offset && undivided[place] == 1;
        if (one.whole) {
            one.key = chip;
        } else {
            const auto above = chain.size() > 1 ? keys.find(chain[chain.size() - 2]) : keys.end();
            one.parent = above == keys.end() ? chip : above->second;
            one.key = one.parent + "/" + own_name(one);
        }
        const int before = given[one.key]++;
        if (before > 0) one.key += "/" + std::to_string(before);
        keys[one.name] = one.key;
    }
    std::set<std::string> divided;
    for (const FlashDevice& one : found) {
        auto chain = chain_of(one.path);
        chain.pop_back();
        divided.insert(chain.begin(), chain.end());
    }
    for (FlashDevice& one : found) one.divided = divided.contains(one.name);
}

}  // namespace

std::string flash_device_path(const std::string& mtd_path) {
    const std::size_t mtd = mtd_path.find("/mtd/");
    return mtd_path.substr(0, mtd);
}

std::string flash_chip_key(const View& view, const std::string& device_path) {
    std::string key = "flash";
    std::string_view rest = device_path;
    if (const auto usb = usb_node(device_path)) {
        key += "/" + usb_keys(view, *usb).key;
        rest.remove_prefix(usb->path.size());
    } else if (const auto pci = pci_node(device_path)) {
        key += "/" + pci->key;
        rest.remove_prefix(pci->path.size());
    } else if (rest.starts_with("sys/devices/")) {
        rest.remove_prefix(std::string_view("sys/devices/").size());
    }
    for (const std::string_view part : path_parts(rest)) {
        if (part == "spi_master" || numbered(part, "spi")) continue;
        const std::size_t dot = part.find('.');
        const bool chip_select = dot != std::string_view::npos && numbered(part.substr(0, dot), "spi");
        key += chip_select ? "/cs" + std::string(part.substr(dot + 1)) : "/" + std::string(part);
    }
    return key;
}

Result<std::vector<FlashDevice>> flash_devices(const View& view, Account& account) {
    TRY(std::vector<std::string> listed, view.list(devices, 2 * max_flash_devices));  // "mtd0" and "mtd0ro"
    std::erase_if(listed, [](const std::string& name) { return !numbered(name, "mtd"); });
    std::ranges::sort(listed, lower_number);
    std::vector<FlashDevice> out;
    for (const std::string& name : listed) {
        const auto path = view.link(devices + "/" + name);
        if (!path && path.error().code == Errc::not_found) continue;  // gone since it was listed
        if (!path || last_part(*path) != name) {
            if (path)
                account.failed(SourceState::error, devices + "/" + name + ": is not a link to a flash device");
            else
                account.failed(path.error());
            continue;
        }
        FlashDevice one = read_device(view, name, *path);
        if (one.type.text() != "ram") out.push_back(std::move(one));
    }
    give_keys(view, out);
    return out;
}

}  // namespace assay::agent
