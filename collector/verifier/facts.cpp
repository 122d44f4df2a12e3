// What a verified quote establishes: the documents it speaks for, and how it follows the device's earlier reports.

#include "collector/verifier/facts.hpp"

#include "base/encoding.hpp"

#include <algorithm>

namespace assay {
namespace {

// The PCRs from 0 to 7 that are zero: "sha256:0,7"; "" when none is. `looked_at` counts those that were selected.
std::string zero_pcrs(const PcrValues& values, unsigned& looked_at) {
    PcrSelection zero;
    for (const auto& [bank, pcrs] : values) {
        PcrBankSelection one{bank, 0};
        for (const auto& [pcr, value] : pcrs) {
            if ((firmware_pcrs >> pcr.value() & 1U) == 0) continue;
            ++looked_at;
            if (value.all(0)) one.pcrs |= 1U << pcr.value();
        }
        if (one.pcrs != 0) zero.push_back(one);
    }
    return text(zero);
}

CheckResult check_pcrs_not_zero(const PcrValues& values) {
    unsigned looked_at = 0;
    const std::string zero = zero_pcrs(values, looked_at);
    if (!zero.empty()) return failed(step::pcr_zero, Reason::pcr_all_zero, zero + " is zero");
    if (looked_at == 0) {
        return not_appraised(step::pcr_zero, Reason::boot_not_appraised, "no PCR from 0 to 7 was asked for");
    }
    return passed(step::pcr_zero);
}

CheckResult check_previous(const Statement& statement, const DeviceHistory& history) {
    if (statement.previous == history.last_attest) {
        if (history.last_attest && statement.sequence <= history.last_sequence) {
            return failed(
                step::previous, Reason::sequence_went_back,
                "number " + std::to_string(statement.sequence) + " after " + std::to_string(history.last_sequence)
            );
        }
        return history.last_attest ? passed(step::previous) : passed(step::previous, Reason::first_report, "");
    }
    const std::string expected = history.last_attest ? to_hex(*history.last_attest) : "none";
    if (history.last_attest && statement.previous == history.last_previous) {
        return passed(step::previous, Reason::answer_was_lost, "the last accepted is " + expected);
    }
    if (!statement.previous)
        return failed(step::previous, Reason::previous_missing, "the last accepted is " + expected);
    return failed(
        step::previous, Reason::previous_mismatch,
        "names " + to_hex(*statement.previous) + ", the last accepted is " + expected
    );
}

CheckResult check_counters(const CounterFinding& finding) {
    switch (finding.change) {
        case CounterChange::steady:
            if (finding.reason != Reason::clock_unsafe) return passed(step::counters);
            break;
        case CounterChange::cleared:
        case CounterChange::went_back: return failed(step::counters, finding.reason, finding.detail);
        case CounterChange::first:
        case CounterChange::reboot:
        case CounterChange::resume:
        case CounterChange::clock_unsafe:
        case CounterChange::superseded: break;
    }
    return passed(step::counters, finding.reason, finding.detail);
}

std::string version_text(std::uint64_t version) {
    std::string out = "0x";
    for (unsigned shift = 64; shift > 0; shift -= 8) {
        const auto byte = static_cast<std::uint8_t>(version >> (shift - 8));
        out += to_hex(ByteView(&byte, 1));
    }
    return out;
}

CheckResult check_tpm_firmware(std::uint64_t version, const std::optional<std::uint64_t>& approved) {
    if (!approved || *approved == version) return passed(step::tpm_firmware);
    return failed(
        step::tpm_firmware, Reason::tpm_firmware_changed,
        "was " + version_text(*approved) + ", is " + version_text(version)
    );
}

}  // namespace

// Decodes what was uploaded, kind by kind.
struct NewDocuments {
    std::optional<Inventory> inventory;
    std::optional<Placement> placement;
    std::optional<FirmwareManifest> firmware_manifest;
    std::optional<ModuleList> modules;

    Result<void> read(DocumentKind kind, std::string_view bytes) {
        switch (kind) {
            case DocumentKind::inventory: {
                TRY(inventory, decode_inventory(bytes));
                break;
            }
            case DocumentKind::placement: {
                TRY(placement, decode_placement(bytes));
                break;
            }
            case DocumentKind::firmware_manifest: {
                TRY(firmware_manifest, decode_firmware_manifest(bytes));
                break;
            }
            case DocumentKind::modules: {
                TRY(modules, decode_module_list(bytes));
                break;
            }
            case DocumentKind::event_log:  // what it says is no condition of the report: ReplayedLog has it
            case DocumentKind::ima: break;
        }
        return {};
    }
};

Facts::Facts(ReplayedLog log) : log_(std::move(log)), attest_sha256_(sha256(quote().quote_bytes())) {}

std::expected<Facts, DeviceFailure> establish_facts(
    ReplayedLog log, const DeviceHistory& history, std::span<const KnownDocument> known, const AskedDocuments& uploads,
    UnixMillis now
) {
    std::vector<CheckResult> checks = log.quote().checks();
    const auto refuse = [&checks](Reason reason, std::string detail) {
        checks.push_back(failed(step::documents, reason, detail));
        return std::unexpected(DeviceFailure{reason, std::move(detail), std::move(checks)});
    };
    Facts out(std::move(log));
    out.replayed_ = !out.statement().root.empty();
    NewDocuments fresh;
    for (const DocumentRef& ref : out.statement().documents) {
        if (ref.kind == DocumentKind::ima && uploads.given().contains(ref.sha256)) continue;  // ImaEvidence has it
        KnownDocument document{ref, ref.kind == DocumentKind::inventory && out.replayed_};
        const auto found = std::ranges::find(known, ref, &KnownDocument::ref);
        if (found != known.end()) {
            document = *found;
        } else {
            const auto given = uploads.given().find(ref.sha256);
            if (given == uploads.given().end() || given->second.size() != ref.size) {
                return refuse(Reason::document_missing, std::string(name(ref.kind)) + " " + to_hex(ref.sha256));
            }
            const auto read = fresh.read(ref.kind, as_text(given->second));
            if (!read) return refuse(Reason::document_malformed, read.error().message());
            if (ref.kind == DocumentKind::inventory) document.replayed = fresh.inventory->replayed;
            out.new_documents_.push_back(document);
        }
        if (ref.kind == DocumentKind::inventory && document.replayed != out.replayed_) {
            return refuse(
                Reason::statement_contradicts_inventory,
                document.replayed ? "only the inventory says replayed" : "only the statement says replayed"
            );
        }
    }
    out.new_inventory_ = std::move(fresh.inventory);
    out.new_placement_ = std::move(fresh.placement);
    out.new_firmware_manifest_ = std::move(fresh.firmware_manifest);
    out.new_modules_ = std::move(fresh.modules);
    const QuoteAttest& attest = out.quote().attest();
    out.counters_ = compare_counters(history.last, attest.clock, out.quote().issued(), now);
    checks.push_back(passed(step::documents));
    checks.push_back(out.log_.check());
    checks.push_back(check_pcrs_not_zero(out.quote().pcr_values()));
    checks.push_back(check_previous(out.statement(), history));
    checks.push_back(check_counters(out.counters_));
    checks.push_back(check_tpm_firmware(attest.firmware_version, history.tpm_firmware));
    out.checks_ = std::make_shared<const std::vector<CheckResult>>(std::move(checks));
    return out;
}

}  // namespace assay
