#pragma once
// The same hardware as another boot would show it: buses, devices, interfaces and disks under other numbers and names,
// in everything that a capture holds: of a known machine, whose numbers fit (no bus, device or disk above 40, no bus of
// a bridge where its mirror is a root bus). What the firmware or a driver gives in a fixed order (root buses, ports of
// a controller, hosts of a controller) keeps that order.

#include "agent/capture/capture_files.hpp"
#include "base/json.hpp"

#include <doctest/doctest.h>

#include <charconv>
#include <functional>
#include <regex>
#include <set>
#include <string>

namespace assay::test {

class AnotherBoot {
  public:
    explicit AnotherBoot(const agent::CaptureFiles& files) : files_(files) {
        const std::regex root("pci([0-9a-f]{4,8}:[0-9a-f]{2})");
        for (const auto& [path, entry] : files) {
            std::smatch found;
            const std::string name = path.substr(path.rfind('/') + 1);
            if (std::regex_match(name, found, root)) roots_.insert(found[1]);
            if (path.starts_with("sys/class/net/") && path.find('/', 14) == std::string::npos) interfaces_.insert(name);
        }
    }

    agent::CaptureFiles files() const {
        agent::CaptureFiles out;
        for (const auto& [path, entry] : files_) {
            agent::RecordedTree::Entry one = entry;
            if (entry.kind == agent::RecordedTree::Kind::link) one.bytes = path_of(entry.bytes);
            if (entry.kind == agent::RecordedTree::Kind::file) one.bytes = content_of(path, entry.bytes);
            out.insert_or_assign(path_of(path), std::move(one));
        }
        CHECK(out.size() == files_.size());  // no two became one
        return out;
    }

    std::string path_of(const std::string& path) const {
        std::string out;
        std::string before;
        std::size_t at = 0;
        while (at <= path.size()) {
            const std::size_t end = std::min(path.find('/', at), path.size());
            const std::string part = path.substr(at, end - at);
            out += (at == 0 ? "" : "/") + part_of(part, before, path.starts_with("kernel/"));
            before = part;
            at = end + 1;
        }
        return out;
    }

  private:
    static int number(const std::string& text, int base = 10) {
        int out = 0;
        std::from_chars(text.data(), text.data() + text.size(), out, base);
        return out;
    }
    static std::string reversed(const std::string& text) {
        REQUIRE(number(text) <= 40);  // 40 is what was 0 before
        return std::to_string(40 - number(text));
    }
    static std::string later(const std::string& text) { return std::to_string(number(text) + 7); }

    std::string part_of(const std::string& part, const std::string& before, bool of_kernel) const {
        static const std::regex address("([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2}\\.[0-7])");
        static const std::regex usb_bus("usb([0-9]+)");
        static const std::regex usb("([0-9]+)-([1-9][0-9]?(\\.[1-9][0-9]?)*(:[0-9]+\\.[0-9]+)?)");
        static const std::regex any_order("(nvme|virtio|mmc|mmcblk|i2c-)([0-9]+)(.*)");
        static const std::regex chip("([0-9]+)-(00[0-9a-f]{2})");  // on an I2C bus
        static const std::regex letter("(sd|vd)([a-z])");
        static const std::regex in_order("(host|ata|link)([0-9]+)");
        static const std::regex scsi("(target|end_device-)?([0-9]+)(:[0-9]+:[0-9]+(:[0-9]+)?)");
        const std::string stem = of_kernel ? part.substr(0, part.rfind(".json")) : part;
        if (interfaces_.contains(stem) && (of_kernel || before == "net"))
            return "if" + renamed(stem) + part.substr(stem.size());
        std::smatch m;
        const auto is = [&part, &m](const std::regex& form) { return std::regex_match(part, m, form); };
        if (is(address)) return bus_of(m[1], m[2]) + ":" + m[3].str();
        if (is(usb_bus)) return "usb" + reversed(m[1]);
        if (is(usb)) return reversed(m[1]) + "-" + m[2].str();
        if (is(chip)) return reversed(m[1]) + "-" + m[2].str();
        if (is(any_order)) return m[1].str() + reversed(m[2]) + m[3].str();
        if (is(letter)) return m[1].str() + static_cast<char>('z' - (part[2] - 'a'));
        if (is(in_order)) return m[1].str() + later(m[2]);
        if (is(scsi)) return m[1].str() + later(m[2]) + m[3].str();
        return part;
    }

    std::string bus_of(const std::string& domain, const std::string& bus) const {
        if (roots_.contains(domain + ":" + bus)) return domain + ":" + bus;
        std::string out = domain + ":";
        const int other = 0xfe - number(bus, 16);
        REQUIRE(other >= 0);
        constexpr const char* digits = "0123456789abcdef";
        out += digits[other / 16];
        out += digits[other % 16];
        REQUIRE_FALSE(roots_.contains(out));
        return out;
    }

    std::string renamed(const std::string& interface) const {
        const auto at = std::distance(interfaces_.begin(), interfaces_.find(interface));
        return std::to_string(90 - at);
    }

    std::string content_of(const std::string& path, const std::string& bytes) const {
        const std::string name = path.substr(path.rfind('/') + 1);
        std::smatch m;
        if (name == "busnum") return reversed(bytes) + "\n";
        if (name == "devnum") return std::to_string(number(bytes) + 30) + "\n";
        if (path.starts_with("sys/bus/pci/slots/") &&
            std::regex_match(bytes, m, std::regex("([0-9a-f]{4,8}):([0-9a-f]{2}):([0-9a-f]{2})\n"))) {
            return bus_of(m[1], m[2]) + ":" + m[3].str() + "\n";
        }
        if (path == "kernel/usb.json") return usb_of(bytes);
        if (path == "kernel/unreadable" || path == "kernel/digests") {
            std::string out;
            std::size_t at = 0;
            while (at < bytes.size()) {
                const std::size_t end = bytes.find('\n', at);
                const std::string line = bytes.substr(at, end - at);
                const std::size_t from = path == "kernel/digests" ? line.find(' ', 65) + 1 : line.find(' ') + 1;
                const std::size_t to = std::min(line.find('\t'), line.size());
                out += line.substr(0, from) + path_of(line.substr(from, to - from)) + line.substr(to) + "\n";
                at = end + 1;
            }
            return out;
        }
        return bytes;
    }

    static std::string usb_of(const std::string& bytes) {
        auto value = json::parse(bytes, {}, "usb.json");
        REQUIRE(value.has_value());
        auto* const devices = value->as_object()["devices"].if_array();
        if (devices == nullptr) return bytes;
        json::Array again;
        for (std::size_t i = devices->size(); i-- > 0;) {  // in another order, too
            json::Object one = (*devices)[i].as_object();
            one["bus"] = 40 - one["bus"].to_number<int>();
            one["address"] = 30 + one["address"].to_number<int>();
            again.push_back(std::move(one));
        }
        *devices = std::move(again);
        return json::canonical(*value);
    }

    const agent::CaptureFiles& files_;
    std::set<std::string> roots_;
    std::set<std::string> interfaces_;
};

}  // namespace assay::test
