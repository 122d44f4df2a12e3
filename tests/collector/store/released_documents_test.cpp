// Which documents stay: what a device possesses, and what an item of the worklist needs as evidence.

#include "collector/store/released_documents.hpp"

#include "base/encoding.hpp"
#include "collector/store/sqlite.hpp"
#include "collector/store/sqlite_schema.hpp"
#include "collector/store/worklist_items.hpp"
#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

#include <future>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

namespace {

constexpr std::size_t all = 1'000'000;

Bytes body(std::string_view seed) {
    return to_bytes("document " + std::string(seed));
}
Sha256 named(std::string_view seed) {
    return sha256(body(seed));
}

struct Fleet : Fixture {
    Fleet() {
        add(store, device("a"));
        add(store, device("b"));
    }

    static void give_in(Database& db, std::string_view who, std::string_view what, std::int64_t at) {
        const Bytes bytes = body(what);
        keep_document(db, device_id(who), {{DocumentKind::inventory, sha256(bytes), bytes.size()}, false}, bytes, {at});
    }
    void give(std::string_view who, std::string_view what, std::int64_t at) {
        store.write([&](Database& db) { give_in(db, who, what, at); });
    }
    // One report that opens an interval with this document.
    void report(std::string_view who, std::string_view what, std::uint64_t number, std::int64_t at) {
        store.write([&](Database& db) {
            open_interval(db, device_id(who), interval(number, what, at), {at + 100});
            give_in(db, who, what, at);
            name_document(db, device_id(who), number, named(what));
        });
    }
    // Enough others for the device to let go of all that it gave before `at`.
    void let_go(std::string_view who, std::int64_t at) {
        for (std::size_t i = 0; i < documents_kept; ++i) {
            give(who, "filler " + std::string(who) + std::to_string(at) + " " + std::to_string(i), at);
        }
    }
    ReleasedDocuments sweep(std::size_t limit = all) {
        return store.write([limit](Database& db) { return delete_released_documents(db, limit); });
    }
    bool stored(std::string_view what) {
        return store.read([what](Database& db) {
            return db.query("select 1 from documents where sha256 = $document", {{"$document", named(what)}})->next();
        });
    }
    std::uint64_t item(std::string_view who, std::string state) {
        StoredItem made;
        made.device = device_id(who);
        made.component = "pci/1";
        made.state = std::move(state);
        made.body = "{}";
        return store.write([&made](Database& db) { return add_item(db, made); });
    }
    void happens(std::string_view who, std::uint64_t item, std::string event, std::int64_t at) {
        store.write([&](Database& db) {
            add_item_event(db, device_id(who), {item, 0, {at}, "ann", std::move(event), "", "", "", ""});
        });
    }
};

}  // namespace

