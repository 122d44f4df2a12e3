#include "evidence/hardware/device_tree.hpp"

#include "base/text.hpp"
#include "base/writer.hpp"

#include <algorithm>
#include <array>

namespace assay::device_tree {
namespace {

struct Bus {
    std::string_view node;  // its generic name
    std::string_view bus;
};

// In the order of their words. Buses between chips inside a package (spmi, soundwire, rsb) count: a PMIC has a maker of
// its own. "local" are chip selects of a parallel bus: NOR flash, CPLDs.
constexpr std::array buses{
    Bus{"dsi", "dsi"},         Bus{"i2c", "i2c"},        Bus{"i3c", "i3c"},     Bus{"ebc", "local"},
    Bus{"ebi", "local"},       Bus{"eim", "local"},      Bus{"gpmc", "local"},  Bus{"ifc", "local"},
    Bus{"lbc", "local"},       Bus{"localbus", "local"}, Bus{"weim", "local"},  Bus{"mdio", "mdio"},
    Bus{"onewire", "onewire"}, Bus{"w1", "onewire"},     Bus{"pci", "pci"},     Bus{"pcie", "pci"},
    Bus{"rsb", "rsb"},         Bus{"mmc", "sdio"},       Bus{"sdhci", "sdio"},  Bus{"sdmmc", "sdio"},
    Bus{"sdio", "sdio"},       Bus{"serial", "serial"},  Bus{"uart", "serial"}, Bus{"qspi", "spi"},
    Bus{"spi", "spi"},         Bus{"spmi", "spmi"},      Bus{"hub", "usb"},     Bus{"soundwire", "soundwire"},
    Bus{"usb", "usb"},
};

constexpr std::array volatile_nodes{
    std::string_view("/chosen"),      std::string_view("/memory"),     std::string_view("/reserved-memory"),
    std::string_view("/__symbols__"), std::string_view("/__fixups__"), std::string_view("/__local_fixups__"),
};

constexpr std::array volatile_properties{
    std::string_view("name"),
    std::string_view("serial-number"),
    std::string_view("linux,serial"),
    std::string_view("mac-address"),
    std::string_view("local-mac-address"),
    std::string_view("local-bd-address"),
    std::string_view("cpu-release-addr"),
    std::string_view("memreserve"),
};

bool digit(char c) {
    return c >= '0' && c <= '9';
}

// "i2c", "i2c0", "i2c-0", "spi-gpio", "mdio-bus", "mdio-mux".
bool named(std::string_view name, std::string_view word) {
    if (!name.starts_with(word)) return false;
    std::string_view rest = name.substr(word.size());
    if (rest.empty() || rest == "-gpio" || rest == "-bus" || rest == "-mux") return true;
    if (rest.starts_with('-')) rest.remove_prefix(1);
    return !rest.empty() && std::ranges::all_of(rest, digit);
}

// "1a40,101" -> "1a40:0101": numbers without leading zeros, and what may follow after a dot.
std::optional<std::string> ids_of(std::string_view text) {
    const std::size_t comma = text.find(',');
    if (comma == std::string_view::npos) return std::nullopt;
    const std::string_view second = text.substr(comma + 1);
    std::string out;
    for (std::string_view number : {text.substr(0, comma), second.substr(0, second.find('.'))}) {
        if (number.empty() || number.size() > 4) return std::nullopt;
        if (!out.empty()) out += ':';
        out += std::string(4 - number.size(), '0') + std::string(number);
    }
    return out;
}

}  // namespace

Result<std::vector<std::string>> decode_strings(ByteView value) {
    std::vector<std::string> out;
    std::string_view rest = as_text(value);
    while (!rest.empty()) {
        const std::size_t end = rest.find('\0');
        if (end == std::string_view::npos) {
            return fail(Errc::bad_encoding, "string " + std::to_string(out.size()), "does not end in NUL");
        }
        if (out.size() == max_strings) {
            return fail(Errc::limit_exceeded, "strings", "more than " + std::to_string(max_strings));
        }
        out.emplace_back(rest.substr(0, end));
        rest.remove_prefix(end + 1);
    }
    return out;
}

Status status_of(std::string_view word) {
    if (word == "disabled") return Status::disabled;
    if (word == "fail" || word.starts_with("fail-")) return Status::failed;
    return Status::on;
}

std::optional<Identifier> maker_of(std::string_view compatible) {
    const std::string entry = ascii_lower(compatible);
    for (const auto& [word, registry] : {std::pair("pci", Registry::pci), std::pair("usb", Registry::usb)}) {
        if (!entry.starts_with(word)) continue;
        const auto ids = ids_of(std::string_view(entry).substr(3));
        auto identifier = ids ? make_identifier(registry, *ids) : fail(Errc::bad_value, "", "");
        if (identifier) return *std::move(identifier);
    }
    const std::size_t comma = entry.find(',');
    if (comma == std::string::npos || entry.starts_with("pciclass,")) return std::nullopt;
    auto prefix = make_identifier(Registry::devicetree, entry.substr(0, comma));
    if (!prefix) return std::nullopt;
    return *std::move(prefix);
}

std::string_view bus_below(std::string_view node_name) {
    const std::string_view name = node_name.substr(0, node_name.find('@'));
    const auto found = std::ranges::find_if(buses, [name](const Bus& one) { return named(name, one.node); });
    return found == buses.end() ? std::string_view() : found->bus;
}

bool addressed(std::string_view bus) {
    return bus != "serial" && bus != "onewire";
}

bool sizeless(std::string_view bus) {
    return addressed(bus) && bus != "pci" && bus != "local";
}

bool volatile_node(std::string_view path) {
    if (path.starts_with("/memory@")) return path.find('/', 1) == std::string_view::npos;
    return std::ranges::find(volatile_nodes, path) != volatile_nodes.end();
}

bool volatile_property(std::string_view name) {
    return std::ranges::find(volatile_properties, name) != volatile_properties.end();
}

TreeHash::TreeHash() : hasher_(HashAlg::sha256) {
    framed(as_bytes("assay/device_tree/1"));
}

void TreeHash::framed(ByteView bytes) {
    const Bytes length = Writer().u32be(static_cast<std::uint32_t>(bytes.size())).take();
    hasher_.update(length).update(bytes);
}

void TreeHash::node(std::string_view path) {
    framed(as_bytes("node"));
    framed(as_bytes(path));
}

void TreeHash::property(std::string_view name, ByteView value) {
    framed(as_bytes("property"));
    framed(as_bytes(name));
    framed(value);
}

Sha256 TreeHash::finish() {
    return hasher_.finish_sha256();
}

}  // namespace assay::device_tree
