// The small parts that the services are made of.

#include "collector/api/attempt_log.hpp"
#include "collector/api/device_answer.hpp"
#include "collector/api/device_judgement.hpp"
#include "collector/api/device_known.hpp"
#include "collector/api/device_session.hpp"
#include "collector/api/work_queue.hpp"
#include "policy/read_pack.hpp"
#include "tests/support/event_log_bytes.hpp"
#include "tests/support/served_devices.hpp"

#include <doctest/doctest.h>

#include <future>

using namespace assay;
using namespace assay::test;

TEST_SUITE("boot logs") {
    TEST_CASE("the logs that were used last are kept, as many as there is room for") {
        const auto log = [](std::size_t size) {
            auto out = std::make_shared<BootLog>();
            out->size = size;
            return std::shared_ptr<const BootLog>(std::move(out));
        };
        const Sha256 a = sha256("a");
        const Sha256 b = sha256("b");
        const Sha256 c = sha256("c");
        api::BootLogs logs(100);
        logs.keep(a, log(60));
        logs.keep(b, log(30));
        CHECK(logs.find(a));
        logs.keep(b, log(30));  // is there, and takes its room once
        CHECK(logs.find(a));
        logs.keep(c, log(30));
        CHECK_FALSE(logs.find(b));
        CHECK(logs.find(a));
        CHECK(logs.find(c));
        logs.keep(b, log(500));
        CHECK(logs.find(b));
        CHECK_FALSE(logs.find(a));
        CHECK_FALSE(logs.find(c));
        logs.keep(a, log(60));
        CHECK(logs.find(a));
        CHECK_FALSE(logs.find(b));
    }

    TEST_CASE("a log takes at least its own bytes, and what its events are called") {
        LogBytes bytes{std::vector{HashAlg::sha256, HashAlg::sha384}};
        bytes.separators();
        const std::size_t small = read_boot_log(bytes.bytes())->size;
        CHECK(small > bytes.bytes().size());
        bytes.event(4, EventType::efi_action, std::string(200, 'x'));
        CHECK(read_boot_log(bytes.bytes())->size > small + 200);
        CHECK(read_boot_log(to_bytes("no log"))->size > 0);
    }
}

TEST_SUITE("work queue") {
    TEST_CASE("tasks run; what does not fit stays the caller's") {
        api::WorkQueue queue(1, 1);
        std::promise<void> release;
        std::promise<void> started;
        std::shared_future<void> released(release.get_future());
        std::atomic<int> ran = 0;
        api::WorkQueue::Task first = [&started, released, &ran] {
            started.set_value();
            released.wait();
            ++ran;
        };
        REQUIRE(queue.post(first));
        started.get_future().wait();
        api::WorkQueue::Task second = [&ran] { ++ran; };
        CHECK(queue.post(second));
        api::WorkQueue::Task third = [&ran] { ++ran; };
        CHECK(!queue.post(third));
        CHECK(third);
        release.set_value();
        queue.close();
        CHECK(ran == 2);
        CHECK(!queue.post(third));
    }
}

