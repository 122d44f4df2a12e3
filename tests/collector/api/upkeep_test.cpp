// What happens to findings and items although no device reports.

#include "collector/api/upkeep.hpp"

#include "base/encoding.hpp"
#include "collector/api/rules.hpp"
#include "collector/api/stored_item.hpp"
#include "collector/store/findings.hpp"
#include "collector/store/fleet.hpp"
#include "collector/store/identities.hpp"
#include "collector/store/reports.hpp"
#include "policy/read_pack.hpp"
#include "tests/policy/registry_text.hpp"
#include "tests/support/served_devices.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace assay;
using namespace assay::test;

namespace {

Component pci(std::string key, std::string id) {
    Component out;
    out.key = std::move(key);
    out.kind = ComponentKind::pci_function;
    out.identifiers = {make_identifier(Registry::pci, id).value()};
    return out;
}

struct Kept : ServedDevices {
    Kept() : device(enrolled()) {
        device.inventory().components = {pci("pci/1", "8086:1572"), pci("pci/2", "19e5:1822")};
        net::Connection connection = connect();
        REQUIRE(device.report_once(connection));
    }

    api::UpkeepRound round() { return api::keep_up(store(), rules(), {}, memory, now()); }

    std::size_t findings() {
        return store().read([this](store::Database& db) { return store::findings_of(db, device.id()).size(); });
    }
    store::StoredItem item() {
        return store().read([this](store::Database& db) { return store::items_of(db, device.id()).at(0); });
    }
    void use_pack(const std::string& text) {
        std::vector<policy::Pack> packs;
        packs.push_back(policy::read_pack(text, "test.toml").value());
        rules().replace_packs(policy::PackSet::compose(std::move(packs)).value());
    }

    SoftDevice device;
    api::UpkeepMemory memory;
};

std::string listing(const std::string& vendor) {
    std::string out = ServedDevices::vendor_pack();
    out.replace(out.find("\"19e5\""), 6, "\"" + vendor + "\"");
    return out;
}

}  // namespace

