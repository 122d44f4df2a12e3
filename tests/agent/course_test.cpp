// The agent's whole course, from enrolment to the steady state and through failures: a real TPM in software, real TLS,
// the verifier's own checks on the other side.

#include "agent/enrolment.hpp"
#include "agent/exchange.hpp"
#include "agent/report.hpp"
#include "agent/scan_child.hpp"
#include "tests/agent/device_rig.hpp"
#include "tests/agent/tpm/extend_pcr.hpp"
#include "tests/support/files.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>

using namespace assay;
using test::DeviceRig;
using test::SmallCollector;
using test::SmallDevice;
using test::Swtpm;

namespace {

SmallDevice only_device(const SmallCollector& collector) {
    const auto devices = collector.devices();
    REQUIRE(devices.size() == 1);
    return devices.begin()->second;
}

Inventory last_inventory(const SmallDevice& device) {
    const DocumentRef* ref = find_document(device.statements.back(), DocumentKind::inventory);
    const auto inventory = decode_inventory(to_text(device.documents.at(ref->sha256)));
    REQUIRE(inventory);
    return *inventory;
}

bool holds_pci(const Inventory& inventory, const std::string& value) {
    return std::ranges::any_of(inventory.components, [&value](const Component& component) {
        return std::ranges::count(component.identifiers, Identifier{Registry::pci, value}) == 1;
    });
}

std::ptrdiff_t asked(const SmallCollector& collector, const std::string& request) {
    return std::ranges::count_if(collector.requests(), [&request](const std::string& one) {
        return one.starts_with(request);
    });
}

// A device with its TPM before its first report, and the collector it will report to.
struct NewDevice {
    Swtpm swtpm;
    SmallCollector collector;
    DeviceRig rig{collector, swtpm};
};

struct ReportedOnce : NewDevice {
    ReportedOnce() { rig.attempt(); }
};

}  // namespace

