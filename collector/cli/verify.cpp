// assay verify: a report bundle judged anew, without a collector. docs/BUNDLE.md.

#include "base/encoding.hpp"
#include "base/text.hpp"
#include "collector/bundle/archive.hpp"
#include "collector/bundle/manifest.hpp"
#include "collector/bundle/verify_bundle.hpp"
#include "collector/cli/offline.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace assay::cli {
namespace {

// 64 hex digits, or as `openssl x509 -fingerprint -sha256` prints them.
std::optional<Sha256> as_hash(std::string text) {
    std::erase(text, ':');
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    const auto hash = from_hex_array<32>(text);
    return hash ? std::optional(*hash) : std::nullopt;
}

Result<PinnedCas> read_pins(const Context& context, const std::vector<std::string>& given) {
    PinnedCas out;
    for (const std::string& one : given) {
        if (const auto hash = as_hash(one)) {
            out.hashes.insert(*hash);
            continue;
        }
        TRY(const std::string text, context.read_file(one));
        out.certificates.push_back(to_bytes(as_bytes(text)));
    }
    return out;
}

Result<Pins> read_pins(const Context& context, const VerifyBundle& command) {
    Pins out;
    TRY(out.vendors, read_pins(context, command.vendors));
    TRY(out.collectors, read_pins(context, command.collectors));
    TRY(out.reviewers, read_pins(context, command.reviewers));
    return out;
}

// None where there are none.
ShippedPacks shipped_packs(const Context& context) {
    ShippedPacks out;
    if (const auto packs = load_packs(context, {}, true)) {
        for (const policy::Pack& pack : packs->packs()) out.emplace(pack.sha256, pack.id);
    }
    return out;
}

Cell outcome_of(const CheckResult& result) {
    if (result.outcome == "failed") return {result.outcome, Tone::bad};
    if (result.outcome == "not_appraised") return {"not appraised", Tone::warn};
    return {result.outcome, Tone::good};
}

Table table_of(const BundleVerdict& verdict) {
    Table out{
        .columns =
            {{"step", "step", 12},
             {"outcome", "outcome", 13},
             {"by", "basis", 8},
             {"reason", "reason", 10},
             {"detail", "detail", 20}},
        .rows = {}
    };
    for (const BundleStep& one : verdict.steps) {
        const CheckResult& result = one.result;
        out.rows.push_back(
            {result.check, outcome_of(result),
             Cell(std::string(name(one.basis)), one.basis == Basis::proven ? Tone::plain : Tone::faint), result.reason,
             result.detail}
        );
    }
    return out;
}

json::Object json_of(const BundleVerdict& verdict) {
    json::Array steps;
    for (const BundleStep& one : verdict.steps) {
        steps.push_back(json::Object{
            {"step", one.result.check},
            {"outcome", one.result.outcome},
            {"basis", name(one.basis)},
            {"reason", one.result.reason},
            {"detail", one.result.detail}
        });
    }
    json::Array findings;
    for (const Finding& one : verdict.findings) findings.push_back(to_json(one));
    const Bundle& bundle = verdict.bundle;
    return {
        {"device", bundle.device.text()},
        {"made_by", bundle.made_by},
        {"made_at", to_rfc3339(bundle.made_at)},
        {"accepted_at", to_rfc3339(bundle.report.accepted_at)},
        {"holds", verdict.holds()},
        {"boot", axis_json(verdict.boot)},
        {"runtime", axis_json(verdict.runtime)},
        {"proof", name(verdict.proof)},
        {"findings", std::move(findings)},
        {"steps", std::move(steps)}
    };
}

std::string summary(const BundleVerdict& verdict) {
    const Bundle& bundle = verdict.bundle;
    std::string out = fmt::format(
        "\ndevice {}, report of {}\nboot {}, runtime {}, components proven as {}, findings {}\n", bundle.device.text(),
        to_rfc3339(bundle.report.accepted_at), name(verdict.boot.verdict), name(verdict.runtime.verdict),
        name(verdict.proof), verdict.findings.size()
    );
    out += fmt::format(
        "steps passed: {} proven, {} asserted by the collector; failed: {}\n", verdict.count(Basis::proven),
        verdict.count(Basis::asserted), verdict.failed()
    );
    if (!verdict.holds()) out += "The bundle does not hold. `assay explain REASON` says what to do.\n";
    return out;
}

}  // namespace

Exit run(const VerifyBundle& command, const Context& context) {
    const auto bytes = context.read_file(command.file);
    if (!bytes) return complain(context, bytes.error());
    const auto pins = read_pins(context, command);
    if (!pins) return complain(context, pins.error(), Exit::usage);
    const auto files = decode_archive(as_bytes(*bytes));
    if (!files) return complain(context, files.error());
    const auto verdict = verify_bundle(*files, *pins, shipped_packs(context));
    if (!verdict) return complain(context, verdict.error());
    show(context, table_of(*verdict), [&verdict] { return json::pretty(json_of(*verdict)); }, "no steps");
    if (context.format == Format::table) context.out(summary(*verdict));
    return verdict->holds() ? Exit::done : Exit::failed;
}

}  // namespace assay::cli
