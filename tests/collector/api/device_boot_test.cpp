// Event logs over the wire, and by which firmware a boot is judged.

#include "collector/store/devices.hpp"
#include "collector/verifier/boot/learn_reference.hpp"
#include "collector/verifier/replayed_log.hpp"
#include "tests/support/event_log_bytes.hpp"
#include "tests/support/named_firmware.hpp"
#include "tests/support/served_devices.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::test;

namespace {

struct BootedDevices : ServedDevices {
    BootedDevices() : device(enrolled()) {
        LogBytes log{std::vector{HashAlg::sha256}};
        log.event(0, EventType::s_crtm_version, std::string_view("1.2")).separators();
        device.event_log() = log.bytes();
        boot_log = read_boot_log(log.bytes());
        for (auto& [pcr, value] : device.pcr_values()[HashAlg::sha256]) {
            if (pcr.value() < 8) value = boot_log->replay.bank(HashAlg::sha256)->value(pcr);
        }
    }

    void set_firmware(const std::string& version) { device.inventory().components = named_firmware(version); }
    // Reference Values that accept this boot on devices whose firmware is called so.
    void accept_boot_of(const std::string& version) {
        PcrBankSelection bank{HashAlg::sha256, 0xff};
        PcrValues values;
        for (const PcrIndex pcr : pcrs_of(bank)) {
            values[bank.bank].emplace(pcr, device.pcr_values()[bank.bank].at(pcr));
        }
        const LogComparison compared = compare_log(*boot_log, bank, values);
        BootReference reference = learn_reference(
            measured_boot(*boot_log, bank.bank, values, compared.proven, {"Acme", "R7", version}), "Acme R7"
        );
        api::ActiveReferences references;
        references.boot.push_back({sha256(encode_boot_reference(reference)), reference});
        rules().replace_references(std::move(references));
    }

    SoftDevice device;
    std::shared_ptr<const BootLog> boot_log;
};

}  // namespace

TEST_SUITE("device boots") {
    TEST_CASE_FIXTURE(BootedDevices, "an event log that is named and withheld is the device's failure, with a reason") {
        net::Connection connection = connect();
        const auto challenge = device.challenge(connection);
        const Report report = device.report(*challenge, connection.exporter(), device.next_statement());
        REQUIRE(post(connection, "/v1/reports", encode_report(report)).status == 409);
        const std::string inventory = encode_inventory(device.inventory());
        REQUIRE(
            send(connection, net::Method::put, "/v1/documents/" + to_hex(sha256(inventory)), inventory).status == 204
        );
        const net::Response response = post(connection, "/v1/reports", encode_report(report));
        CHECK(response.status == 422);
        CHECK(decode_refusal(response.body)->reason == "document_missing");
        store().read([&](store::Database& db) {
            CHECK(store::find_device(db, device.id())->standing.identity.reason == Reason::document_missing);
        });
    }

    TEST_CASE_FIXTURE(BootedDevices, "a boot is judged by the firmware that its report names, also one of before") {
        net::Connection connection = connect();
        accept_boot_of("1.2");
        set_firmware("1.2");
        CHECK(device.report_once(connection).value().boot == "affirming");
        set_firmware("1.3");
        CHECK(device.report_once(connection).value().boot == "none");
        CHECK(device.report_once(connection).value().boot == "none");
        set_firmware("1.2");
        CHECK(device.report_once(connection).value().boot == "affirming");
        CHECK(device.report_once(connection).value().boot == "affirming");
    }
}
