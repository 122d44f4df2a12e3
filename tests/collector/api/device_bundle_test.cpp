// What the collector hands out of a device that reported to it holds for somebody who pins the TPM's vendor.

#include "collector/api/device_bundle.hpp"

#include "collector/bundle/verify_bundle.hpp"
#include "collector/store/packs.hpp"
#include "tests/support/served_devices.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace assay;
using namespace assay::test;

namespace {

Result<Bundle> bundle_now(ServedDevices& served, const DeviceId& id) {
    return served.store().read([&](store::Database& db) { return api::bundle_of(db, id, "a test", served.now()); });
}

// As `serve` does at its start.
void keep_packs(ServedDevices& served) {
    const std::string text = ServedDevices::vendor_pack();
    const std::vector<store::StoredPack> packs{{"test", 1, "2026-01-02", "T", sha256(text), text, {9}}};
    served.store().write([&packs](store::Database& db) { store::set_active_packs(db, packs); });
}

// A device whose TPM holds its vendor's intermediate CA beside the EK's certificate.
SoftDevice enrolled_with_chain(ServedDevices& served) {
    SoftDevice out(&served.authority());
    net::Connection connection = served.connect();
    EnrolmentRequest request = out.enrolment_request(served.join_token());
    request.chain = {served.authority().intermediate()};
    const OpenEnrolment open = open_enrolment(connection, request).value();
    const net::Response proven = prove(connection, open, out.proof(open.body, open.challenge, connection.exporter()));
    REQUIRE(proven.status == 200);
    out.set_id(decode_enrolment_result(proven.body)->device);
    return out;
}

}  // namespace

TEST_SUITE("device_bundle") {
    TEST_CASE("a device's bundle holds after its first report, after heartbeats and after a change, with its findings"
    ) {
        ServedDevices served;
        keep_packs(served);
        SoftDevice device = enrolled_with_chain(served);
        Component card;
        card.key = "pci/0000:00/1c.0";
        card.kind = ComponentKind::pci_function;
        card.identifiers = {{Registry::pci, "19e5:1822"}};
        device.inventory().components = {card};
        normalise(device.inventory());
        net::Connection connection = served.connect();
        const Pins pins{{{served.authority().root()}, {}}, {}, {}};
        for (int i = 0; i < 4; ++i) {
            CAPTURE(i);
            if (i == 3) device.inventory().components.clear();
            REQUIRE(device.report_once(connection));
            const auto bundle = bundle_now(served, device.id());
            REQUIRE(bundle);
            const BundleVerdict verdict = verify_bundle(encode_bundle(*bundle), pins, {}).value();
            for (const BundleStep& one : verdict.steps) {
                INFO(one.result.check, " ", one.result.reason, " ", one.result.detail);
                CHECK(one.result.outcome != "failed");
            }
            const auto ek = std::ranges::find(verdict.steps, "ek_certificate", [](const BundleStep& one) {
                return one.result.check;
            });
            REQUIRE(ek != verdict.steps.end());
            CHECK(ek->result.outcome == "passed");
            CHECK(verdict.findings.size() == (i < 3 ? 1 : 0));
        }
    }

    TEST_CASE("a device that is not there, or never reported, has no bundle, and it is said why") {
        ServedDevices served;
        const auto unknown = bundle_now(served, DeviceId{sha256("nobody")});
        REQUIRE_FALSE(unknown.has_value());
        CHECK(unknown.error().code == Errc::not_found);
        const SoftDevice device = served.enrolled();
        const auto silent = bundle_now(served, device.id());
        REQUIRE_FALSE(silent.has_value());
        CHECK(silent.error().what == "has no accepted report yet: wait for its first");
    }
}
