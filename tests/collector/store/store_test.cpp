// The store's own promises: what was told to be durable is, one job's failure is its own, readers see one moment.

#include "collector/store/store.hpp"

#include "collector/store/database.hpp"
#include "tests/collector/store/fixture.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <thread>

using namespace assay;
using namespace assay::store;
using namespace assay::store::test;

TEST_SUITE("store") {
    TEST_CASE_FIXTURE(
        Fixture, "what was written is there for every reader when write returns, and after opening again"
    ) {
        add(store, device("a"));
        CHECK(store.read([](Database& db) { return find_device(db, device_id("a")).has_value(); }));
        const Store second = opened();
        (void)second;
        CHECK(opened().read([](Database& db) { return find_device(db, device_id("a")).has_value(); }));
    }

    TEST_CASE_FIXTURE(Fixture, "a job that throws is undone alone; the others of its commit stay") {
        std::atomic<int> failed = 0;
        std::atomic<int> good = 0;
        std::promise<void> all;
        constexpr int jobs = 50;
        for (int i = 0; i < jobs; ++i) {
            const auto job = [i](Database& db) {
                insert_device(db, device("d" + std::to_string(i)));
                if (i % 10 == 3) throw std::runtime_error("on purpose");
            };
            const auto done = [&failed, &good, &all](const std::exception_ptr& error) {
                ++(error ? failed : good);
                if (failed + good == jobs) all.set_value();
            };
            store.submit(job, done);
        }
        all.get_future().wait();
        CHECK(failed == 5);
        CHECK(good == 45);
        for (int i = 0; i < jobs; ++i) {
            CAPTURE(i);
            const DeviceId id = device_id("d" + std::to_string(i));
            CHECK(store.read([&](Database& db) { return find_device(db, id).has_value(); }) == (i % 10 != 3));
        }
    }

    TEST_CASE_FIXTURE(Fixture, "jobs that wait for one commit share it") {
        std::promise<void> release;
        std::shared_future<void> released(release.get_future());
        std::promise<void> all;
        std::atomic<int> done = 0;
        constexpr int jobs = 100;
        store.submit([released](Database&) { released.wait(); }, [](const std::exception_ptr&) {});
        for (int i = 0; i < jobs; ++i) {
            store.submit(
                [i](Database& db) { insert_device(db, device("d" + std::to_string(i))); },
                [&done, &all](const std::exception_ptr&) {
                    if (++done == jobs) all.set_value();
                }
            );
        }
        release.set_value();
        all.get_future().wait();
        CHECK(store.counters().commits <= 3);
        CHECK(store.counters().jobs == jobs + 1);
    }

    TEST_CASE_FIXTURE(Fixture, "where several write, a commit waits for more; one that writes alone waits for nobody") {
        const StoreOptions options{
            .file = directory / "patient.db",
            .jobs_per_commit = 3,
            .gather_per_job = std::chrono::hours(1),
            .gather = std::chrono::hours(1)
        };
        std::atomic<int> done = 0;
        std::promise<void> release;
        std::promise<void> started;
        std::promise<void> all;
        {
            auto patient = Store::open(options);
            REQUIRE(patient);
            for (int i = 0; i < 3; ++i) patient->write([](Database&) {});
            CHECK(patient->counters().commits == 3);

            const auto told = [&done, &all](const std::exception_ptr&) {
                if (++done == 6) all.set_value();
            };
            patient->submit(
                [released = release.get_future().share(), &started](Database&) {
                    started.set_value();
                    released.wait();
                },
                [](const std::exception_ptr&) {}
            );
            started.get_future().wait();
            for (int i = 0; i < 3; ++i) patient->submit([](Database&) {}, told);
            release.set_value();
            for (int i = 0; i < 3; ++i) patient->submit([](Database&) {}, told);
            all.get_future().wait();
            CHECK(patient->counters().commits == 6);
            CHECK(patient->counters().jobs == 10);
            patient->submit([](Database&) {}, told);
            CHECK(done == 6);
        }
        CHECK(done == 7);  // closing waits for no more
    }

    TEST_CASE_FIXTURE(Fixture, "how long a commit waits grows with how many shared the last one") {
        const std::chrono::milliseconds per_job{100};
        auto patient =
            Store::open({.file = directory / "patient.db", .gather_per_job = per_job, .gather = std::chrono::hours(1)});
        REQUIRE(patient);
        const auto share_one = [&patient](int jobs) {
            std::promise<void> release;
            std::promise<void> started;
            patient->submit(
                [&started, released = release.get_future().share()](Database&) {
                    started.set_value();
                    released.wait();
                },
                [](const std::exception_ptr&) {}
            );
            started.get_future().wait();
            std::promise<void> last;
            for (int i = 0; i < jobs; ++i) {
                patient->submit(
                    [](Database&) {},
                    [&last, is_last = i + 1 == jobs](const std::exception_ptr&) {
                        if (is_last) last.set_value();
                    }
                );
            }
            release.set_value();
            last.get_future().wait();
        };
        const auto wait_of_one = [&patient] {
            const auto start = std::chrono::steady_clock::now();
            patient->write([](Database&) {});
            return std::chrono::steady_clock::now() - start;
        };
        share_one(2);
        CHECK(wait_of_one() >= 2 * per_job);
        share_one(6);
        CHECK(wait_of_one() >= 6 * per_job);
        CHECK(patient->counters().jobs == 12);
    }

    TEST_CASE_FIXTURE(Fixture, "too many waiting jobs are refused, not queued") {
        auto small = Store::open({.file = directory / "small.db", .jobs_waiting = 2});
        REQUIRE(small);
        std::promise<void> release;
        std::promise<void> started;
        std::shared_future<void> released(release.get_future());
        small->submit(
            [released, &started](Database&) {
                started.set_value();
                released.wait();
            },
            [](const std::exception_ptr&) {}
        );
        started.get_future().wait();
        std::atomic<int> refused = 0;
        const auto told = [&refused](const std::exception_ptr& error) { refused += error ? 1 : 0; };
        small->submit([](Database&) {}, told);
        small->submit([](Database&) {}, told);
        CHECK(refused == 0);
        small->submit([](Database&) {}, told);
        CHECK(refused == 1);
        CHECK_THROWS_AS(small->write([](Database&) {}), StoreBusy);
        release.set_value();
    }

    TEST_CASE_FIXTURE(Fixture, "a reader sees one moment, whatever is committed meanwhile") {
        add(store, device("a"));
        store.read([this](Database& db) {
            CHECK(find_device(db, device_id("a"))->epoch == 0);
            store.write([](Database& writer) { advance_epoch(writer, device_id("a"), 0); });
            CHECK(find_device(db, device_id("a"))->epoch == 0);
        });
        CHECK(epoch_of(store, device_id("a")) == 1);
    }

    TEST_CASE_FIXTURE(Fixture, "what a job throws reaches the caller of write") {
        CHECK_THROWS_WITH(store.write([](Database&) -> int { throw std::runtime_error("why"); }), "why");
    }

    TEST_CASE_FIXTURE(
        Fixture, "a parameter is bound by its name, wherever it stands and in whatever order it is given"
    ) {
        const auto told = [this](auto query) {
            return store.read([&query](Database& db) {
                const auto row = query(db);
                REQUIRE(row->next());
                return std::pair(row->integer(0), row->integer(1));
            });
        };
        using Pair = std::pair<std::int64_t, std::int64_t>;
        CHECK(told([](Database& db) { return db.query("select $2, $1", {{"$1", 1}, {"$2", 2}}); }) == Pair(2, 1));
        CHECK(told([](Database& db) { return db.query("select $a, $b", {{"$b", 2}, {"$a", 1}}); }) == Pair(1, 2));
        CHECK(told([](Database& db) { return db.query("select $b, $a + $b", {{"$a", 1}, {"$b", 2}}); }) == Pair(2, 3));
    }

    TEST_CASE_FIXTURE(Fixture, "a parameter that is left out or unknown is an error, not a null") {
        CHECK_THROWS_AS(
            store.read([](Database& db) { db.query("select 1 where 1 = $a", {})->next(); }), DatabaseBroken
        );
        CHECK_THROWS_AS(
            store.read([](Database& db) { db.query("select 1 where 1 = $a", {{"$b", 1}})->next(); }), DatabaseBroken
        );
    }

    TEST_CASE_FIXTURE(Fixture, "a column of another type than asked for is a broken database") {
        CHECK_THROWS_AS(
            store.read([](Database& db) {
                const auto row = db.query("select 'text'");
                row->next();
                return row->integer(0);
            }),
            DatabaseBroken
        );
    }

    TEST_CASE_FIXTURE(Fixture, "the database's clock is the wall clock in milliseconds") {
        const UnixMillis before = system_now();
        const UnixMillis now = store.read([](Database& db) { return db.now(); });
        CHECK(now >= before - std::chrono::seconds(5));
        CHECK(now <= system_now() + std::chrono::seconds(5));
    }
}
