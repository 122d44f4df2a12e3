#pragma once
// From the bytes of a report to what is to be answered or written: the verifier's steps in their order, against what is
// known of the device. No store, no clock, no answer is made here.

#include "collector/api/device_exchange.hpp"
#include "collector/api/device_known.hpp"
#include "collector/api/rules.hpp"
#include "collector/verifier/appraisal.hpp"

#include <functional>
#include <variant>

namespace assay::api {

// The values that this device gave before under an accepted quote with this selection and digest.
using PcrLookup = std::function<std::optional<PcrValues>(const std::string& selection, ByteView pcr_digest)>;

// The event log with this name, decoded once for all that ask: `given` now, or where that is nullptr before.
using BootLogLookup = std::function<std::shared_ptr<const BootLog>(const Sha256& sha256, const Bytes* given)>;

// How an inventory with this name, which the device gave before, calls its firmware.
using FirmwareLookup = std::function<FirmwareModel(const Sha256& inventory)>;

struct ReportContext {
    const KnownDevice& known;
    const ReportExchange::Turn& turn;
    const AskedDocuments& uploads;
    const TlsExporter& exporter;
    std::chrono::milliseconds valid_for;
    UnixMillis now;
    PcrLookup pcr_values;
    BootLogLookup boot_log;
    FirmwareLookup firmware;
    std::function<std::optional<std::vector<ImaEntry>>()> ima_entries;  // of this boot, known before this report
    const ActiveReferences& references;
};

// The statement's segment of the IMA list begins elsewhere than at what is known.
struct ImaFirstNeeded {
    std::uint64_t first = 0;
};
struct DocumentsNeeded {
    std::vector<DocumentRef> lacking;
};
// The device's own failure: its state says so, nothing else of the report is taken.
struct FailedJudgement {
    DeviceFailure failure;
    Report report;
    Standing standing;  // after it
};
// Made before the last accepted report and overtaken by it: changes nothing.
struct SupersededReport {};
struct AcceptedReport {
    Facts facts;
    ImaEvidence ima;
    std::optional<RuntimeState> progress;
    bool attested_os = false;  // boot whole and runtime affirmed: DESIGN section 4
    Appraisal appraisal;
    Standing standing;  // after it
};
using ReportJudgement = std::variant<
    RejectedAttempt, PcrValuesNeeded, ImaFirstNeeded, DocumentsNeeded, FailedJudgement, SupersededReport,
    AcceptedReport>;

ReportJudgement judge_report(std::string_view body, const ReportContext& context);

}  // namespace assay::api
