#include "agent/sources/i2c_path.hpp"

#include "agent/sources/device_path.hpp"
#include "agent/sources/source.hpp"
#include "agent/sources/usb_path.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace assay::agent {
namespace {

// The number of "i2c-7".
std::optional<unsigned> bus_number(std::string_view name) {
    constexpr std::string_view prefix = "i2c-";
    if (!name.starts_with(prefix)) return std::nullopt;
    return whole_number<unsigned>(name.substr(prefix.size()));
}

std::string_view above(std::string_view path) {
    return path.substr(0, std::min(path.rfind('/'), path.size()));
}

// The number in "i2c-0-mux (chan_id 3)", the name that the kernel gives to a multiplexer's channel.
std::string channel_in(std::string_view name) {
    constexpr std::string_view before = "(chan_id ";
    const std::size_t at = name.find(before);
    if (at == std::string_view::npos || !name.ends_with(')')) return "";
    const std::string_view number = name.substr(at + before.size(), name.size() - at - before.size() - 1);
    return digits(number) ? std::string(number) : "";
}

}  // namespace

std::optional<std::string_view> i2c_address(std::string_view name) {
    constexpr std::size_t address_digits = 4;
    const std::size_t dash = name.find('-');
    if (dash == std::string_view::npos || !digits(name.substr(0, dash))) return std::nullopt;
    const std::string_view address = name.substr(dash + 1);
    if (address.size() != address_digits || !address.starts_with("00")) return std::nullopt;
    if (address.find_first_not_of("0123456789abcdef") != std::string_view::npos) return std::nullopt;
    return address.substr(2);
}

I2cBuses::I2cBuses(const View& view, const std::vector<std::string>& listed) {
    std::map<std::string, std::map<unsigned, std::string>> together;  // by what they hang on
    for (const std::string& name : listed) {
        const auto number = bus_number(name);
        const auto path = number ? view.link(i2c_devices + "/" + name) : fail(Errc::not_found, "", "");
        if (!path) continue;
        const std::string_view on = above(*path);
        together[bus_number(last_part(on)) ? std::string(on) : key_or_place(view, on)].emplace(*number, *path);
    }
    for (const auto& [on, buses] : together) {
        std::size_t order = 0;
        for (const auto& [number, path] : buses) order_[path] = order++;
    }
}

std::string I2cBuses::in_order(const std::string& bus) const {
    const auto found = order_.find(bus);
    return found == order_.end() || found->second == 0 ? "" : "/bus" + std::to_string(found->second);
}

// The way from the bus above to this one.
std::string I2cBuses::branch(const View& view, const std::string& bus) const {
    const auto mux = view.link(bus + "/mux_device");
    const std::string channel = mux ? channel_in(text_or_empty(view, bus + "/name")) : "";
    if (channel.empty()) return "/below" + in_order(bus);
    const auto address = i2c_address(last_part(*mux));
    return "/" + std::string(address.value_or(last_part(*mux))) + "." + channel;
}

std::string I2cBuses::place(const View& view, std::string_view path) const {
    std::string out;
    for (const std::string_view part : path_parts(path)) {
        const auto begin = static_cast<std::size_t>(part.data() - path.data());
        const std::string bus(path.substr(0, begin + part.size()));
        if (bus_number(part)) {
            out = out.empty() ? key_or_place(view, above(bus)) + in_order(bus) : out + branch(view, bus);
        } else if (const auto address = i2c_address(part); address && !out.empty()) {
            out += "/" + std::string(*address);
        }
    }
    return out.empty() ? key_or_place(view, path) : out;
}

}  // namespace assay::agent