TEST_SUITE("attempt log") {
    TEST_CASE_FIXTURE(ServedDevices, "of a flood only counts are kept") {
        std::promise<void> release;
        std::shared_future<void> released(release.get_future());
        store().submit([released](store::Database&) { released.wait(); }, [](const std::exception_ptr&) {});
        const RejectedAttempt rejected{Reason::signature_invalid, Errc::bad_signature, "signature", "does not hold"};
        constexpr std::size_t flood = 2'000;
        {
            api::AttemptLog log(store());
            for (std::size_t i = 0; i < flood; ++i) {
                log.add(api::attempt_of(rejected, "report", "192.0.2.7:1", DeviceId{sha256("a")}, now()));
            }
            release.set_value();
        }
        std::uint64_t counted = 0;
        for (int i = 0; i < 2'000 && counted < flood; ++i) {
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
            const auto counts = store().read([](store::Database& db) { return store::attempt_counts(db); });
            counted = counts.empty() ? 0 : counts[0].count;
        }
        CHECK(counted == flood);
        const auto kept = store().read([](store::Database& db) { return store::attempts(db, flood); });
        CHECK(kept.size() < flood);
        CHECK(kept.at(0).reason == "signature_invalid");
        CHECK(kept.at(0).claimed == DeviceId{sha256("a")});
    }

    TEST_CASE("what a stranger sent is made clean and cut") {
        const RejectedAttempt rejected{
            Reason::malformed_message, Errc::bad_value, "x\n\x1b[2J", std::string(5'000, 'y')
        };
        const store::Attempt attempt = api::attempt_of(rejected, "report", "peer", std::nullopt, {1});
        CHECK(attempt.detail.size() <= 300);
        CHECK(attempt.detail.find('\n') == std::string::npos);
        CHECK(attempt.detail.find('\x1b') == std::string::npos);
    }
}

TEST_SUITE("device answers") {
    TEST_CASE("the status says whose turn it is; uploads that were not asked for end the connection") {
        const auto status = [](Reason reason, Errc code) {
            return api::refusal(RejectedAttempt{reason, code, "", ""}).status;
        };
        CHECK(status(Reason::unknown_device, Errc::not_found) == 404);
        CHECK(status(Reason::nonce_expired, Errc::timed_out) == 410);
        CHECK(status(Reason::device_retired, Errc::denied) == 403);
        CHECK(status(Reason::malformed_message, Errc::limit_exceeded) == 413);
        const net::Response upload =
            api::refusal(RejectedAttempt{Reason::document_hash_mismatch, Errc::mismatch, "", ""});
        CHECK(upload.status == 403);
        CHECK(upload.close_after);
        CHECK(api::refusal(DeviceFailure{Reason::pcr_digest_mismatch, "d", {}}).status == 422);
        CHECK(api::busy().headers.find("retry-after") != nullptr);
    }
}

TEST_SUITE("device judgement") {
    TEST_CASE("a finding is kept as what it says, and asks for work unless it is excepted") {
        std::vector<policy::Pack> packs;
        packs.push_back(policy::read_pack(ServedDevices::vendor_pack(), "test.toml").value());
        const policy::PackSet set = policy::PackSet::compose(std::move(packs)).value();
        Inventory inventory;
        Component part;
        part.key = "pci/1";
        part.kind = ComponentKind::pci_function;
        part.identifiers = {make_identifier(Registry::pci, "19e5:0001").value()};
        inventory.components = {part};
        const Date day = Date::parse("2026-11-23").value();
        const auto judged = api::judge_inventory(DeviceId{sha256("a")}, inventory, set, day, {});
        REQUIRE(judged.findings.size() == 1);
        CHECK(judged.findings[0].entity == "maker");
        CHECK(judged.findings[0].action == "review");
        CHECK(judged.findings[0].explanation.find("Decision 17") != std::string::npos);
        REQUIRE(judged.demands.size() == 1);
        CHECK(judged.demands[0].component == "pci/1");
        CHECK(judged.demands[0].demands.size() == 1);
    }
}

TEST_SUITE("known devices") {
    TEST_CASE_FIXTURE(ServedDevices, "what is known of a device is what its last report said") {
        SoftDevice device = enrolled();
        net::Connection connection = connect();
        const auto load = [&] {
            return store().read([&](store::Database& db) { return api::load_device(db, device.id()); });
        };
        REQUIRE(load());
        CHECK(!load()->last);
        CHECK(!load()->history.last_attest);
        REQUIRE(device.report_once(connection));
        const auto known = load();
        REQUIRE(known);
        REQUIRE(known->last);
        CHECK(known->history.last_attest == device.previous());
        CHECK(known->history.tpm_firmware == 0x2026);
        CHECK(known->documents.size() == 1);
        CHECK(known->key->name() == tpm_name(device.ak().area()));
        CHECK(!known->watched);
        CHECK(!store().read([](store::Database& db) { return api::load_device(db, DeviceId{sha256("?")}); }));
    }
}
