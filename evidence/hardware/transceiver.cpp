#include "evidence/hardware/transceiver.hpp"

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <array>
#include <numeric>

namespace assay::transceiver {
namespace {

// Offsets into the identity page, from its own start.
struct Layout {
    std::size_t vendor, oui, part_number, revision, revision_bytes, serial, date_code, connector;
    std::size_t end;  // of the identity, checksums included
};
constexpr std::size_t name_bytes = 16;
constexpr std::size_t oui_bytes = 3;
constexpr std::size_t date_bytes = 8;

constexpr Layout layout_of(Map map) {
    switch (map) {
        case Map::sff8472: return {20, 37, 40, 56, 4, 68, 84, 2, 96};  // SFF-8472 table 4-1
        case Map::sff8636: return {20, 37, 40, 56, 2, 68, 84, 2, 96};  // SFF-8636 table 6-14, from 128
        case Map::cmis: return {1, 17, 20, 36, 2, 38, 54, 75, 95};     // CMIS table 8-28, from 128
    }
    return {};
}

struct Summed {
    std::string_view name;
    std::size_t from, at;  // the sum of bytes [from, at) stands at `at`
};

std::vector<Summed> sums_of(Map map) {
    if (map == Map::cmis) return {{"page 00h", 0, 94}};
    return {{"CC_BASE", 0, 63}, {"CC_EXT", 64, 95}};
}

bool all(ByteView bytes, std::uint8_t value) {
    return std::ranges::all_of(bytes, [value](std::uint8_t byte) { return byte == value; });
}

Reading text_at(ByteView page, std::size_t offset, std::size_t size) {
    const ByteView field = page.subspan(offset, size);
    if (all(field, 0xff)) return Reading::unreadable("all_ff");
    return Reading::of(clean_text(field, limits::text_bytes));
}

std::string oui_at(ByteView page, std::size_t offset) {
    const ByteView field = page.subspan(offset, oui_bytes);
    return all(field, 0) || all(field, 0xff) ? "" : to_hex(field);
}

// Two bytes, major and minor; 0.0 says that there is none (CMIS table 8-14), ff.ff is an invalid image.
std::string version_at(ByteView bytes, std::size_t offset) {
    if (bytes.size() < offset + 2) return "";
    const ByteView field = bytes.subspan(offset, 2);
    if (all(field, 0) || all(field, 0xff)) return "";
    return std::to_string(field[0]) + "." + std::to_string(field[1]);
}

// The upper page repeats byte 0 of the lower one. Makers are known to write two names of one family (QSFP+, QSFP28);
// another family, or nothing at all, is not of the same module.
bool halves_disagree(const Pages& pages, Map map) {
    return map != Map::sff8472 && !pages.lower.empty() && map_of(pages.lower[0]) != map_of(pages.page_00[0]);
}

Condition condition_of(const Pages& pages, Map map, const std::vector<Checksum>& checksums) {
    if (halves_disagree(pages, map)) return Condition::stale;
    return std::ranges::all_of(checksums, &Checksum::holds) ? Condition::ok : Condition::bad_checksum;
}

void read_identity(Module& module, const Pages& pages, Map map) {
    const ByteView page = identity_page(pages, map);
    const Layout at = layout_of(map);
    for (const Summed& sum : sums_of(map)) {
        const ByteView summed = page.subspan(sum.from, sum.at - sum.from);
        const unsigned computed = std::accumulate(summed.begin(), summed.end(), 0U) & 0xffU;
        module.checksums.push_back({sum.name, page[sum.at], static_cast<std::uint8_t>(computed)});
    }
    module.vendor = text_at(page, at.vendor, name_bytes);
    module.oui = oui_at(page, at.oui);
    module.part_number = text_at(page, at.part_number, name_bytes);
    module.revision = text_at(page, at.revision, at.revision_bytes);
    module.serial = text_at(page, at.serial, name_bytes);
    module.date_code = text_at(page, at.date_code, date_bytes);
    module.connector = connector_of(page[at.connector]);
    if (map == Map::cmis) {
        module.firmware = version_at(pages.lower, 39);
        module.inactive_firmware = version_at(pages.page_01, 0);
        module.hardware_revision = version_at(pages.page_01, 2);
    }
    module.condition = condition_of(pages, map, module.checksums);
}

struct Named {
    std::uint8_t value;
    std::string_view name;
};

constexpr std::array types{
    Named{0x01, "GBIC"},
    Named{0x02, "soldered"},
    Named{0x03, "SFP"},
    Named{0x04, "300-pin XBI"},
    Named{0x05, "XENPAK"},
    Named{0x06, "XFP"},
    Named{0x07, "XFF"},
    Named{0x08, "XFP-E"},
    Named{0x09, "XPAK"},
    Named{0x0a, "X2"},
    Named{0x0b, "DWDM-SFP"},
    Named{0x0c, "QSFP"},
    Named{0x0d, "QSFP+"},
    Named{0x0e, "CXP"},
    Named{0x0f, "HD 4X"},
    Named{0x10, "HD 8X"},
    Named{0x11, "QSFP28"},
    Named{0x12, "CXP2"},
    Named{0x13, "CDFP"},
    Named{0x14, "HD 4X fanout"},
    Named{0x15, "HD 8X fanout"},
    Named{0x16, "CDFP style 3"},
    Named{0x17, "microQSFP"},
    Named{0x18, "QSFP-DD"},
    Named{0x19, "OSFP"},
    Named{0x1a, "SFP-DD"},
    Named{0x1b, "DSFP"},
    Named{0x1e, "QSFP+ with CMIS"},
    Named{0x1f, "SFP-DD with CMIS"},
    Named{0x20, "SFP+ with CMIS"},
};

constexpr std::array connectors{
    Named{0x01, "SC"},
    Named{0x02, "Fibre Channel copper style 1"},
    Named{0x03, "Fibre Channel copper style 2"},
    Named{0x04, "BNC/TNC"},
    Named{0x05, "Fibre Channel coax"},
    Named{0x06, "Fiber Jack"},
    Named{0x07, "LC"},
    Named{0x08, "MT-RJ"},
    Named{0x09, "MU"},
    Named{0x0a, "SG"},
    Named{0x0b, "optical pigtail"},
    Named{0x0c, "MPO 1x12"},
    Named{0x0d, "MPO 2x16"},
    Named{0x20, "HSSDC II"},
    Named{0x21, "copper pigtail"},
    Named{0x22, "RJ45"},
    Named{0x23, "none"},
    Named{0x24, "MXC 2x16"},
    Named{0x25, "CS"},
    Named{0x26, "SN"},
    Named{0x27, "MPO 2x12"},
    Named{0x28, "MPO 1x16"},
};

std::string_view named(std::span<const Named> table, std::uint8_t value) {
    const auto found = std::ranges::find(table, value, &Named::value);
    return found == table.end() ? std::string_view() : found->name;
}

}  // namespace

std::string_view name(Map map) {
    switch (map) {
        case Map::sff8472: return "SFF-8472";
        case Map::sff8636: return "SFF-8636";
        case Map::cmis: return "CMIS";
    }
    return "";
}

std::string_view name(Condition condition) {
    switch (condition) {
        case Condition::ok: return "ok";
        case Condition::bad_checksum: return "bad_checksum";
        case Condition::all_ff: return "all_ff";
        case Condition::all_00: return "all_00";
        case Condition::stale: return "stale";
        case Condition::unknown_map: return "unknown_map";
        case Condition::truncated: return "truncated";
    }
    return "";
}

std::optional<Map> map_of(std::uint8_t identifier) {
    switch (identifier) {
        case 0x02:
        case 0x03: return Map::sff8472;
        case 0x0c:
        case 0x0d:
        case 0x11: return Map::sff8636;
        case 0x18:
        case 0x19:
        case 0x1b:
        case 0x1e:
        case 0x1f:
        case 0x20: return Map::cmis;
        default: return std::nullopt;
    }
}

std::string_view type_of(std::uint8_t identifier) {
    return named(types, identifier);
}

std::string_view connector_of(std::uint8_t connector) {
    return named(connectors, connector);
}

bool has_more_pages(ByteView lower) {
    constexpr std::size_t status = 2;
    constexpr unsigned flat_memory = 0x80;
    return lower.size() > status && (lower[status] & flat_memory) == 0;
}

ByteView identity_page(const Pages& pages, Map map) {
    const ByteView page = map == Map::sff8472 ? pages.lower : pages.page_00;
    return page.first(std::min(page.size(), page_bytes));
}

Module decode_module(const Pages& pages) {
    Module module;
    if (pages.lower.empty() && pages.page_00.empty()) return module;
    module.identifier = pages.lower.empty() ? pages.page_00[0] : pages.lower[0];
    module.map = map_of(module.identifier);
    // One half may still be in a cache when the other is not answered any more: each is asked what it is.
    if (!module.map && !pages.page_00.empty() && map_of(pages.page_00[0])) {
        module.identifier = pages.page_00[0];
        module.map = map_of(module.identifier);
    }
    module.type = type_of(module.identifier);
    if (module.map && identity_page(pages, *module.map).size() < layout_of(*module.map).end) return module;
    const auto filled_with = [&](std::uint8_t value) {
        if (module.map) return all(identity_page(pages, *module.map), value);
        return all(pages.lower, value) && all(pages.page_00, value);
    };
    if (filled_with(0xff)) {
        module.condition = Condition::all_ff;
    } else if (filled_with(0)) {
        module.condition = Condition::all_00;
    } else if (!module.map) {
        module.condition = Condition::unknown_map;
    } else {
        read_identity(module, pages, *module.map);
    }
    return module;
}

}  // namespace assay::transceiver
