// What the shipped packs recognise, and what they must not.

#include "tests/policy/shipped_packs.hpp"

#include "policy/match.hpp"

#include <algorithm>
#include <map>
#include <set>

using namespace assay;
using namespace assay::policy;

namespace {

const PackSet& packs() {
    static const PackSet set = shipped_packs();
    return set;
}

std::vector<Match> found(Registry registry, std::string_view value, std::string_view when = "2026-11-23") {
    const std::vector<Identifier> one{make_identifier(registry, value).value()};
    return match_model(packs(), one, ComponentKind::pci_function, day(when));
}

std::set<std::string> entries(const std::vector<Match>& matches) {
    std::set<std::string> out;
    for (const Match& match : matches) out.insert(match.entry->id);
    return out;
}

struct Listed {
    Registry registry;
    const char* value;
    const char* entity;  // whose number it is
    const char* named;   // whom the lists name
    MatchReason reason;
};

const Listed listed[] = {
    {Registry::pci, "19e5:a120", "huawei", "huawei", MatchReason::vendor_chip},
    {Registry::pci, "19e5:a222", "huawei", "huawei", MatchReason::vendor_chip},
    {Registry::pci, "19e5:1710", "huawei", "huawei", MatchReason::vendor_chip},
    {Registry::pci, "19e5:0123", "huawei", "huawei", MatchReason::vendor_chip},
    {Registry::pci_subsystem, "19e5:d11c", "huawei", "huawei", MatchReason::vendor_subsystem},
    {Registry::pci_subsystem, "19e5:d227", "huawei", "huawei", MatchReason::vendor_subsystem},
    {Registry::pci, "1cf2:8036", "zte", "zte", MatchReason::vendor_chip},
    {Registry::pci_subsystem, "1cf2:0001", "zte", "zte", MatchReason::vendor_subsystem},
    {Registry::pci, "20ba:1202", "hikstorage", "hikvision", MatchReason::vendor_chip},
    {Registry::usb, "12d1:1506", "huawei", "huawei", MatchReason::vendor_usb},
    {Registry::usb, "1110:5c01", "huawei", "huawei", MatchReason::device_usb},
    {Registry::usb, "19d2:0326", "zte", "zte", MatchReason::vendor_usb},
    {Registry::usb, "05c6:6613", "zte", "zte", MatchReason::device_usb},
    {Registry::usb, "238b:0a11", "hytera", "hytera", MatchReason::vendor_usb},
    {Registry::usb, "2bdf:0001", "hikvision", "hikvision", MatchReason::vendor_usb},
    {Registry::usb, "2ca3:001f", "dji", "dji", MatchReason::vendor_usb},
    {Registry::mac, "00e0fc000001", "huawei", "huawei", MatchReason::vendor_mac},
    {Registry::mac, "848a59000001", "hisilicon", "huawei", MatchReason::vendor_mac},
    {Registry::mac, "4ac03f000001", "hikstorage", "hikvision", MatchReason::vendor_mac},
    {Registry::mac, "6469bc000001", "hytera", "hytera", MatchReason::vendor_mac},
    {Registry::mac, "9c066e000001", "hytera", "hytera", MatchReason::vendor_mac},
    {Registry::mac, "08eded000001", "dahua", "dahua", MatchReason::vendor_mac},
    {Registry::pen, "2011", "huawei", "huawei", MatchReason::vendor_pen},
    {Registry::pen, "34774", "huawei-symantec", "huawei", MatchReason::vendor_pen},
    {Registry::pen, "3902", "zte", "zte", MatchReason::vendor_pen},
    {Registry::pen, "39165", "hikvision", "hikvision", MatchReason::vendor_pen},
    {Registry::pen, "37496", "dahua", "dahua", MatchReason::vendor_pen},
    {Registry::pen, "1004849", "dahua", "dahua", MatchReason::vendor_pen},
    {Registry::pen, "40297", "hytera", "hytera", MatchReason::vendor_pen},
    {Registry::pen, "46055", "hytera", "hytera", MatchReason::vendor_pen},
    {Registry::pen, "58597", "hytera", "hytera", MatchReason::vendor_pen},
    {Registry::pen, "23668", "kaspersky", "kaspersky", MatchReason::vendor_pen},
    {Registry::jedec, "8:b6", "hisilicon", "huawei", MatchReason::vendor_memory},
    {Registry::jedec, "8:8c", "zte-microelectronics", "zte", MatchReason::vendor_memory},
    {Registry::jedec, "12:f7", "dahua-memory", "dahua", MatchReason::vendor_memory},
    {Registry::pnp, "HWV", "huawei", "huawei", MatchReason::vendor_pnp},
    {Registry::pnp, "ZTE", "zte", "zte", MatchReason::vendor_pnp},
};

struct Trap {
    Registry registry;
    const char* value;
    const char* what;
};

const Trap traps[] = {
    {Registry::mac, "002675000001", "Aztech Electronics"},
    {Registry::mac, "182012000001", "Aztech Associates"},
    {Registry::usb, "0509:0801", "Aztech Systems"},
    {Registry::pci, "122d:1206", "Aztech System"},
    {Registry::pnp, "AZT", "Aztech Systems"},
    {Registry::usb, "221a:0100", "ZTEX GmbH"},
    {Registry::mac, "7866ae000001", "ZTEC Instruments"},
    {Registry::mac, "8c1f64a32001", "Nautel"},
    {Registry::mac, "001f64000001", "Beijing Autelan"},
    {Registry::mac, "4c48da000001", "Beijing Autelan"},
    {Registry::mac, "001bc50b7001", "Autelis"},
    {Registry::mac, "402c76100001", "Shanghai Dahua Scale Factory"},
    {Registry::mac, "14ae85700001", "Shenzhen HONOR Electronic"},
    {Registry::mac, "0041b4000001", "Wuxi Zhongxing Optoelectronics"},
    {Registry::mac, "0008c4000001", "Hikari"},
    {Registry::mac, "54ce69000001", "Hikari Trading"},
    {Registry::mac, "8c1f64166001", "Hikari Alphax"},
    {Registry::mac, "000dd4000001", "Symantec Corporation"},
    {Registry::mac, "885fe8e00001", "Unicom Global"},
    {Registry::mac, "70b3d59fb001", "Unicom Global"},
    {Registry::mac, "00a0c3000001", "UNICOMPUTER"},
    {Registry::mac, "a870a5000001", "UniComm"},
    {Registry::mac, "00e0f2000001", "Arlotto ComNet"},
    {Registry::mac, "006091000001", "First Pacific Networks"},
    {Registry::pci, "14e5:0001", "Pixelfusion"},
    {Registry::pci, "138a:0001", "Fusion Micromedia"},
    {Registry::pci, "10a8:0000", "Sierra Semiconductor"},
    // Makers with a past or a likeness: not named by these lists.
    {Registry::pci, "1f24:0001", "xFusion"},
    {Registry::mac, "2a0bb8000001", "xFusion, a company id with the locally administered bit"},
    {Registry::mac, "347379000001", "xFusion"},
    {Registry::pen, "58132", "xFusion"},
    {Registry::pci, "193d:0001", "New H3C"},
    {Registry::pci_subsystem, "193d:0001", "New H3C"},
    {Registry::mac, "000fe2000001", "Hangzhou H3C"},
    {Registry::mac, "5098b8000001", "New H3C"},
    {Registry::pen, "25506", "H3C"},
    {Registry::pen, "61878", "New H3C"},
    {Registry::usb, "1472:0001", "Huawei-3Com"},
    {Registry::mac, "90ffd6000001", "Honor Device"},
    {Registry::pnp, "HNM", "Honor Device"},
    {Registry::mac, "001f54000001", "Lorex"},
    {Registry::mac, "906a94000001", "Hangzhou Huacheng"},
    {Registry::mac, "588fcf000001", "Hangzhou Ezviz Software"},
    {Registry::mac, "34bd20000001", "Hangzhou Hikrobot"},
    {Registry::mac, "18d793600001", "Autel Intelligent"},
    // Companies whose services are listed, or whose relations' are: never hardware.
    {Registry::pci, "1f2f:0001", "China Mobile (Hangzhou)"},
    {Registry::mac, "58c876000001", "China Mobile (Hangzhou)"},
    {Registry::mac, "20ac9c000001", "China Telecom"},
    {Registry::mac, "00070a000001", "Unicom Automation"},
    // Chip makers under whose vendor id one listed product hides.
    {Registry::usb, "05c6:9001", "Qualcomm"},
    {Registry::usb, "1110:9001", "Analog Devices"},
    // On other lists, or on none.
    {Registry::pci, "1eac:1001", "Quectel"},
    {Registry::usb, "2c7c:0125", "Quectel"},
    {Registry::usb, "2cb7:0104", "Fibocom"},
    {Registry::usb, "2357:0601", "TP-Link"},
    {Registry::mac, "d03745000001", "TP-Link"},
    {Registry::jedec, "10:9b", "YMTC"},
    {Registry::midr, "48", "HiSilicon, by general knowledge only"},
    {Registry::acpi, "HUAWEI", "a name in ACPI tables"},
    {Registry::pci, "8086:1572", "Intel"},
    // A locally administered address is its maker's only where the whole block is known.
    {Registry::mac, "02e0fc000001", "Huawei's block with the locally administered bit set"},
};

}  // namespace