TEST_SUITE("upkeep") {
    TEST_CASE_FIXTURE(Kept, "while nothing changes, nothing is done") {
        CHECK(round().judged == 0);
        const DatabaseDump before = dump();
        const api::UpkeepRound second = round();
        CHECK(second.judged == 0);
        CHECK(second.timed == 0);
        CHECK(dump() == before);
    }

    TEST_CASE_FIXTURE(Kept, "a new pack judges devices that hold a listed part, without a report of theirs") {
        SoftDevice other = enrolled();
        net::Connection connection = connect();
        REQUIRE(other.report_once(connection));
        CHECK(findings() == 1);
        use_pack(listing("8086"));
        CHECK(round().judged == 1);  // the other has no parts
        store().read([this](store::Database& db) {
            const auto found = store::findings_of(db, device.id());
            REQUIRE(found.size() == 1);
            CHECK(found[0].component == "pci/1");
            CHECK(store::find_device(db, device.id())->judged_by == rules().packs()->fingerprint);
            CHECK(store::items_of(db, device.id()).size() == 2);
        });
        CHECK(round().judged == 0);
        // The device's own next report agrees.
        const std::string before = item().body;
        REQUIRE(device.report_once(connection));
        CHECK(item().body == before);
    }

    TEST_CASE_FIXTURE(Kept, "a pack that lists nothing more takes its findings back, and its items stay") {
        use_pack(listing("ffff"));
        CHECK(round().judged == 1);
        CHECK(findings() == 0);
        CHECK(item().state == "detected");
        CHECK(item().demands.empty());
    }

    TEST_CASE_FIXTURE(Kept, "new registries judge every device with parts, without a report, and open no item") {
        const auto unknown = [this] {
            return store().read([this](store::Database& db) { return store::unknown_of(db, device.id()); });
        };
        REQUIRE(unknown().size() == 1);
        CHECK(unknown()[0].value == "8086:1572");
        CHECK(unknown()[0].reason == "no_snapshot");
        std::vector<policy::RegistrySnapshot> snapshots;
        snapshots.push_back(policy::good_snapshot("pci", "1028\tDell\n"));
        rules().replace_registries(policy::registries_of(std::move(snapshots)));
        const auto items = dump().at("items");
        CHECK(round().judged == 1);
        REQUIRE(unknown().size() == 1);
        CHECK(unknown()[0].reason == "not_registered");
        CHECK(dump().at("items") == items);
        CHECK(round().judged == 0);
        pass(std::chrono::hours(48));
        CHECK(round().judged == 1);  // of the listed model; registers do not change with the day
    }

    TEST_CASE_FIXTURE(Kept, "a new day judges no device again only because nobody knows its numbers") {
        SoftDevice other = enrolled();
        other.inventory().components = {pci("pci/1", "1cf2:8139")};
        net::Connection connection = connect();
        REQUIRE(other.report_once(connection));
        round();
        pass(std::chrono::hours(48));
        CHECK(round().judged == 1);  // the one with a listed part
    }

    TEST_CASE_FIXTURE(Kept, "entries come into force on their day") {
        std::string later = ServedDevices::vendor_pack();
        later.replace(later.find("from = 2026-11-02"), 17, "from = 2026-11-25");
        use_pack(later);
        round();
        CHECK(findings() == 0);
        pass(std::chrono::hours(48));
        CHECK(round().judged == 1);
        CHECK(findings() == 1);
    }

    TEST_CASE_FIXTURE(Kept, "open items of a device that fell silent are unreachable, and come back with its report") {
        pass(std::chrono::hours(25));
        CHECK(round().timed == 1);
        CHECK(item().state == "unreachable");
        CHECK(round().timed == 0);
        net::Connection connection = connect();
        REQUIRE(device.report_once(connection));
        CHECK(item().state == "detected");
    }

    TEST_CASE_FIXTURE(Kept, "documents that nothing keeps go; the device reports on, and an item's evidence stays") {
        const auto documents = [this] { return dump().at("documents").size(); };
        net::Connection connection = connect();
        const Sha256 opened_by = sha256(encode_inventory(device.inventory()));
        constexpr std::size_t more = 10;
        for (std::size_t i = 0; i < store::documents_kept + more; ++i) {
            pass(std::chrono::seconds(1));
            device.inventory().components.at(0).key = "pci/" + std::to_string(100 + i);
            REQUIRE(device.report_once(connection));
        }
        CHECK(documents() == store::documents_kept + more + 1);
        const api::UpkeepRound done = round();
        // Of those that the device let go of, what opened the item stays.
        CHECK(done.documents == more);
        CHECK(documents() == store::documents_kept + 1);
        const DatabaseDump kept = dump();
        CHECK(std::ranges::any_of(kept.at("documents"), [&](const std::string& row) {
            return row.starts_with(to_hex(opened_by));
        }));
        CHECK(round().documents == 0);
        REQUIRE(device.report_once(connection));
        // What it gave long ago it is asked for again.
        device.inventory().components.at(0).key = "pci/103";
        REQUIRE(device.report_once(connection));
        CHECK(store().read([this](store::Database& db) {
            return store::known_documents(db, device.id()).size();
        }) == store::documents_kept);
    }

    TEST_CASE_FIXTURE(Kept, "an item keeps its words on the way to the store and back") {
        const store::StoredItem stored = item();
        const worklist::Item read = api::item_of(stored);
        const store::StoredItem again = api::stored_item(read);
        CHECK(again.body == stored.body);
        CHECK(again.traits == stored.traits);
        CHECK(again.demands == stored.demands);
        store::StoredItem broken = stored;
        broken.state = "gone";
        CHECK_THROWS_AS(api::item_of(broken), store::DatabaseBroken);
    }

    TEST_CASE_FIXTURE(Kept, "a thread of its own does the rounds, at once when it is told") {
        const Log quiet(system_now, [](std::string_view) {});
        const auto time = now();
        api::Upkeep upkeep({}, store(), rules(), [time] { return time; }, quiet);
        use_pack(listing("8086"));
        upkeep.soon();
        for (int i = 0; i < 2'000 && item().demands.size() != 0; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
        CHECK(item().demands.empty());
    }
}
