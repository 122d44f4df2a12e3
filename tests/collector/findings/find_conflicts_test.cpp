#include "collector/findings/find_conflicts.hpp"

#include "tests/policy/registry_text.hpp"
#include "tests/policy/shipped_packs.hpp"

#include <fmt/format.h>

using namespace assay;

namespace {

Identifier number(Registry registry, std::string_view value) {
    return make_identifier(registry, value).value();
}

Component part(std::string key, ComponentKind kind, std::vector<Identifier> identifiers = {}) {
    Component out;
    out.key = std::move(key);
    out.kind = kind;
    out.identifiers = std::move(identifiers);
    return out;
}

Component made_by(ComponentKind kind, const std::string& maker) {
    Component out = part(std::string(name(kind)), kind);
    out.names["manufacturer"] = Reading::of(maker);
    return out;
}

// A machine with one network card: its chip, whose card it is, its address, and who made the machine.
struct Card {
    const char* what;
    const char* chip;
    const char* card;
    const char* mac;
    const char* machine;
    bool conflict;
};

Inventory machine_with(const Card& of) {
    Inventory out;
    Component function = part("pci/1", ComponentKind::pci_function, {number(Registry::pci, of.chip)});
    if (*of.card != '\0') function.identifiers.push_back(number(Registry::pci_subsystem, of.card));
    Component port = part("net/1", ComponentKind::network_interface, {number(Registry::mac, of.mac)});
    port.parent = "pci/1";
    out.components = {function, port, made_by(ComponentKind::system, of.machine)};
    normalise(out);
    return out;
}

// A part that gives its maker's name, in a machine of nobody's.
Inventory named(ComponentKind kind, Registry registry, const char* value, const char* maker, const char* key) {
    Inventory out;
    Component one = part("part/1", kind, {number(registry, value)});
    one.names[key] = Reading::of(maker);
    out.components = {one};
    normalise(out);
    return out;
}

const policy::PackSet& no_packs() {
    static const policy::PackSet none = policy::good_set({});
    return none;
}

std::vector<Conflict> found(const Inventory& inventory, const policy::PackSet& packs = no_packs()) {
    return find_conflicts(inventory, packs, policy::shipped_registries(), {.device = "d1"});
}

policy::PackSet houses(const std::string& link) {
    std::vector<policy::Pack> packs;
    packs.push_back(policy::good_pack(policy::with_header(
        "entities = [{ id = \"chip\", name = \"Chip\" }, { id = \"net\", name = \"Net\" }]\n" + link + R"(
identifiers = [
  { entity = "net", registry = "oui", values = ["0002c9"], confidence = "registered", source = "s" },
  { entity = "net", registry = "pci", values = ["15b3"], confidence = "registered", source = "s" },
  { entity = "chip", registry = "pci", values = ["10de", "8086"], confidence = "registered", source = "s" },
])"
    )));
    return policy::good_set(std::move(packs));
}

}  // namespace

