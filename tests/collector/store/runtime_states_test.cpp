#include "collector/store/runtime_states.hpp"

#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

namespace assay::store::test {
namespace {

RuntimeState sample() {
    assay::RuntimeState progress;
    progress.judged = 480;
    return {
        {2, 7, "boot", {480, hash(HashAlg::sha256, as_bytes("x")), ImaExtension::padded_sha1}, true}, progress, 4096, ""
    };
}

StoredImaSegment segment(std::uint64_t first, std::uint64_t entries, const std::string& body) {
    return {first, entries, to_bytes(body)};
}

TEST_SUITE("runtime_states") {
    TEST_CASE("how far a list is known is kept, and replaced") {
        Fixture fixture;
        add(fixture.store, device("router"));
        const DeviceId id = device_id("router");
        CHECK_FALSE(fixture.store.read([&id](Database& db) { return runtime_state(db, id); }));
        for (const auto& extension :
             {std::optional<ImaExtension>(), std::optional(ImaExtension::own_hash),
              std::optional(ImaExtension::padded_sha1_only)}) {
            RuntimeState state = sample();
            state.list.replay.extension = extension;
            fixture.store.write([&](Database& db) { set_runtime_state(db, id, state); });
            CHECK(fixture.store.read([&id](Database& db) { return runtime_state(db, id); }) == state);
        }
        RuntimeState unjudged = sample();
        unjudged.progress.reset();
        unjudged.kept_bytes.reset();
        fixture.store.write([&](Database& db) { set_runtime_state(db, id, unjudged); });
        CHECK(fixture.store.read([&id](Database& db) { return runtime_state(db, id); }) == unjudged);
    }

    TEST_CASE("a list in parts is kept with every value that PCR 10 may have after them") {
        Fixture fixture;
        add(fixture.store, device("router"));
        const DeviceId id = device_id("router");
        RuntimeState state = sample();
        state.list.proven = false;
        state.list.replay.extension = ImaExtension::own_hash;
        const auto other = [](const char* seed, ImaExtension how) {
            return ImaReplay{480, hash(HashAlg::sha256, as_bytes(seed)), how};
        };
        for (const auto& otherwise :
             {std::vector{other("a", ImaExtension::padded_sha1), other("b", ImaExtension::padded_sha1_only)},
              std::vector{other("b", ImaExtension::padded_sha1_only)}}) {
            state.list.otherwise = otherwise;
            fixture.store.write([&](Database& db) { set_runtime_state(db, id, state); });
            CHECK(fixture.store.read([&id](Database& db) { return runtime_state(db, id); }) == state);
        }
        for (const char* broken :
             {"update runtime_states set otherwise = zeroblob(33)", "update runtime_states set otherwise = zeroblob(96)"
             }) {
            fixture.store.write([broken](Database& db) { db.script(broken); });
            CHECK_THROWS_AS(
                fixture.store.read([&id](Database& db) { return runtime_state(db, id).has_value(); }), DatabaseBroken
            );
        }
    }

    TEST_CASE("a progress that cannot be read is none, and it is said why") {
        Fixture fixture;
        add(fixture.store, device("router"));
        const DeviceId id = device_id("router");
        fixture.store.write([&](Database& db) {
            set_runtime_state(db, id, sample());
            db.execute("update runtime_states set judged = '{}'");
        });
        const auto state = fixture.store.read([&id](Database& db) { return runtime_state(db, id); });
        REQUIRE(state);
        CHECK_FALSE(state->progress);
        CHECK(state->problem.starts_with("runtime progress"));
    }

    TEST_CASE("the parts of a list come back in their order, and another boot lets go of them") {
        Fixture fixture;
        add(fixture.store, device("router"));
        add(fixture.store, device("other"));
        const DeviceId id = device_id("router");
        KnownImaList list = sample().list;
        fixture.store.write([&](Database& db) {
            keep_ima_segment(db, id, list, segment(0, 3, "abc"));
            keep_ima_segment(db, id, list, segment(3, 1, "d"));
            keep_ima_segment(db, device_id("other"), list, segment(0, 1, "x"));
            const auto kept = ima_segments(db, id, list);
            REQUIRE(kept.size() == 2);
            CHECK(kept[0].body == to_bytes("abc"));
            CHECK(kept[1].first == 3);
            list.reset_count = 8;
            CHECK(ima_segments(db, id, list).empty());
            keep_ima_segment(db, id, list, segment(0, 1, "n"));
            CHECK(ima_segments(db, id, list).size() == 1);
            CHECK(ima_segments(db, id, sample().list).empty());
            CHECK(ima_segments(db, device_id("other"), sample().list).size() == 1);
            drop_ima_segments(db, id);
            CHECK(ima_segments(db, id, list).empty());
            CHECK(ima_segments(db, device_id("other"), sample().list).size() == 1);
        });
    }

    TEST_CASE("the firmware and the proof of an inventory are kept; one of before has what its origin says") {
        Fixture fixture;
        Device live = device("router");
        add(fixture.store, live);
        Device imported = device("file");
        imported.origin = Origin::imported;
        add(fixture.store, imported);
        fixture.store.write([&](Database& db) {
            CHECK_FALSE(device_boot(db, live.id));
            CHECK(stored_proof(db, live) == ProofLevel::reported);
            CHECK(stored_proof(db, imported) == ProofLevel::declared);
            const DeviceBoot boot{{"Acme", "R7", "1.2"}, ProofLevel::attested_os};
            set_device_boot(db, live.id, {{"Acme", "R7", "1.1"}, ProofLevel::reported});
            set_device_boot(db, live.id, boot);
            CHECK(device_boot(db, live.id) == boot);
            CHECK(stored_proof(db, live) == ProofLevel::attested_os);
        });
    }

    TEST_CASE("a value that is no digest of its bank is a broken database") {
        Fixture fixture;
        add(fixture.store, device("router"));
        const DeviceId id = device_id("router");
        fixture.store.write([&](Database& db) {
            set_runtime_state(db, id, sample());
            db.execute("update runtime_states set value = x'00'");
        });
        CHECK_THROWS_AS(
            fixture.store.read([&id](Database& db) { return runtime_state(db, id).has_value(); }), DatabaseBroken
        );
        fixture.store.write([&](Database& db) {
            set_runtime_state(db, id, sample());
            db.execute("update runtime_states set extension = 'perhaps'");
        });
        CHECK_THROWS_AS(
            fixture.store.read([&id](Database& db) { return runtime_state(db, id).has_value(); }), DatabaseBroken
        );
    }
}

}  // namespace
}  // namespace assay::store::test
