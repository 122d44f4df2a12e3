#include "agent/sources/block.hpp"

#include "agent/sources/ata_page.hpp"
#include "agent/sources/device_path.hpp"
#include "agent/sources/usb_path.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <set>

namespace assay::agent {
namespace {

const std::string nvme_class = "sys/class/nvme";
const std::string block_class = "sys/class/block";
constexpr std::size_t vpd_bytes = 4096;

void add_revision(Component& component, Reading version) {
    if (!version.absent()) component.firmware.push_back({"firmware", std::move(version), std::nullopt, "sysfs"});
}

// Of "sys/devices/<controller>/<rest>": which disk of its controller. Host numbers count over the whole machine, so a
// host is told by its place among the controller's hosts, and of SATA by the port number the controller gives it.
class BlockReader {
  public:
    explicit BlockReader(const View& view) : view_(view) {}

    Found read() {
        const auto controllers = view_.list(nvme_class);
        const auto listed = view_.list(block_class);
        if (!listed && !controllers) {
            if (listed.error().code == Errc::not_found) return account_.absent("no " + block_class);
            account_.failed(listed.error());
            return account_.finish();
        }
        if (controllers) {
            for (const std::string& name : *controllers) nvme(name);
        } else if (controllers.error().code != Errc::not_found) {
            account_.failed(controllers.error());
        }
        if (listed) {
            account_.covered("block");
            for (const std::string& name : *listed) disk(name);
        } else if (listed.error().code != Errc::not_found) {
            account_.failed(listed.error());
        }
        return account_.finish();
    }

  private:
    void nvme(const std::string& name) {
        const auto path = view_.link(nvme_class + "/" + name);
        if (!path) return;  // gone since it was listed
        const std::string transport = text_or_empty(view_, *path + "/transport");
        if (!transport.empty() && transport != "pcie") return;
        Component component;
        component.kind = ComponentKind::block_device;
        component.parent = nearest_key(view_, *path);
        component.key = "block/" + key_or_place(view_, path->substr(0, path->rfind("/nvme/")));
        component.serial = read_text(view_, *path + "/serial");
        add_name(component, "model", read_text(view_, *path + "/model"));
        add_name(component, "transport", Reading::of("nvme"));
        add_revision(component, read_text(view_, *path + "/firmware_rev"));
        account_.found.placement[component.key]["device"] = clean_text(name, limits::text_bytes);
        account_.found.components.push_back(std::move(component));
    }

    void disk(const std::string& name) {
        const auto path = view_.link(block_class + "/" + name);
        if (!path || path->find("/nvme") != std::string::npos) return;
        const auto device = view_.link(*path + "/device");
        if (!device) return;  // a partition, or no hardware
        if (!seen_.insert(*device).second) return;
        Component component;
        component.kind = ComponentKind::block_device;
        component.parent = nearest_key(view_, *path);
        component.key = "block/" + key_or_place(view_, controller_of(*device)) + position(*device);
        const std::string at = *device + "/";
        if (view_.read(at + "manfid", vpd_bytes).has_value()) {
            mmc(at, component);
        } else if (last_part(*device).starts_with("virtio")) {
            add_name(component, "transport", Reading::of("virtio"));
            component.serial = read_text(view_, *path + "/serial");
        } else {
            scsi(at, component);
        }
        account_.found.placement[component.key]["device"] = clean_text(name, limits::text_bytes);
        account_.found.components.push_back(std::move(component));
    }

    // eMMC and SD: what the card's CID register says. Its manufacturer numbers are no public registry.
    void mmc(const std::string& at, Component& component) {
        add_name(component, "transport", Reading::of("mmc"));
        add_name(component, "model", read_text(view_, at + "name"));
        add_name(component, "manfid", read_text(view_, at + "manfid"));
        add_name(component, "oemid", read_text(view_, at + "oemid"));
        add_name(component, "cid", read_text(view_, at + "cid"));
        add_name(component, "date", read_text(view_, at + "date"));
        add_name(component, "hardware_revision", read_text(view_, at + "hwrev"));
        component.serial = read_text(view_, at + "serial");
        add_revision(component, read_text(view_, at + "fwrev"));
    }

