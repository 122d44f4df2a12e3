#include "collector/store/devices.hpp"

#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

#include <thread>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

namespace {

StoredEndorsementKey ek(std::string_view seed) {
    return {sha256(seed), "L-1", to_bytes("public"), {}, {1}};
}

StoredAk ak(std::uint64_t generation, std::string_view seed) {
    return {generation, to_bytes("public"), to_bytes(seed), {1}};
}

Enrolment enrolment(std::uint64_t generation) {
    Enrolment out;
    out.device = device_id("a");
    out.generation = generation;
    out.tier = Reason::ek_no_certificate;
    out.detail = "The EK has no certificate.";
    out.agent_version = "0.1.0";
    out.peer = "192.0.2.7:1";
    out.enrolled_at = {5};
    return out;
}

}  // namespace

TEST_SUITE("devices") {
    TEST_CASE_FIXTURE(Fixture, "a device is read back as it was inserted, and no other id finds it") {
        add(store, device("a"));
        const auto found = store.read([](Database& db) { return find_device(db, device_id("a")); });
        REQUIRE(found);
        CHECK(found->host == device("a").host);
        CHECK(found->standing == device("a").standing);
        CHECK(found->origin == Origin::live);
        CHECK(found->site == "north");
        CHECK(found->generation == 1);

        CHECK(!store.read([](Database& db) { return find_device(db, device_id("b")); }));
    }

    TEST_CASE_FIXTURE(Fixture, "an id is inserted once") {
        add(store, device("a"));
        CHECK_THROWS_AS(add(store, device("a")), ConstraintBroken);
    }

    TEST_CASE_FIXTURE(Fixture, "of two writers that judged by the same epoch one wins") {
        add(store, device("a"));
        const auto advance = [](Database& db) { return advance_epoch(db, device_id("a"), 0); };
        CHECK(store.write(advance));
        CHECK(!store.write(advance));
        CHECK(epoch_of(store, device_id("a")) == 1);
    }

    TEST_CASE_FIXTURE(Fixture, "every change that alters how a report is judged raises the epoch") {
        add(store, device("a"));
        const DeviceId id = device_id("a");
        store.write([&id](Database& db) { set_lifecycle(db, id, Lifecycle::retired, Reason::retired, "sold", {5}); });
        CHECK(epoch_of(store, id) == 1);
        store.write([&id](Database& db) { set_place(db, id, "south", "core"); });
        CHECK(epoch_of(store, id) == 2);
        store.write([&id](Database& db) { set_generation(db, id, 2); });
        CHECK(epoch_of(store, id) == 3);
        store.write([&id](Database& db) { set_tpm_firmware(db, id, 0xffff'ffff'ffff'fffeU); });
        CHECK(epoch_of(store, id) == 4);
        store.write([&id](Database& db) { set_judged(db, id, "2026-11-23", sha256("packs")); });
        CHECK(epoch_of(store, id) == 4);
        const auto found = store.read([&id](Database& db) { return find_device(db, id); });
        CHECK(found->standing.lifecycle == LifecycleState{Lifecycle::retired, Reason::retired, "sold", {5}});
        CHECK(found->site == "south");
        CHECK(found->role == "core");
        CHECK(found->generation == 2);
        CHECK(found->tpm_firmware == 0xffff'ffff'ffff'fffeU);
        CHECK(found->judged_on == "2026-11-23");
        CHECK(found->judged_by == sha256("packs"));
        CHECK(!store.write([](Database& db) {
            return set_lifecycle(db, device_id("b"), Lifecycle::active, Reason::approved, "", {5});
        }));
    }

    TEST_CASE_FIXTURE(Fixture, "events are numbered within their device and come newest first") {
        add(store, device("a"));
        add(store, device("b"));
        store.write([](Database& db) {
            add_device_event(db, device_id("a"), {0, {1}, "enrolled", "device", ""});
            add_device_event(db, device_id("b"), {0, {2}, "enrolled", "device", ""});
            add_device_event(db, device_id("a"), {0, {3}, "approved", "ann", "seen in the rack"});
        });
        const auto events = store.read([](Database& db) { return device_events(db, device_id("a"), 10); });
        REQUIRE(events.size() == 2);
        CHECK(events[0].number == 2);
        CHECK(events[0].event == "approved");
        CHECK(events[0].actor == "ann");
        CHECK(events[1].number == 1);
    }
}

TEST_SUITE("device keys") {
    TEST_CASE_FIXTURE(Fixture, "an endorsement key belongs to one device, however often it comes") {
        add(store, device("a"));
        add(store, device("b"));
        const auto add_to = [this](std::string_view who) {
            store.write([who](Database& db) { add_endorsement_key(db, device_id(who), ek("k")); });
        };
        add_to("a");
        add_to("a");
        CHECK_THROWS_AS(add_to("b"), ConstraintBroken);
        CHECK(store.read([](Database& db) { return device_of_ek(db, sha256("k")); }) == device_id("a"));
        CHECK(store.read([](Database& db) { return endorsement_keys(db, device_id("a")).size(); }) == 1);
        CHECK(store.read([](Database& db) { return endorsement_keys(db, device_id("b")).size(); }) == 0);
    }

    TEST_CASE_FIXTURE(Fixture, "two devices that race for one endorsement key: one gets it, the other is told") {
        add(store, device("a"));
        add(store, device("b"));
        std::array<bool, 2> refused{};
        const auto race = [this, &refused](std::size_t which, std::string_view who) {
            try {
                store.write([who](Database& db) { add_endorsement_key(db, device_id(who), ek("k")); });
            } catch (const ConstraintBroken&) {
                refused[which] = true;
            }
        };
        std::thread first(race, 0, "a");
        std::thread second(race, 1, "b");
        first.join();
        second.join();
        CHECK(refused[0] != refused[1]);
    }

    TEST_CASE_FIXTURE(Fixture, "the current key is that of the generation in force") {
        add(store, device("a"));
        const DeviceId id = device_id("a");
        store.write([&id](Database& db) { add_ak(db, id, ak(1, "first")); });
        store.write([&id](Database& db) { add_ak(db, id, ak(2, "second")); });
        CHECK(store.read([&id](Database& db) { return current_ak(db, id)->name; }) == to_bytes("first"));
        store.write([&id](Database& db) { set_generation(db, id, 2); });
        CHECK(store.read([&id](Database& db) { return current_ak(db, id)->name; }) == to_bytes("second"));
        CHECK(store.read([&id](Database& db) { return aks(db, id).size(); }) == 2);
    }

    TEST_CASE_FIXTURE(Fixture, "an attestation key is known under one device and generation only") {
        add(store, device("a"));
        add(store, device("b"));
        store.write([](Database& db) { add_ak(db, device_id("a"), ak(1, "k")); });
        CHECK_THROWS_AS(store.write([](Database& db) { add_ak(db, device_id("b"), ak(1, "k")); }), ConstraintBroken);
        CHECK(store.read([](Database& db) { return device_of_ak(db, to_bytes("k")); }) == device_id("a"));
    }
}

TEST_SUITE("enrolments") {
    TEST_CASE_FIXTURE(Fixture, "a pending enrolment is approved once, with who and why") {
        Device pending = device("a");
        pending.standing.lifecycle = {Lifecycle::pending_review, Reason::ek_no_certificate, "", {1000}};
        add(store, pending);
        store.write([](Database& db) { add_enrolment(db, enrolment(1)); });

        const auto approve = [](Database& db) {
            return decide_enrolment(db, device_id("a"), Decision::approved, "ann", "rack 4");
        };
        CHECK(store.write(approve));
        const auto again = store.write(approve);
        REQUIRE(!again);
        CHECK(again.error().code == Errc::conflict);

        const auto found = store.read([](Database& db) { return find_enrolment(db, device_id("a"), 1); });
        REQUIRE(found);
        CHECK(found->decision == Decision::approved);
        CHECK(found->decided_by == "ann");
        CHECK(found->note == "rack 4");
        CHECK(found->decided_at);
        CHECK(store.read([](Database& db) {
            return find_device(db, device_id("a"))->standing.lifecycle.reason;
        }) == Reason::approved);
        CHECK(epoch_of(store, device_id("a")) == 1);
    }

    TEST_CASE_FIXTURE(Fixture, "a rejected device is retired; an unknown one is not found") {
        Device pending = device("a");
        pending.standing.lifecycle = {Lifecycle::pending_review, Reason::ek_no_certificate, "", {1000}};
        add(store, pending);
        store.write([](Database& db) { add_enrolment(db, enrolment(1)); });
        const auto reject = [](std::string_view who) {
            return [who](Database& db) { return decide_enrolment(db, device_id(who), Decision::rejected, "ann", ""); };
        };
        CHECK(store.write(reject("a")));
        CHECK(store.read([](Database& db) {
            return find_device(db, device_id("a"))->standing.lifecycle.reason;
        }) == Reason::rejected);
        CHECK(store.write(reject("b")).error().code == Errc::not_found);
    }

    TEST_CASE_FIXTURE(Fixture, "a conflict names both devices") {
        store.write([](Database& db) {
            add_conflict(db, {{9}, "192.0.2.7:1", {device_id("a"), device_id("b")}, "one TPM, two devices"});
        });
        const auto found = store.read([](Database& db) { return conflicts(db, 10); });
        REQUIRE(found.size() == 1);
        CHECK(found[0].devices == std::vector{device_id("a"), device_id("b")});
        CHECK(found[0].at == UnixMillis{9});
    }
}