TEST_SUITE("released documents") {
    TEST_CASE_FIXTURE(Fleet, "a document that its device possesses stays, one that it let go of goes") {
        report("a", "old", 1, 10);
        report("a", "new", 2, 20);
        CHECK(sweep().looked_at == 0);
        CHECK(stored("old"));
        let_go("a", 30);
        give("a", "new", 40);  // which lets go of one more
        CHECK(stored("old"));
        const ReleasedDocuments done = sweep();
        CHECK(done.looked_at == 3);
        CHECK(done.deleted == 2);
        CHECK_FALSE(stored("old"));
        CHECK(stored("new"));
        CHECK(sweep().looked_at == 0);
        // It comes back with the bytes, as an agent is asked for it again.
        report("a", "old", 3, 50);
        CHECK(stored("old"));
        CHECK(store.read([](Database& db) { return document_of(db, device_id("a"), named("old")); }) == body("old"));
    }

    TEST_CASE_FIXTURE(Fleet, "two devices share one body until the last of them lets go of it") {
        report("a", "same", 1, 10);
        report("b", "same", 1, 11);
        let_go("a", 20);
        sweep();
        CHECK(stored("same"));
        CHECK(store.read([](Database& db) { return document_of(db, device_id("b"), named("same")); }) == body("same"));
        CHECK_FALSE(store.read([](Database& db) { return document_of(db, device_id("a"), named("same")); }));
        let_go("b", 30);
        CHECK(sweep().deleted == 1);
        CHECK_FALSE(stored("same"));
    }

    TEST_CASE_FIXTURE(Fleet, "what was reported when something happened to an item stays, and what was just before") {
        for (const auto& [what, number] :
             {std::pair{"first", 1}, {"before", 2}, {"during", 3}, {"after", 4}, {"last", 5}})
            report("a", what, static_cast<std::uint64_t>(number), number * 10);
        // The same times in another device keep nothing of this one's.
        const std::uint64_t number = item("a", "detected");
        happens("b", item("b", "detected"), "opened", 50);
        happens("a", number, "missing", 35);
        let_go("a", 60);
        sweep();
        CHECK_FALSE(stored("first"));
        CHECK(stored("before"));
        CHECK(stored("during"));
        CHECK_FALSE(stored("after"));
        CHECK_FALSE(stored("last"));
    }

    TEST_CASE_FIXTURE(
        Fleet, "from the statement that a part is out, every report's documents stay until the item is done with"
    ) {
        for (const int at : {1, 2, 3, 4, 5, 6, 7})
            report("a", std::to_string(at), static_cast<std::uint64_t>(at), at * 10);
        const std::uint64_t number = item("a", "removed");
        happens("a", number, "removed", 35);
        let_go("a", 80);
        sweep();
        CHECK_FALSE(stored("1"));
        for (const char* evidence : {"2", "3", "4", "5", "6", "7"}) {
            CAPTURE(evidence);
            CHECK(stored(evidence));
        }
    }

    TEST_CASE_FIXTURE(Fleet, "what came long after an item was closed is no evidence; what it was closed by stays") {
        for (const int at : {1, 2, 3, 4, 5, 6, 7, 8})
            report("a", std::to_string(at), static_cast<std::uint64_t>(at), at * 10);
        const std::uint64_t number = item("a", "closed");
        happens("a", number, "removed", 25);
        happens("a", number, "close", 55);
        let_go("a", 90);
        sweep();
        for (const char* evidence : {"1", "2", "3", "4", "5"}) {
            CAPTURE(evidence);
            CHECK(stored(evidence));
        }
        for (const char* gone : {"6", "7", "8"}) {
            CAPTURE(gone);
            CHECK_FALSE(stored(gone));
        }
    }

    TEST_CASE_FIXTURE(Fleet, "a round looks at no more than it may, and the next goes on") {
        for (int i = 1; i <= 5; ++i) report("a", std::to_string(i), static_cast<std::uint64_t>(i), i);
        let_go("a", 60);
        CHECK(sweep(2).deleted == 2);
        CHECK(sweep(2).deleted == 2);
        const ReleasedDocuments last = sweep(2);
        CHECK(last.looked_at == 1);
        CHECK(last.deleted == 1);
        CHECK(sweep(2).looked_at == 0);
    }

    TEST_CASE_FIXTURE(
        Fleet, "a report that gives a document in the same commit keeps it, before the sweep or after it"
    ) {
        const auto in_one_commit = [this](auto first, auto second) {
            std::promise<void> done;
            // Both are submitted while the writer is held, so that they share its next commit.
            std::promise<void> hold;
            std::promise<void> held;
            store.submit(
                [&hold, &held](Database&) {
                    held.set_value();
                    hold.get_future().wait();
                },
                [](const std::exception_ptr&) {}
            );
            held.get_future().wait();
            store.submit(first, [](const std::exception_ptr& error) { CHECK_FALSE(error); });
            store.submit(second, [&done](const std::exception_ptr& error) {
                CHECK_FALSE(error);
                done.set_value();
            });
            const std::uint64_t commits = store.counters().commits;
            hold.set_value();
            done.get_future().wait();
            CHECK(store.counters().commits - commits <= 2);  // the held one, and theirs
        };
        const auto again = [](std::int64_t at) { return [at](Database& db) { give_in(db, "b", "shared", at); }; };
        const auto sweeping = [](Database& db) { delete_released_documents(db, all); };
        report("a", "shared", 1, 10);
        let_go("a", 20);
        in_one_commit(again(500), sweeping);
        CHECK(store.read([](Database& db) {
            return document_of(db, device_id("b"), named("shared"));
        }) == body("shared"));
        let_go("b", 600);
        CHECK(stored("shared"));
        in_one_commit(sweeping, again(700));
        CHECK(store.read([](Database& db) {
            return document_of(db, device_id("b"), named("shared"));
        }) == body("shared"));
    }

    TEST_CASE("a database of the second version knows what its reports named and what nobody possesses") {
        const assay::test::ScratchDirectory directory;
        auto opened = open_sqlite(directory / "a.db", SqliteAccess::read_write);
        REQUIRE(opened);
        Database& db = **opened;
        REQUIRE(migrate(db, sqlite_schema().first(2)));
        const DeviceId id = device_id("a");
        insert_device(db, device("a"));
        for (const char* what : {"kept", "orphan"}) {
            db.execute(
                "insert into documents (sha256, body) values ($document, $body)",
                {{"$document", named(what)}, {"$body", body(what)}}
            );
        }
        db.execute(
            "insert into possessions (device_id, sha256, kind, size, replayed, used_at) "
            "values ($device, $document, 'inventory', 1, 0, 1)",
            {{"$device", id.value}, {"$document", named("kept")}}
        );
        const std::string statements[] = {
            R"({"documents":[{"kind":"inventory","sha256":")" + to_hex(named("orphan")) + R"(","size":1}]})", "no JSON"
        };
        for (std::int64_t number = 1; number <= 2; ++number) {
            db.execute(
                "insert into report_intervals (device_id, interval, generation, reports, first_statement, "
                "first_attest, first_signature, first_at, selection, pcr_digest) "
                "values ($device, $number, 1, 1, $statement, x'00', x'00', 10, '', x'00')",
                {{"$device", id.value}, {"$number", number}, {"$statement", as_bytes(statements[number - 1])}}
            );
        }
        REQUIRE(migrate(db, sqlite_schema()));
        const auto row = db.query("select interval, sha256 from interval_documents");
        REQUIRE(row->next());
        CHECK(row->integer(0) == 1);
        CHECK(row->sha256(1) == named("orphan"));
        CHECK_FALSE(row->next());
        CHECK(delete_released_documents(db, all).deleted == 1);
        CHECK(db.query("select 1 from documents where sha256 = $document", {{"$document", named("kept")}})->next());
    }
}
