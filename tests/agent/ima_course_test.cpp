// The agent's course on a machine with an event log and an IMA list, which a tree stands for: what travels of them, and
// what happens when the list grows faster than it is read.

#include "agent/sources/ima.hpp"
#include "evidence/limits.hpp"
#include "tests/agent/device_rig.hpp"
#include "tests/agent/support/ima_tree.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace assay;
using test::DeviceRig;
using test::SmallCollector;
using test::SmallDevice;
using test::Swtpm;

namespace {

constexpr const char* event_log = "sys/kernel/security/tpm0/binary_bios_measurements";

struct Measured {
    Swtpm swtpm;
    SmallCollector collector;
    DeviceRig rig{collector, swtpm};
    test::ImaFiles ima{rig.tree};

    Measured() {
        collector.set_selection(select_pcrs(HashAlg::sha256, {0, 1, 2, 3, 4, 5, 6, 7, 10}));
        rig.live = true;
        rig.tree.file(event_log, "event log");
        ima.measure_many(3);
    }

    // Attempts a report, which must be accepted.
    SmallDevice reported() {
        rig.attempt();
        const SmallDevice device = collector.devices().begin()->second;
        REQUIRE(device.statements.size() == ++reports_);
        return device;
    }
    static std::string document(const SmallDevice& device, DocumentKind kind) {
        const DocumentRef* const ref = find_document(device.statements.back(), kind);
        REQUIRE(ref != nullptr);
        return to_text(device.documents.at(ref->sha256));
    }
    // What is measured between the scan and what is read after the quote.
    void grows_after_quote(std::function<void()> grow) {
        rig.view = [this, grow = std::move(grow)] {
            grow();
            return agent::View::stand_in(rig.tree.path());
        };
    }

  private:
    std::size_t reports_ = 0;
};

}  // namespace