    void scsi(const std::string& at, Component& component) {
        add_name(component, "transport", Reading::of(at.find("/ata") != std::string::npos ? "ata" : "scsi"));
        add_name(component, "vendor", read_text(view_, at + "vendor"));
        const auto information = view_.read(at + "vpd_pg89", vpd_bytes);
        const auto whole = information ? ata_identity_of_vpd89(*information) : std::nullopt;
        const auto best = [](std::string found, Reading cut) {
            return found.empty() ? std::move(cut) : Reading::of(std::move(found));
        };
        add_name(component, "model", best(whole ? whole->model : "", read_text(view_, at + "model")));
        add_revision(component, best(whole ? whole->firmware : "", read_text(view_, at + "rev")));
        if (whole && !whole->serial.empty()) {
            component.serial = Reading::of(whole->serial);
            return;
        }
        const auto page = view_.read(at + "vpd_pg80", vpd_bytes);
        if (page) {
            component.serial = Reading::of(serial_of_vpd80(*page));
        } else if (page.error().code == Errc::denied) {
            component.serial = Reading::unreadable(std::string(word(page.error().code)));
        }
    }

    // The path before the first part that counts over the machine: ataN, hostN, virtioN, mmc_host.
    static std::string controller_of(const std::string& device) {
        std::string out;
        for (const std::string_view part : path_parts(device)) {
            if (numbered(part, "ata") || numbered(part, "host") || numbered(part, "virtio") || part == "mmc_host")
                break;
            out += (out.empty() ? "" : "/") + std::string(part);
        }
        return out;
    }

    // "/ata2/0:0:0" or "/host0/0:1:0" below the controller; "" where there is one disk only (virtio, MMC).
    std::string position(const std::string& device) const {
        std::string out;
        std::string upto;
        for (const std::string_view part : path_parts(device)) {
            const std::string above = upto;
            upto += (upto.empty() ? "" : "/") + std::string(part);
            if (numbered(part, "ata") || (numbered(part, "host") && out.empty())) out = "/" + rank(above, upto, part);
        }
        if (out.empty()) return out;
        // "2:0:1:0" is host, channel, target and unit.
        const std::string_view address = last_part(device);
        const std::size_t colon = address.find(':');
        return colon == std::string_view::npos ? out : out + "/" + std::string(address.substr(colon + 1));
    }

    std::string rank(const std::string& above, const std::string& path, std::string_view part) const {
        const std::string_view prefix = part.starts_with("ata") ? "ata" : "host";
        if (prefix == "ata") {
            const std::string number = text_or_empty(view_, path + "/ata_port/" + std::string(part) + "/port_no");
            if (!number.empty()) return "port" + number;
        }
        const auto siblings = view_.list(above);
        std::size_t before = 0;
        if (siblings) {
            before =
                static_cast<std::size_t>(std::ranges::count_if(*siblings, [part, prefix](const std::string& other) {
                    // Numbers of different length sort by it.
                    return numbered(other, prefix) &&
                           std::pair(other.size(), std::string_view(other)) < std::pair(part.size(), part);
                }));
        }
        return std::string(prefix) + std::to_string(before);
    }

    const View& view_;
    Account account_{"block"};
    std::set<std::string> seen_;  // device paths: a disk with several block devices (boot areas) is one part
};

}  // namespace

std::string serial_of_vpd80(std::string_view page) {
    constexpr std::size_t header = 4;
    if (page.size() < header || static_cast<unsigned char>(page[1]) != 0x80) return "";
    const auto high = static_cast<unsigned char>(page[2]);
    const auto low = static_cast<unsigned char>(page[3]);
    const std::size_t length = static_cast<std::size_t>(high) * 256 + low;
    return clean_text(page.substr(header, length), limits::text_bytes);
}

Found read_block(const View& view) {
    return BlockReader(view).read();
}

}  // namespace assay::agent