TEST_SUITE("shipped packs") {
    TEST_CASE("every number of a listed entity leads to it, with its reason") {
        for (const Listed& one : listed) {
            CAPTURE(one.value);
            const auto matches = found(one.registry, one.value);
            REQUIRE_FALSE(matches.empty());
            for (const Match& match : matches) {
                CHECK(match.entity->id == one.entity);
                CHECK(match.named->id == one.named);
                CHECK(match.reason == one.reason);
            }
        }
    }

    TEST_CASE("every name trap, every company that is not listed and every maker of services matches nothing") {
        for (const Trap& trap : traps) {
            CAPTURE(trap.what);
            CAPTURE(trap.value);
            for (const char* when : {"2019-09-01", "2020-09-01", "2021-04-01", "2026-11-23"})
                CHECK(found(trap.registry, trap.value, when).empty());
        }
    }

    TEST_CASE("the MAC blocks are those of the registers, by count") {
        std::map<std::string, std::size_t> count;
        const Pack blocks = shipped_pack("mac-blocks");
        for (const IdentifierRow& row : blocks.identifiers) count[row.entity] += row.patterns.size();
        const std::map<std::string, std::size_t> expected{
            {"huawei", 967},
            {"huawei-device", 430},
            {"huawei-symantec", 1},
            {"zte", 298},
            {"shanghai-zte", 1},
            {"zhongxing-telecom", 1},
            {"hikvision", 50},
            {"prama-hikvision", 1},
            {"dahua", 24},
            {"hytera", 2},
            {"dji", 3},
        };
        CHECK(count == expected);
        CHECK(blocks.date.text() == "2022-08-27");
    }

    TEST_CASE("every block of the pack matches, alone and as a transceiver's OUI") {
        for (const IdentifierRow& row : shipped_pack("mac-blocks").identifiers) {
            for (const Pattern& pattern : row.patterns) {
                CAPTURE(pattern.value);
                const std::string address = pattern.value + std::string(12 - pattern.value.size(), '0');
                const auto matches = found(Registry::mac, address);
                REQUIRE_FALSE(matches.empty());
                CHECK(matches[0].entity->id == row.entity);
                if (pattern.value.size() == 6)
                    CHECK(found(Registry::sff_oui, pattern.value).at(0).reason == MatchReason::vendor_transceiver);
            }
        }
    }

    TEST_CASE("affiliates fall under the entry of the entity that is named, and the way is shown") {
        const auto matches = found(Registry::jedec, "8:b6");
        CHECK(entries(matches) == std::set<std::string>{"889a-huawei", "889b-huawei", "fcc-huawei"});
        for (const Match& match : matches) {
            REQUIRE(match.path.size() == 1);
            CHECK_FALSE(match.path[0]->citation.empty());
        }
    }

    TEST_CASE("an entry limited to purposes asks for review, wherever the device stands") {
        std::size_t seen = 0;
        for (const char* pen : {"39165", "37496", "40297"}) {
            for (const Match& match : found(Registry::pen, pen)) {
                for (const Context& context : {Context{}, Context{"core", {"base"}}}) {
                    const auto placed = in_context(match, context);
                    REQUIRE(placed);
                    CHECK(placed->action == Action::review);
                    CHECK(placed->scope == ScopeResult::purpose_limited);
                    ++seen;
                }
            }
        }
        CHECK(seen == 3 * 3 * 2);
    }

    TEST_CASE("an entry about services matches no hardware even if its entity had numbers") {
        const Pack fcc = shipped_pack("fcc-covered-list");
        std::size_t services = 0;
        for (const ListEntry& entry : fcc.entries) {
            if (!entry.scope.service_only) continue;
            ++services;
            std::vector<Pack> all;
            all.push_back(shipped_pack("entities"));
            all.push_back(shipped_pack("fcc-covered-list"));
            all.push_back(good_pack(with_header(
                "[[identifiers]]\nentity = \"" + entry.entity +
                    "\"\nregistry = \"pci\"\nvalues = [\"1f2f\"]\nconfidence = \"observed\"\nsource = \"test\"\n",
                "own", "\"entities\""
            )));
            const PackSet set = good_set(std::move(all));
            const std::vector<Identifier> one{make_identifier(Registry::pci, "1f2f:0001").value()};
            CHECK(match_model(set, one, ComponentKind::pci_function, day("2026-11-23")).empty());
        }
        CHECK(services == 4);
    }

    TEST_CASE("no entry holds before its day") {
        const auto on = [](std::string_view when) { return entries(found(Registry::pci, "19e5:1710", when)); };
        CHECK(on("2019-08-12").empty());
        CHECK(on("2019-08-13") == std::set<std::string>{"889a-huawei"});
        CHECK(on("2020-08-12") == std::set<std::string>{"889a-huawei"});
        CHECK(on("2020-08-13") == std::set<std::string>{"889a-huawei", "889b-huawei"});
        CHECK(on("2021-03-30").size() == 2);  // the list is of March 2021, without a day
        CHECK(on("2021-03-31").size() == 3);
        CHECK(found(Registry::usb, "2ca3:001f", "2025-12-21").empty());
        CHECK(found(Registry::usb, "2ca3:001f", "2025-12-22").at(0).action == Action::inform);
        CHECK(found(Registry::pen, "23668", "2022-03-24").empty());
        CHECK(found(Registry::pen, "23668", "2022-03-25").size() == 1);
    }

    TEST_CASE("every entry and link cites, and no action asks for removal that its authority does not") {
        for (const Pack& pack : packs().packs()) {
            for (const ListEntry& entry : pack.entries) {
                CAPTURE(entry.id);
                CHECK_FALSE(entry.demands.empty());
                CHECK(entry.action != Action::remove_by);
            }
        }
    }

    TEST_CASE("the operator chooses the packs: without a list nothing is found") {
        std::vector<Pack> numbers;
        numbers.push_back(shipped_pack("entities"));
        numbers.push_back(shipped_pack("mac-blocks"));
        const PackSet set = good_set(std::move(numbers));
        const std::vector<Identifier> one{make_identifier(Registry::pci, "19e5:1710").value()};
        CHECK(match_model(set, one, ComponentKind::pci_function, day("2026-11-23")).empty());
    }
}
