// IMA lists over the wire: what of them is kept, and what goes.

#include "collector/api/ima_entries.hpp"
#include "tests/support/ima_bytes.hpp"
#include "tests/support/served_devices.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::test;

namespace {

struct MeasuredDevices : ServedDevices {
    MeasuredDevices()
        : ServedDevices({vendor_pack()}, true, select_pcrs(HashAlg::sha256, {0, 1, 2, 3, 4, 5, 6, 7, 10})),
          device(enrolled()) {
        for (const char* path : {"boot_aggregate", "/sbin/init", "/bin/sh", "/usr/bin/assay-agent"}) measure(path);
    }

    void measure(const std::string& path) { entries.push_back(ima_file(path, path)); }
    ImaReplay replayed(std::size_t count) const {
        ImaReplay out = before;
        extend(out, std::span(entries).first(count), ImaExtension::own_hash);
        return out;
    }
    // A report of `count` entries from `first` on, PCR 10 being what they lead to.
    Report made(net::Connection& connection, std::uint64_t first, std::size_t count, bool more = false) {
        const auto begin = entries.begin() + static_cast<std::ptrdiff_t>(first);
        device.pcr_values()[HashAlg::sha256].insert_or_assign(
            *PcrIndex::from(ima_pcr), replayed(more ? entries.size() : first + count).value
        );
        device.send_list(
            {"boot", first, count, more}, ima_bytes(std::vector(begin, begin + static_cast<std::ptrdiff_t>(count)))
        );
        const Challenge challenge = device.challenge(connection).value();
        return device.report(challenge, connection.exporter(), device.next_statement());
    }
    net::Response report(std::uint64_t first, std::size_t count, bool more = false) {
        net::Connection connection = connect();
        return device.deliver(connection, made(connection, first, count, more));
    }
    store::RuntimeState state() {
        return store().read([this](store::Database& db) { return store::runtime_state(db, device.id()).value(); });
    }
    std::vector<store::StoredImaSegment> segments() {
        const KnownImaList list = state().list;
        return store().read([&](store::Database& db) { return store::ima_segments(db, device.id(), list); });
    }
    std::size_t whole() {  // how many entries are kept; 0: not all
        const auto kept = api::kept_ima_entries(segments(), state().list);
        return kept ? kept->size() : 0;
    }

    SoftDevice device;
    std::vector<ImaEntry> entries;
    ImaReplay before = start_replay(HashAlg::sha256);  // of kernels before this one
};

}  // namespace

TEST_SUITE("device IMA lists") {
    TEST_CASE_FIXTURE(MeasuredDevices, "a list that is sent again from its first entry is kept once, and whole") {
        REQUIRE(report(0, 2).status == 200);
        REQUIRE(report(0, 3).status == 200);
        CHECK(state().list.replay.count == 3);
        CHECK(whole() == 3);
        REQUIRE(report(3, 1).status == 200);
        CHECK(whole() == 4);
        CHECK(state().kept_bytes == ima_bytes(entries).size());
    }

    TEST_CASE_FIXTURE(MeasuredDevices, "parts that are sent again leave the list proven, judged and whole") {
        REQUIRE(report(0, 3).status == 200);
        store::RuntimeState judged = state();
        judged.progress = RuntimeState();
        store().write([&](store::Database& db) { store::set_runtime_state(db, device.id(), judged); });
        REQUIRE(report(0, 2, true).status == 200);
        CHECK(state() == judged);
        REQUIRE(report(0, 4, true).status == 200);
        CHECK_FALSE(state().list.proven);
        CHECK_FALSE(state().progress);
        CHECK(whole() == 4);
    }

    TEST_CASE_FIXTURE(MeasuredDevices, "of a list no more is kept than a device may: it is proven, and nothing stays") {
        REQUIRE(report(0, 2).status == 200);
        store::RuntimeState full = state();
        full.kept_bytes = store::ima_kept_bytes - ima_bytes(entries[2]).size();
        store().write([&](store::Database& db) { store::set_runtime_state(db, device.id(), full); });
        REQUIRE(report(2, 1).status == 200);
        CHECK(state().kept_bytes == store::ima_kept_bytes);
        CHECK(whole() == 3);
        for (const bool more : {true, false}) {
            CAPTURE(more);
            REQUIRE(report(3, 1, more).status == 200);
            CHECK(state().list.replay.count == 4);
            CHECK(state().list.proven == !more);
            CHECK_FALSE(state().kept_bytes);
            CHECK(segments().empty());
            store().write([&](store::Database& db) { store::set_runtime_state(db, device.id(), full); });
            if (more) REQUIRE(report(2, 1).status == 200);
        }
    }

    TEST_CASE_FIXTURE(MeasuredDevices, "after a kexec nothing is kept: what ran before it is in no list any more") {
        REQUIRE(report(0, 4).status == 200);
        before = replayed(4);
        before.count = 0;
        entries = {ima_file("boot_aggregate", "other"), ima_file("/sbin/init", "new")};
        REQUIRE(report(0, 1).status == 200);
        CHECK(state().list.replay.count == 1);
        CHECK_FALSE(state().kept_bytes);
        REQUIRE(report(1, 1).status == 200);
        CHECK(state().list.proven);
        CHECK(segments().empty());
        CHECK(whole() == 0);
        device.clock().clock.reset_count += 1;  // the next boot is kept again
        before = start_replay(HashAlg::sha256);
        REQUIRE(report(0, 2).status == 200);
        CHECK(whole() == 2);
    }

    TEST_CASE_FIXTURE(MeasuredDevices, "a list that was known in another bank begins anew, and is asked for whole") {
        REQUIRE(report(0, 2).status == 200);
        store::RuntimeState other = state();
        other.list.replay.value = Digest::zero(HashAlg::sha1);
        store().write([&](store::Database& db) { store::set_runtime_state(db, device.id(), other); });
        net::Connection connection = connect();
        const net::Response needs = post(connection, "/v1/reports", encode_report(made(connection, 2, 2)));
        CHECK(needs.status == 409);
        CHECK(decode_report_needs(needs.body)->ima_first == 0);
        REQUIRE(report(0, 4).status == 200);
        CHECK(state().list.proven);
        CHECK(whole() == 4);
        CHECK(segments().size() == 1);
    }

    TEST_CASE_FIXTURE(MeasuredDevices, "another boot's list takes the place of the last one's") {
        REQUIRE(report(0, 4).status == 200);
        device.clock().clock.reset_count += 1;
        entries.resize(2, entries[0]);
        REQUIRE(report(0, 2).status == 200);
        CHECK(whole() == 2);
        CHECK(state().kept_bytes == ima_bytes(entries).size());
    }
}
