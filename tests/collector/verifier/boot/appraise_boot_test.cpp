// Also of boot_log.hpp, which this rests on.

#include "collector/verifier/boot/appraise_boot.hpp"

#include "collector/verifier/boot/boot_log.hpp"
#include "evidence/limits.hpp"
#include "tests/collector/verifier/measured_scene.hpp"

#include <doctest/doctest.h>

using namespace assay;
using namespace assay::test;

namespace {

const Date today = Date::parse("2027-01-15").value();

BootAppraisal appraised_by(MeasuredScene& scene, const std::vector<BootReference>& references) {
    std::vector<ApprovedReference> approved;
    for (const BootReference& one : references) approved.push_back({sha256(encode_boot_reference(one)), one});
    return appraise_boot(scene.facts(), firmware_model(scene.scene.inventory), approved, today);
}

}  // namespace

TEST_SUITE("appraise_boot") {
    TEST_CASE("a boot that an operator approved is affirmed, whole, and names its runtime policy") {
        MeasuredScene scene;
        scene.use_log();
        BootReference reference = scene.reference();
        reference.runtime_policy = sha256("policy");
        const BootAppraisal out = appraised_by(scene, {reference});
        CHECK(out.affirmed());
        CHECK(out.axis().reason == Reason::boot_accepted);
        CHECK(out.whole());
        CHECK(out.policy() == sha256("policy"));
        CHECK(out.command_line() == "/vmlinuz ima_policy=tcb");
        CHECK(out.check().outcome == "passed");
    }

    TEST_CASE("without a log, without values and from a tree nothing is affirmed and nothing has failed") {
        MeasuredScene scene;
        CHECK(appraised_by(scene, {}).axis().reason == Reason::boot_not_appraised);
        scene.use_log();
        const BootReference reference = scene.reference();
        CHECK(appraised_by(scene, {}).axis().reason == Reason::boot_reference_unknown);
        CHECK(appraised_by(scene, {}).axis().verdict == Verdict::none);
        scene.scene.inventory.replayed = true;
        scene.scene.statement.root = "/srv/tree";
        const BootAppraisal replayed = appraised_by(scene, {reference});
        CHECK(replayed.axis() == AppraisedAxis{Verdict::none, Reason::replayed, ""});
        CHECK_FALSE(replayed.whole());
    }

    TEST_CASE("a log that has not the quoted bank says nothing against the device, and it is said why") {
        MeasuredScene scene;
        LogBytes other{std::vector{HashAlg::sha384}};
        scene.given = read_boot_log(other.separators().bytes());
        const BootAppraisal out = appraised_by(scene, {});
        CHECK(out.axis().verdict == Verdict::none);
        CHECK(out.axis().reason == Reason::event_log_other_bank);
        CHECK(out.axis().detail == "the log has no bank sha256: it has sha384");
        CHECK(out.check().outcome == "not_appraised");
    }

    TEST_CASE("however long firmware and known values call themselves, an answer takes what is told of the boot") {
        MeasuredScene scene;
        scene.use_log();
        BootReference reference = scene.reference();
        const std::string longest(limits::text_bytes, 'x');
        reference.firmware = {longest, longest, longest.substr(1) + "y"};
        reference.accepted.at(*PcrIndex::from(4)).values[0].value = Digest::zero(HashAlg::sha256);
        reference.accepted.at(*PcrIndex::from(4))
            .values[0]
            .events.assign(40, {hash(HashAlg::sha256, as_bytes("other")), longest});
        const std::vector<ApprovedReference> approved{{sha256("x"), reference}};
        const BootAppraisal out = appraise_boot(scene.facts(), {longest, longest, longest}, approved, today);
        CHECK(out.axis().reason == Reason::boot_reference_unknown);
        CHECK(out.axis().detail.size() <= 1'024);
        CHECK(out.axis().detail.ends_with(" more"));
    }

    TEST_CASE("a log of another boot and a zero PCR speak against the device, whatever was approved") {
        MeasuredScene scene;
        scene.use_log();
        const BootReference reference = scene.reference();
        scene.extend_pcr(4);
        const BootAppraisal other = appraised_by(scene, {reference});
        CHECK(other.axis().verdict == Verdict::contraindicated);
        CHECK(other.axis().reason == Reason::event_log_mismatch);
        CHECK_FALSE(other.policy());
        scene.put(4, Digest::zero(HashAlg::sha256));
        CHECK(appraised_by(scene, {reference}).axis().reason == Reason::pcr_all_zero);
    }

    TEST_CASE("what differs is told by event, and what does not fit into an answer is counted") {
        MeasuredScene scene;
        scene.use_log();
        const BootReference reference = scene.reference();
        LogBytes other{std::vector{HashAlg::sha256}};
        other.event(0, EventType::s_crtm_version, std::string_view("1.2"));
        other.event(4, EventType::efi_action, std::string_view("somebody's loader"));
        for (int i = 0; i < 40; ++i) other.event(4, EventType::efi_action, "more of it, number " + std::to_string(i));
        other.separators();
        scene.log = other;
        scene.boot();
        scene.entries = {scene.aggregate()};
        scene.list();
        scene.use_log();
        const BootAppraisal out = appraised_by(scene, {reference});
        CHECK(out.axis().verdict == Verdict::contraindicated);
        CHECK(out.axis().detail.find("expected PCR 4") != std::string::npos);
        CHECK(out.axis().detail.find("EV_EFI_ACTION loader") != std::string::npos);
        CHECK(out.axis().detail.find("EV_EFI_ACTION somebody's loader") != std::string::npos);
        CHECK(out.axis().detail.size() <= 1'024);
        CHECK(out.axis().detail.ends_with(" more"));
        CHECK_FALSE(out.policy());
    }

    TEST_CASE("the firmware is that of the system and its BIOS; without one, of what there is") {
        MeasuredScene scene;
        CHECK(firmware_model(scene.scene.inventory) == FirmwareModel{"Acme", "R7", "1.2"});
        CHECK(firmware_model({}).empty());
        Inventory other = scene.scene.inventory;
        for (Component& one : other.components) {
            for (Firmware& firmware : one.firmware) firmware = {"loader", Reading::of("2"), std::nullopt, "x"};
        }
        CHECK(firmware_model(other).version == "2");
    }
}