TEST_SUITE("identity conflicts") {
    TEST_CASE("a MAC address is held against chip, card and machine") {
        const Card table[]{
            {"an Intel chip on a Dell board with Dell's address", "8086:1572", "1028:0001", "001422000001", "Dell Inc.",
             false},
            {"the same with Intel's own address", "8086:1572", "1028:0001", "001b21000001", "Dell Inc.", false},
            {"a Dell card in an HP machine", "8086:1572", "1028:0001", "001422000001", "HP", false},
            {"QEMU's card with an address that nobody assigned", "1af4:1000", "1af4:0001", "525400aa0001", "QEMU", false
            },
            {"an HPE card with an address of before the split", "14e4:1657", "1590:0001", "0017a4000001", "HPE", false},
            {"an HP card in an HPE machine", "14e4:1657", "103c:0001", "0017a4000001", "HPE", false},
            {"a Supermicro board", "8086:1521", "15d9:1521", "002590000001", "Supermicro", false},
            {"the machine's maker alone agrees", "8086:1521", "8086:0000", "002590000001", "Supermicro", false},
            {"an address of a maker for others", "8086:1521", "17aa:0001", "001f16000001", "LENOVO", false},
            {"an address that no register knows", "8086:1521", "1028:0001", "003fff000001", "Dell Inc.", false},
            {"an address of one who has no PCI number", "8086:1521", "1028:0001", "70b3d5f2f001", "Dell Inc.", false},
            {"a machine that does not say who made it", "8086:1521", "1028:0001", "00e0fc000001", "Default string",
             false},
            {"a machine of nobody's with another in brackets", "8086:1521", "1028:0001", "00e0fc000001",
             "Nobody's Boxes (Lenovo)", false},
            {"a chip of nobody's", "1cf2:8139", "1028:0001", "00e0fc000001", "Dell Inc.", false},
            {"a card of nobody's", "8086:1521", "ffff:ffff", "00e0fc000001", "Dell Inc.", false},
            {"a chip without a card's number", "8086:1521", "", "00e0fc000001", "Dell Inc.", false},
            {"Huawei's address on an Intel chip in a Dell", "8086:1572", "1028:0001", "00e0fc000001", "Dell Inc.", true
            },
            {"Intel's address on a Huawei chip in a Dell", "19e5:0222", "19e5:d139", "001b21000001", "Dell Inc.", true},
        };
        for (const Card& one : table) {
            CAPTURE(std::string(one.what));
            const auto conflicts = found(machine_with(one));
            CHECK(conflicts.size() == (one.conflict ? 1 : 0));
            for (const Conflict& conflict : conflicts) {
                CHECK(conflict.rule == ConflictRule::mac_maker);
                CHECK(conflict.component == "net/1");
                CHECK(conflict.statements.at(0).what == "mac");
                CHECK(conflict.statements.at(1).what == "pci");
            }
        }
    }

    TEST_CASE("the MAC address in a board's EEPROM is held against the makers that it names") {
        struct Row {
            const char* what;
            const char* mac;
            const char* manufacturer;
            const char* vendor;
            const char* machine;  // as SMBIOS has it
            bool conflict;
        };
        const Row table[]{
            {"its maker's own", "00e0fc000001", "Huawei", "", "", false},
            {"its vendor's", "001422000001", "Cisco Systems", "Dell Inc.", "", false},
            {"the machine's maker's", "001422000001", "Cisco Systems", "", "Dell Inc.", false},
            {"a vendor that no register knows", "00e0fc000001", "Dell Inc.", "Nobody's Networks", "", false},
            {"a maker that no register knows", "00e0fc000001", "Nobody's Works", "Dell Inc.", "", false},
            {"a maker for others", "00e0fc000001", "Foxconn", "Dell Inc.", "", false},
            {"an address of a maker for others", "001f16000001", "Dell Inc.", "", "", false},
            {"an address of nobody's", "003fff000001", "Dell Inc.", "", "", false},
            {"no name at all", "00e0fc000001", "", "", "", false},
            {"a placeholder", "00e0fc000001", "Default string", "", "", false},
            {"another maker's", "00e0fc000001", "Dell Inc.", "", "", true},
            {"another than maker and vendor", "00e0fc000001", "Cisco Systems", "Dell Inc.", "HP", true},
        };
        for (const Row& row : table) {
            CAPTURE(std::string(row.what));
            Inventory inventory;
            Component board = part("board_eeprom/1", ComponentKind::board, {number(Registry::mac, row.mac)});
            if (*row.manufacturer != '\0') board.names["manufacturer"] = Reading::of(row.manufacturer);
            if (*row.vendor != '\0') board.names["vendor"] = Reading::of(row.vendor);
            inventory.components = {board};
            if (*row.machine != '\0') inventory.components.push_back(made_by(ComponentKind::system, row.machine));
            normalise(inventory);
            const auto conflicts = found(inventory);
            REQUIRE(conflicts.size() == (row.conflict ? 1 : 0));
            if (!row.conflict) continue;
            CHECK(conflicts[0].rule == ConflictRule::board_name);
            CHECK(conflicts[0].statements.size() == (*row.vendor == '\0' ? 2 : 3));
            CHECK(conflicts[0].statements.at(1).what == "manufacturer");
        }
    }

    TEST_CASE("a USB adapter says whose chip it has, not whose adapter it is") {
        Inventory inventory = named(ComponentKind::usb_device, Registry::usb, "0bda:8153", "Realtek", "manufacturer");
        Component port = part("net/1", ComponentKind::network_interface, {number(Registry::mac, "503eaa000001")});
        port.parent = "part/1";
        inventory.components.push_back(port);
        inventory.components.push_back(made_by(ComponentKind::system, "Dell Inc."));
        normalise(inventory);
        REQUIRE(policy::shipped_registries().holder(port.identifiers[0])->row->holder.starts_with("TP-LINK"));
        CHECK(found(inventory).empty());
    }

    TEST_CASE("the name that a part gives is held against its number") {
        struct Row {
            ComponentKind kind;
            Registry registry;
            const char* value;
            const char* name;
            bool conflict;
        };
        using enum ComponentKind;
        const Row table[]{
            {usb_device, Registry::usb, "0bda:8153", "Realtek", false},
            {usb_device, Registry::usb, "0bda:8153", "Generic", false},
            {usb_device, Registry::usb, "0bda:8153", "USB Device", false},
            {usb_device, Registry::usb, "1d6b:0002", "Linux 6.1.0-13-amd64 xhci-hcd", false},
            {usb_device, Registry::usb, "0627:0001", "QEMU", false},  // an emulator
            {usb_device, Registry::usb, "1209:0001", "Intel", true},
            {usb_device, Registry::usb, "1209:0001", "Somebody (Intel)", false},
            {usb_device, Registry::usb, "0951:1666", "Kingston", false},
            {usb_device, Registry::usb, "12d1:14dc", "HUAWEI_MOBILE", false},  // no registrant of that name
            {usb_device, Registry::usb, "12d1:14dc", "HUAWEI Technology", false},
            {usb_device, Registry::usb, "12d1:14dc", "Intel Corp.", true},
            {usb_device, Registry::usb, "8087:0a2b", "Huawei Technologies", true},
            {usb_device, Registry::usb, "046d:c31c", "Logitech", false},
            {usb_device, Registry::usb, "03f0:0001", "Hewlett-Packard", false},
            {usb_device, Registry::usb, "04f2:b604", "HP, Inc", false},  // Chicony builds for others
            {usb_device, Registry::usb, "abce:0001", "Intel Corp.", false},
            {pci_function, Registry::pci, "1000:005d", "LSI", false},
            {pci_function, Registry::pci, "1000:005d", "Broadcom", false},
            {pci_function, Registry::pci, "1022:1450", "AMD", false},
            {pci_function, Registry::pci, "15b3:1017", "Mellanox Technologies", false},
            {pci_function, Registry::pci, "19e5:0222", "Intel Corporation", true},
            {transceiver, Registry::sff_oui, "009065", "FINISAR CORP.", false},
            {transceiver, Registry::sff_oui, "009065", "CISCO-FINISAR", false},
            {transceiver, Registry::sff_oui, "009065", "OEM", false},
            {transceiver, Registry::sff_oui, "000000", "FINISAR CORP.", false},
            {transceiver, Registry::sff_oui, "003fff", "FINISAR CORP.", false},
            {transceiver, Registry::sff_oui, "00e0fc", "FINISAR CORP.", true},
            {transceiver, Registry::sff_oui, "009065", "HUAWEI", true},
        };
        for (const Row& row : table) {
            CAPTURE(std::string(row.value));
            CAPTURE(std::string(row.name));
            const auto conflicts = found(named(row.kind, row.registry, row.value, row.name, "vendor"));
            CHECK(conflicts.size() == (row.conflict ? 1 : 0));
            CHECK(found(named(row.kind, row.registry, row.value, row.name, "manufacturer")).size() == conflicts.size());
            CHECK(found(named(row.kind, row.registry, row.value, row.name, "product")).empty());
        }
    }

    TEST_CASE("a memory module's name is held against its JEDEC code where a snapshot has it") {
        std::vector<policy::RegistrySnapshot> snapshots;
        snapshots.push_back(policy::good_snapshot("jedec", "1:ad\tSK hynix\n1:ce\tSamsung\n"));
        const policy::Registries registries = policy::registries_of(std::move(snapshots));
        const auto count = [&registries](const char* code, const char* maker) {
            const Inventory inventory =
                named(ComponentKind::memory_module, Registry::jedec, code, maker, "manufacturer");
            return find_conflicts(inventory, no_packs(), registries).size();
        };
        CHECK(count("1:ad", "SK Hynix") == 0);
        CHECK(count("1:ad", "Samsung") == 1);
        CHECK(count("1:ad", "00AD00B300AD") == 0);
        CHECK(count("1:ff", "Samsung") == 0);
        CHECK(found(named(ComponentKind::memory_module, Registry::jedec, "1:ad", "Samsung", "manufacturer")).empty());
    }

    TEST_CASE("the brand of the machine may stand on any part of it") {
        Inventory inventory = named(ComponentKind::usb_device, Registry::usb, "0627:0001", "Dell", "manufacturer");
        CHECK(found(inventory).size() == 1);
        inventory.components.push_back(made_by(ComponentKind::system, "Dell Inc."));
        normalise(inventory);
        CHECK(found(inventory).empty());
    }

    TEST_CASE("a card's own number agrees with the card's name") {
        Inventory inventory = named(ComponentKind::pci_function, Registry::pci, "8086:1572", "Dell", "manufacturer");
        CHECK(found(inventory).size() == 1);
        inventory.components[0].identifiers.push_back(number(Registry::pci_subsystem, "1028:0001"));
        normalise(inventory);
        CHECK(found(inventory).empty());
    }

    TEST_CASE("houses are one where the packs link them, and only there") {
        const Inventory chip = named(ComponentKind::pci_function, Registry::pci, "15b3:1017", "NVIDIA", "vendor");
        CHECK(found(chip).size() == 1);
        CHECK(found(chip, houses("")).size() == 1);
        CHECK(found(
                  chip, houses("links = [{ entity = \"net\", of = \"chip\", kind = \"subsidiary\", citation = \"c\" }]")
        )
                  .empty());
        CHECK(found(
                  chip, houses("links = [{ entity = \"net\", of = \"chip\", kind = \"affiliate\", citation = \"c\", "
                               "until = 2001-01-01 }]")
        )
                  .empty());
    }

    TEST_CASE("without a snapshot nothing is said") {
        const Inventory inventory = machine_with({"", "8086:1572", "1028:0001", "00e0fc000001", "Dell Inc.", true});
        CHECK(find_conflicts(inventory, no_packs(), policy::Registries()).empty());
        CHECK(found(inventory).size() == 1);
    }

    TEST_CASE("an id stays the same over machines' names and proof, and is another for another device or part") {
        Inventory inventory = machine_with({"", "8086:1572", "1028:0001", "00e0fc000001", "Dell Inc.", true});
        const auto once = found(inventory);
        const auto with = [&inventory](DeviceFacts facts) {
            return find_conflicts(inventory, no_packs(), policy::shipped_registries(), facts).at(0);
        };
        CHECK(with({.device = "d1", .site = "x", .proof = ProofLevel::reported}).id == once[0].id);
        CHECK(with({.device = "d1", .proof = ProofLevel::reported}).proof == ProofLevel::reported);
        CHECK(with({.device = "d2"}).id != once[0].id);
        inventory.replayed = true;
        CHECK(with({.device = "d1", .proof = ProofLevel::reported}).proof == ProofLevel::declared);
        CHECK(once[0].id.size() == 32);
    }

    TEST_CASE("it explains itself in neutral words, with what a device wrote made harmless") {
        Inventory inventory = machine_with({"", "8086:1572", "1028:0001", "00e0fc000001", "Dell Inc.\x1b[2J", true});
        inventory.components[0].names["product"] = Reading::of("X\xe2\x80\xaeY");
        const auto conflicts = found(inventory);
        REQUIRE(conflicts.size() == 1);
        std::string all;
        for (const std::string& sentence : explain(conflicts[0])) all += sentence + "\n";
        CHECK(
            all.find("mac 00e0fc000001: oui 00e0fc is registered to \"HUAWEI TECHNOLOGIES CO.,LTD\" (as of 2022-08-27)"
            ) != std::string::npos
        );
        CHECK(all.find("pci 8086:1572: pci 8086 is registered to \"Intel Corporation\"") != std::string::npos);
        CHECK(all.find("nothing is demanded") != std::string::npos);
        CHECK(all.find('\x1b') == std::string::npos);
        CHECK(all.find("\xe2\x80\xae") == std::string::npos);
        const json::Object value = to_json(conflicts[0]);
        CHECK(value.at("rule").as_string() == "mac_maker");
        CHECK(value.at("statements").as_array().size() == 4);
        CHECK(value.at("component").as_object().at("key").as_string() == "net/1");
    }

    TEST_CASE("parents in a circle, to nowhere and very deep end") {
        Inventory inventory = machine_with({"", "8086:1572", "1028:0001", "00e0fc000001", "Dell Inc.", true});
        const auto parent_of_net = [&inventory](const std::string& parent) {
            for (Component& one : inventory.components) {
                if (one.key == "net/1") one.parent = parent;
            }
            return found(inventory).size();
        };
        CHECK(parent_of_net("pci/1") == 1);
        CHECK(parent_of_net("net/1") == 0);
        CHECK(parent_of_net("gone") == 0);
        CHECK(parent_of_net("") == 0);
    }

    TEST_CASE("a whole inventory of parts that contradict themselves is looked through in one pass") {
        Inventory inventory;
        for (int i = 0; i < 2'000; ++i) {
            Component one =
                part(fmt::format("usb/{}", i), ComponentKind::usb_device, {number(Registry::usb, "12d1:0001")});
            one.names["manufacturer"] = Reading::of("Intel Corp." + std::string(200, ' ') + "/");
            inventory.components.push_back(std::move(one));
        }
        normalise(inventory);
        const auto conflicts = found(inventory);
        CHECK(conflicts.size() == 2'000);
        CHECK(std::ranges::is_sorted(conflicts, {}, &Conflict::component));
    }

    TEST_CASE("the words of a rule lead back to it") {
        for (const char* word :
             {"pci_name", "usb_name", "memory_name", "transceiver_name", "board_name", "mac_maker"}) {
            REQUIRE(conflict_rule_named(word));
            CHECK(name(*conflict_rule_named(word)) == word);
            CHECK_FALSE(meaning(*conflict_rule_named(word)).empty());
        }
        CHECK_FALSE(conflict_rule_named("guilt"));
    }
}