TEST_SUITE("course") {
    TEST_CASE_FIXTURE(
        ReportedOnce, "a new device enrols with all its keys, sends its documents, and then reports in under 2 KB"
    ) {
        CHECK(rig.said("enrolled"));
        const EnrolmentRequest enrolment = collector.last_enrolment();
        CHECK(enrolment.endorsement_keys.size() == 3);
        CHECK(enrolment.host.name == "router7");
        CHECK(enrolment.join_token == "token");
        SmallDevice device = only_device(collector);
        REQUIRE(device.statements.size() == 1);
        CHECK(device.documents.size() == 4);
        CHECK(holds_pci(last_inventory(device), "19e5:1822"));
        CHECK(last_inventory(device).replayed);
        CHECK(device.statements[0].root == rig.tree.path());
        CHECK(device.statements[0].host == "router7");
        CHECK_FALSE(device.statements[0].previous);
        CHECK(device.statements[0].sequence == 1);

        for (int i = 0; i < 3; ++i) rig.attempt();
        device = only_device(collector);
        REQUIRE(device.statements.size() == 4);
        CHECK(device.documents.size() == 4);  // nothing was sent again
        CHECK(device.statements[3].sequence == 4);
        CHECK(device.statements[3].previous == device.history.last_previous);
        CHECK(device.report_bytes.back() < 2048);
        MESSAGE("a report in the steady state: " << device.report_bytes.back() << " bytes");
        CHECK(asked(collector, "POST /v1/enrolments") == 2);  // request and proof
        CHECK(asked(collector, "PUT ") == 4);
        for (const Appraisal& appraisal : device.appraisals) CHECK(appraisal.accepted());
        CHECK(collector.resumed() == 3);  // an interval over a minute closes; the next connection resumes
    }

    TEST_CASE("every kind of attestation key enrols and reports, over SHA-256 and SHA-384 banks") {
        const Swtpm swtpm;
        for (const AkKind kind : {AkKind::ecc_p256_sha256, AkKind::ecc_p384_sha384, AkKind::rsa2048_sha256}) {
            CAPTURE(name(kind));
            SmallCollector collector;
            collector.set_selection(
                select_pcrs(kind == AkKind::ecc_p384_sha384 ? HashAlg::sha384 : HashAlg::sha256, {0, 2, 4, 7})
            );
            DeviceRig rig(collector, swtpm);
            rig.config.ak = kind;
            rig.attempt();
            rig.attempt();
            CHECK(only_device(collector).statements.size() == 2);
        }
    }

    TEST_CASE_FIXTURE(ReportedOnce, "a restarted agent goes on where it was") {
        rig.restart();
        rig.attempt();
        CHECK(rig.recall_problem.empty());
        const SmallDevice device = only_device(collector);
        REQUIRE(device.statements.size() == 2);
        CHECK(device.statements[1].sequence == 2);
        CHECK(device.statements[1].previous.has_value());
        CHECK(asked(collector, "POST /v1/enrolments") == 2);
        CHECK(device.report_bytes.back() < 2048);
    }

    TEST_CASE_FIXTURE(
        ReportedOnce, "state that was tampered with or spoilt is said, and the agent begins anew, without prev"
    ) {
        std::ofstream(rig.config.state_dir + "/state.json") << "{\"format\":\"assay/agent-state/1\",";
        rig.restart();
        CHECK(rig.recall_problem.find("state.json") != std::string::npos);
        rig.attempt();
        const SmallDevice device = only_device(collector);
        REQUIRE(device.statements.size() == 2);
        CHECK_FALSE(device.statements[1].previous);
        CHECK(device.generation == 1);  // the same device, the same key
    }

    TEST_CASE_FIXTURE(
        ReportedOnce, "a collector that is lost and comes back: nothing is lost, and both are said once"
    ) {
        collector.stop();
        const auto before = rig.now;
        rig.attempt();
        CHECK(rig.said("collector_lost"));
        CHECK(rig.now - before >= std::chrono::milliseconds(1'000));
        rig.attempt();
        CHECK(rig.notices.empty());
        collector.start();
        rig.attempt();
        CHECK(rig.said("recovered"));
        const SmallDevice device = only_device(collector);
        REQUIRE(device.statements.size() == 2);
        CHECK(device.statements[1].sequence == 2);
    }

    TEST_CASE_FIXTURE(ReportedOnce, "a collector that lost its memory: the device enrols and reports again") {
        collector.forget_devices();
        rig.attempt();
        CHECK(rig.said("unknown_to_collector"));
        const SmallDevice device = only_device(collector);
        REQUIRE(device.statements.size() == 1);
        CHECK_FALSE(device.statements[0].previous);
        CHECK(device.documents.size() == 4);  // sent to this collector too
    }

    TEST_CASE_FIXTURE(ReportedOnce, "a TPM that was off and on again reports on, with a rebooted clock") {
        swtpm.power_off();
        rig.attempt();
        CHECK(rig.said("local_failure"));
        swtpm.power_on();
        rig.attempt();
        CHECK(rig.said("recovered"));
        const SmallDevice device = only_device(collector);
        REQUIRE(device.statements.size() == 2);
        CHECK(device.history.last->clock.reset_count > 0);
        CHECK(asked(collector, "POST /v1/enrolments") == 2);
    }

    TEST_CASE_FIXTURE(ReportedOnce, "another TPM in the same device is another device") {
        const Swtpm other(1);
        rig.config.tcti = other.tcti();
        rig.restart();
        rig.attempt();
        CHECK(collector.devices().size() == 2);
    }

    TEST_CASE_FIXTURE(ReportedOnce, "another attestation key is a new generation of the same device") {
        rig.config.ak = AkKind::ecc_p384_sha384;
        rig.restart();
        rig.attempt();
        const SmallDevice device = only_device(collector);
        CHECK(device.generation == 2);
        CHECK(device.statements.size() == 2);
        CHECK(device.statements[1].previous.has_value());
    }

    TEST_CASE_FIXTURE(ReportedOnce, "a card that is plugged in while the report is prepared is in the report") {
        int looks = 0;
        rig.hardware_events = [this, &looks]() -> std::uint64_t {
            if (++looks == 2) rig.plug_card("0000:00:02.0");  // the look after the quote
            return looks < 2 ? 0 : 1;
        };
        rig.attempt();
        const SmallDevice device = only_device(collector);
        REQUIRE(device.statements.size() == 2);
        CHECK(holds_pci(last_inventory(device), "8086:1572"));
        CHECK(looks > 3);
    }

    TEST_CASE_FIXTURE(NewDevice, "events that change nothing cost a scan, not a report") {
        std::uint64_t count = 0;
        rig.hardware_events = [&count] { return ++count; };
        rig.attempt();
        CHECK(only_device(collector).statements.size() == 1);
        CHECK(asked(collector, "POST /v1/challenge") == 1);
    }

    TEST_CASE_FIXTURE(
        ReportedOnce, "changed PCRs travel with the report, and the collector that lost them is given them"
    ) {
        REQUIRE(asked(collector, "POST /v1/reports") == 2);  // documents asked, sent
        {
            rig.shell.reset();  // its connection to the TPM, of which there is one at a time
            test::extend_pcr(agent::Tpm::open(swtpm.tcti()).value(), 9, as_bytes("something else"));
        }
        rig.restart();
        rig.attempt();
        const SmallDevice before = only_device(collector);
        REQUIRE(before.statements.size() == 2);
        CHECK(asked(collector, "POST /v1/reports") == 3);
        CHECK(before.pcrs[1].second != before.pcrs[0].second);

        net::Response lost;
        lost.status = 409;
        lost.body = encode_report_needs({true, {}});
        collector.interject("/v1/reports", lost);
        rig.attempt();
        const SmallDevice device = only_device(collector);
        REQUIRE(device.statements.size() == 3);
        CHECK(asked(collector, "POST /v1/reports") == 5);  // without PCRs, with PCRs
        CHECK(device.pcrs[2].second == device.pcrs[1].second);
    }

    TEST_CASE_FIXTURE(ReportedOnce, "a nonce that expired is replaced on the same connection") {
        collector.refuse_next("/v1/reports", 403, "nonce_expired");
        rig.attempt();
        CHECK(only_device(collector).statements.size() == 2);
        CHECK(rig.notices.empty());
        CHECK(collector.connections() == 2);
    }

    TEST_CASE_FIXTURE(NewDevice, "a refusal is said in words, with the advice of its reason") {
        collector.refuse_next("/v1/enrolments", 403, "join_token_required");
        rig.attempt();
        CHECK(rig.said("refused", "join_token_required"));
        CHECK_FALSE(rig.session->memory().device);
        rig.attempt();
        CHECK(only_device(collector).statements.size() == 1);
    }

    TEST_CASE_FIXTURE(ReportedOnce, "answers that make no sense end the attempt, and change nothing") {
        const agent::Memory before = rig.session->memory();
        net::Response nonsense;
        nonsense.body = "<html>";
        for (const char* path : {"/v1/challenge", "/v1/reports"}) {
            collector.interject(path, nonsense);
            rig.attempt();
            CHECK(rig.session->memory() == before);
        }
        // Another report's hash, and a document that this report does not name.
        net::Response other;
        other.body = encode_report_result({"active", "affirming", "none", "none", {}, sha256("other"), 60});
        collector.interject("/v1/reports", other);
        rig.attempt();
        CHECK(rig.said("collector_lost", "accepted another report"));
        net::Response greedy;
        greedy.status = 409;
        greedy.body = encode_report_needs({false, {sha256("/etc/shadow")}});
        collector.interject("/v1/reports", greedy);
        rig.attempt();
        CHECK(rig.said("collector_lost", "does not name"));
        CHECK(rig.session->memory() == before);
        CHECK(asked(collector, "PUT ") == 4);
    }

    TEST_CASE_FIXTURE(NewDevice, "a document that was changed on disk is not sent") {
        rig.restart();
        const agent::ScanOrder order{rig.config.state_dir, rig.tree.path(), std::chrono::seconds(10), {}};
        agent::LeftBehind left;
        const auto scanned = agent::scan_in_child(ASSAY_AGENT, order, [] {}, left);
        REQUIRE(scanned);
        REQUIRE(scanned->documents.size() == 4);
        for (const DocumentRef& ref : scanned->documents) {
            const auto document = rig.state->document(ref.sha256);
            REQUIRE(document);
            CHECK(document->size() == ref.size);
            const std::string file = rig.config.state_dir + "/document-" + to_hex(ref.sha256);
            std::fstream(file, std::ios::in | std::ios::out).put('X');
            CHECK(rig.state->document(ref.sha256).error().code == Errc::mismatch);
        }
        // The next scan writes them anew.
        CHECK(agent::scan_in_child(ASSAY_AGENT, order, [] {}, left));
        CHECK(rig.state->document(scanned->documents[0].sha256));
    }

    TEST_CASE_FIXTURE(
        NewDevice, "a bank that is not active: the proof is refused with that reason, and nothing is stored"
    ) {
        collector.set_selection(select_pcrs(HashAlg::sha512, {0, 7}));
        rig.attempt();
        CHECK(rig.said("refused", "pcr_selection"));
        CHECK(collector.devices().empty());
    }

    TEST_CASE_FIXTURE(
        ReportedOnce, "a bank that ceases to be active ends in the device's own failure, with its reason"
    ) {
        collector.set_selection(select_pcrs(HashAlg::sha512, {0, 7}));
        rig.attempt();
        CHECK(rig.said("refused", "pcr_selection"));
        CHECK(only_device(collector).statements.size() == 1);
    }

    TEST_CASE("no TPM handle is left after many reports and enrolments") {
        const Swtpm swtpm;
        SmallCollector collector;
        {
            DeviceRig rig(collector, swtpm);
            for (int i = 0; i < 20; ++i) rig.attempt();
            CHECK(only_device(collector).statements.size() == 20);
        }
        CHECK(agent::Tpm::open(swtpm.tcti())->loaded_handles().value() == agent::LoadedHandles{0, 0});
    }
}
