#include "tests/e2e/fleet/plan.hpp"

#include "tests/e2e/fleet/hardware.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::fleet {
namespace {

struct Site {
    const char* name;
    const char* code;
};
constexpr Site sites[] = {
    {"Alderbrook", "alb"},    {"Ashford Exchange", "ash"}, {"Birchwater", "bir"},    {"Brackley", "bra"},
    {"Caldmore", "cal"},      {"Castle Hill", "cas"},      {"Copperfield", "cop"},   {"Crossharbour", "cro"},
    {"Dunmere", "dun"},       {"Eastgate", "eas"},         {"Elmhurst", "elm"},      {"Fairview", "fai"},
    {"Fernleigh", "fer"},     {"Fox Hollow", "fox"},       {"Glenrock", "gle"},      {"Granby", "gra"},
    {"Harrowgate", "har"},    {"Hazelton", "haz"},         {"Ironbridge", "iro"},    {"Juniper Flats", "jun"},
    {"Kestrel Point", "kes"}, {"Kingsferry", "kin"},       {"Larkspur", "lar"},      {"Longmeadow", "lon"},
    {"Maplewood", "map"},     {"Marlow Junction", "mar"},  {"Millbrook", "mil"},     {"Northfield", "nor"},
    {"Oakham", "oak"},        {"Old Quay", "quy"},         {"Pinecrest", "pin"},     {"Quarry Lane", "qua"},
    {"Redcliffe", "red"},     {"Riverside DC1", "rd1"},    {"Riverside DC2", "rd2"}, {"Saltmarsh", "sal"},
    {"Stonebridge", "sto"},   {"Thornbury", "tho"},        {"Westhaven", "wes"},     {"Whitmoor", "whi"},
};

// Out of a thousand.
struct FateRow {
    Fate fate;
    std::size_t weight;
};
constexpr FateRow fates[] = {
    {Fate::never_reports, 10}, {Fate::no_certificate, 8}, {Fate::other_maker, 12},
    {Fate::fails, 8},          {Fate::cleared, 4},        {Fate::unsafe_clock, 6},
    {Fate::rebooted, 20},      {Fate::part_changed, 25},  {Fate::steady, 907},
};

}  // namespace

std::string_view name(Fate fate) {
    switch (fate) {
        case Fate::steady: return "steady";
        case Fate::never_reports: return "never_reports";
        case Fate::no_certificate: return "no_certificate";
        case Fate::other_maker: return "other_maker";
        case Fate::fails: return "fails";
        case Fate::cleared: return "cleared";
        case Fate::unsafe_clock: return "unsafe_clock";
        case Fate::rebooted: return "rebooted";
        case Fate::part_changed: return "part_changed";
    }
    return "";
}

Plan make_plan(std::uint64_t seed, std::size_t number) {
    Chance chance(seed, number);
    Plan out;
    // The lesser of two throws: some sites are large, some small.
    const Site& site = sites[std::min(chance.below(std::size(sites)), chance.below(std::size(sites)))];
    const Model& model = any_model(chance);
    out.site = site.name;
    out.role = model.role;
    out.host = {
        fmt::format("{}-{}-{:05}", model.code, site.code, number), model.maker, model.name,
        fmt::format("{}{:02}{:07}", model.serial_prefix, 18 + chance.below(9), number * 37 % 9'999'991)
    };
    out.fate = chance.weighted(fates, 1000).fate;
    if (chance.below(100) < 2) out.root = "/var/lib/captures/" + out.host.name;
    Hardware hardware = make_hardware(model, out.host.serial, chance);
    out.inventory = std::move(hardware.inventory);
    out.placement = std::move(hardware.placement);
    out.firmware = std::move(hardware.firmware);
    out.inventory.replayed = !out.root.empty();
    normalise(out.inventory);
    return out;
}

void exchange_part(Inventory& inventory) {
    for (Component& component : inventory.components) {
        if (component.kind == ComponentKind::memory_module) {
            component.serial = Reading::of("A" + component.serial.text().substr(1));
            break;
        }
    }
    for (Component& component : inventory.components) {
        if (component.kind == ComponentKind::network_interface && !component.firmware.empty()) {
            component.firmware.front().version = Reading::of("9.20 0x8000d95e 22.0.9");
            break;
        }
    }
}

}  // namespace assay::fleet