TEST_SUITE("ima_course") {
    TEST_CASE_FIXTURE(
        Measured, "the first report brings event log and list, the next ones what has grown, or nothing"
    ) {
        SmallDevice device = reported();
        CHECK(document(device, DocumentKind::event_log) == "event log");
        CHECK(document(device, DocumentKind::ima) == ima.list);
        CHECK(device.statements.back().ima == ImaSpan{test::boot_id, 0, 3});
        CHECK(device.ima_tails.back().empty());
        CHECK(device.documents.size() == 6);

        device = reported();
        CHECK(device.statements.back().ima == ImaSpan{test::boot_id, 3, 0});
        CHECK(find_document(device.statements.back(), DocumentKind::ima) == nullptr);
        CHECK(device.documents.size() == 6);
        CHECK(device.report_bytes.back() < 2048);
        MESSAGE("a report in the steady state of a measured boot: " << device.report_bytes.back() << " bytes");

        ima.measure("/usr/bin/new");
        rig.restart();
        device = reported();
        CHECK(device.statements.back().ima == ImaSpan{test::boot_id, 3, 1});
        CHECK(document(device, DocumentKind::ima) == test::ima_line("/usr/bin/new"));
        CHECK(device.report_bytes.back() < 2048);
    }

    TEST_CASE_FIXTURE(Measured, "both show in the inventory's sources, and a list that may not be read says so") {
        const auto state = [](const SmallDevice& device, std::string_view source) {
            const auto inventory = decode_inventory(document(device, DocumentKind::inventory));
            REQUIRE(inventory);
            return std::ranges::find(inventory->sources, source, &SourceReport::source)->state;
        };
        SmallDevice device = reported();
        CHECK(state(device, "event_log") == SourceState::ok);
        CHECK(state(device, "ima") == SourceState::ok);
        rig.tree.file(
            "kernel/unreadable", "denied " + std::string(test::ima_list_file) + "\ndenied " + event_log + "\n"
        );
        ima.measure("/usr/bin/new");
        device = reported();
        CHECK(state(device, "event_log") == SourceState::denied);
        CHECK(state(device, "ima") == SourceState::denied);
        CHECK_FALSE(device.statements.back().ima);
        CHECK(find_document(device.statements.back(), DocumentKind::event_log) == nullptr);
    }

    TEST_CASE_FIXTURE(Measured, "after a reboot or a kexec the list is sent from its beginning") {
        reported();
        ima.boot("7f3b1c1e-0000-4000-8000-000000000001");
        ima.measure("/kexec");
        CHECK(reported().statements.back().ima == ImaSpan{"7f3b1c1e-0000-4000-8000-000000000001", 0, 1});
        ima.measure("/usr/bin/a");
        CHECK(reported().statements.back().ima == ImaSpan{"7f3b1c1e-0000-4000-8000-000000000001", 1, 1});
    }

    TEST_CASE_FIXTURE(Measured, "a collector that has less is sent what it asks for, in a report made anew") {
        reported();
        net::Response wants;
        wants.status = 409;
        wants.body = encode_report_needs({false, {}, 1});
        collector.interject("/v1/reports", wants);
        const SmallDevice device = reported();
        CHECK(device.statements.back().ima == ImaSpan{test::boot_id, 1, 2});
        CHECK(document(device, DocumentKind::ima) == ima.list.substr(test::ima_line("/usr/bin/0").size()));
        CHECK(rig.scans() == 4);  // for the enrolment, the list alone; for the report, the list alone
    }

    TEST_CASE_FIXTURE(
        Measured, "what was measured between scan and quote travels beside the statement, and comes again"
    ) {
        reported();
        grows_after_quote([this] { ima.measure("/usr/bin/late"); });
        SmallDevice device = reported();
        CHECK(to_text(device.ima_tails.back()) == test::ima_line("/usr/bin/late"));
        CHECK(device.statements.back().ima == ImaSpan{test::boot_id, 3, 0});
        rig.view = {};
        device = reported();
        CHECK(device.ima_tails.back().empty());
        CHECK(device.statements.back().ima == ImaSpan{test::boot_id, 3, 1});
    }

    TEST_CASE_FIXTURE(Measured, "a quote that does not cover PCR 10 brings the list all the same, and no tail") {
        collector.set_selection(select_pcrs(HashAlg::sha256, {0, 7}));
        grows_after_quote([this] { ima.measure("/usr/bin/late"); });
        const SmallDevice device = reported();
        CHECK(device.ima_tails.back().empty());
        CHECK(device.statements.back().ima->count == 3);
    }

    TEST_CASE_FIXTURE(Measured, "a tail beyond its limit: the list alone is read again") {
        reported();
        const auto before = rig.scans();
        int grown = 0;
        grows_after_quote([this, &grown] {
            if (++grown <= 2) ima.measure_many(200);
        });
        const SmallDevice device = reported();
        CHECK(grown == 3);
        CHECK(rig.scans() == before + 3);
        CHECK(device.statements.back().ima == ImaSpan{test::boot_id, 3, 400});
        CHECK(device.ima_tails.back().empty());
        CHECK(document(device, DocumentKind::ima).size() > 2 * limits::ima_tail_bytes);
    }

    TEST_CASE_FIXTURE(Measured, "a list that always outgrows its report is said, and tried again later") {
        reported();
        grows_after_quote([this] { ima.measure_many(200); });
        rig.attempt();
        CHECK(rig.said("ima_list_outgrows"));
        rig.view = {};
        CHECK(reported().statements.back().ima->first == 3);
        CHECK(rig.said("recovered"));
    }

    TEST_CASE_FIXTURE(Measured, "a list beyond one document comes in reports that follow each other at once") {
        ima.measure_many(agent::ima_segment_bytes / test::ima_line("/usr/bin/10000").size() + 500);
        CHECK(ima.list.size() > agent::ima_segment_bytes);
        const auto before = rig.now;
        SmallDevice device = reported();
        CHECK(rig.now - before == std::chrono::seconds(5));
        CHECK(device.statements.back().ima->more);
        CHECK(device.ima_tails.back().empty());
        std::string joined = document(device, DocumentKind::ima);
        CHECK(joined.size() <= agent::ima_segment_bytes);
        const auto after_first = rig.now;
        device = reported();
        CHECK(rig.now - after_first > std::chrono::minutes(50));
        CHECK_FALSE(device.statements.back().ima->more);
        CHECK(joined + document(device, DocumentKind::ima) == ima.list);
    }

    TEST_CASE_FIXTURE(Measured, "hardware that changed meanwhile is scanned again, a list that grew meanwhile is not") {
        reported();
        std::uint64_t events = 0;
        rig.hardware_events = [this, &events] {
            ima.measure("/usr/bin/helper" + std::to_string(events));
            return ++events;
        };
        const SmallDevice device = reported();
        CHECK(device.statements.back().ima->count > 0);
        CHECK(document(device, DocumentKind::ima).size() > 0);  // the one that the statement names was kept
    }

    TEST_CASE_FIXTURE(Measured, "event log and list of a captured tree are another TPM's: neither is reported") {
        rig.live = false;
        const SmallDevice device = reported();
        CHECK_FALSE(device.statements.back().ima);
        CHECK(device.documents.size() == 4);
        CHECK(device.ima_tails.back().empty());
    }
}
