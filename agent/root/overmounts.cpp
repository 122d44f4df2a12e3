#include "agent/root/overmounts.hpp"

#include <algorithm>
#include <array>

namespace assay::agent {
namespace {

constexpr std::array usual_places{
    std::string_view("/sys/kernel/security"),
    std::string_view("/sys/kernel/debug"),
    std::string_view("/sys/kernel/tracing"),
    std::string_view("/sys/kernel/config"),
    std::string_view("/sys/fs"),
    std::string_view("/sys/firmware/efi/efivars"),
};

bool octal(char c) {
    return c >= '0' && c <= '7';
}

// Space, tab, newline and backslash stand as \ooo.
std::string unescaped(std::string_view text) {
    std::string out;
    while (!text.empty()) {
        if (text[0] == '\\' && text.size() >= 4 && octal(text[1]) && octal(text[2]) && octal(text[3])) {
            out += static_cast<char>(((text[1] - '0') & 3) * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
            text.remove_prefix(4);
        } else {
            out += text[0];
            text.remove_prefix(1);
        }
    }
    return out;
}

bool usual(std::string_view point) {
    return std::ranges::any_of(usual_places, [point](std::string_view place) {
        return point.starts_with(place) && (point.size() == place.size() || point[place.size()] == '/');
    });
}

// The fifth field: "36 35 98:0 /mnt1 /mnt2 rw,noatime ..."
std::string_view mount_point(std::string_view line) {
    for (int field = 0; field < 4; ++field) {
        const std::size_t space = line.find(' ');
        if (space == std::string_view::npos) return {};
        line.remove_prefix(space + 1);
    }
    return line.substr(0, line.find(' '));
}

}  // namespace

std::vector<std::string> overmounted(std::string_view mountinfo) {
    std::vector<std::string> points;
    while (!mountinfo.empty()) {
        const std::string_view line = mountinfo.substr(0, mountinfo.find('\n'));
        mountinfo.remove_prefix(std::min(line.size() + 1, mountinfo.size()));
        std::string point = unescaped(mount_point(line));
        if (point.starts_with("/sys/") && !usual(point)) points.push_back(std::move(point));
    }
    std::ranges::sort(points);
    const auto repeated = std::ranges::unique(points);
    points.erase(repeated.begin(), repeated.end());
    return points;
}

}  // namespace assay::agent
