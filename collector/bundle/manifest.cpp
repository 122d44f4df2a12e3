#include "collector/bundle/manifest.hpp"

#include "base/encoding.hpp"
#include "base/fields.hpp"
#include "evidence/limits.hpp"
#include "evidence/message_fields.hpp"
#include "evidence/tpm/pcr_json.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr std::size_t name_bytes = limits::bundle_name_bytes;
constexpr std::size_t words_bytes = 4'096;  // of a detail or a note
constexpr std::size_t most_checks = 64;
constexpr std::size_t most_segments = 512;
constexpr std::size_t most_references = 256;

json::Value time_or_null(const std::optional<UnixMillis>& time) {
    return time ? json::Value(time->value) : json::Value();
}

json::Object appraisal_json(const BundledAppraisal& appraisal) {
    json::Array checks;
    for (const CheckResult& one : appraisal.checks) {
        checks.push_back(
            json::Object{{"check", one.check}, {"outcome", one.outcome}, {"reason", one.reason}, {"detail", one.detail}}
        );
    }
    json::Array findings;
    for (const std::string& one : appraisal.findings) findings.push_back(json::Value(one));
    json::Object out{
        {"boot", axis_json(appraisal.boot)},
        {"runtime", axis_json(appraisal.runtime)},
        {"proof", name(appraisal.proof)},
        {"checks", std::move(checks)},
        {"findings", std::move(findings)}
    };
    out["judged_on"] = appraisal.judged_on ? json::Value(appraisal.judged_on->text()) : json::Value();
    return out;
}

json::Object report_json(const BundledReport& report) {
    return {
        {"accepted_at", report.accepted_at.value},
        {"asked", to_base64url(encode_pcr_selection(report.asked))},
        {"exporter", to_hex(report.exporter)},
        {"generation", std::int64_t(report.generation)},
        {"nonce", to_hex(report.nonce)},
        {"pcr_values", pcr_values_json(report.report.pcr_values.value_or(PcrValues{}))}
    };
}

json::Object enrolment_json(const BundledEnrolment& enrolment) {
    return {{"tier", word(enrolment.tier)},   {"detail", enrolment.detail},
            {"decision", enrolment.decision}, {"decided_by", enrolment.decided_by},
            {"note", enrolment.note},         {"enrolled_at", enrolment.enrolled_at.value}};
}

json::Object ima_json(const Manifest& manifest) {
    json::Array segments;
    for (const ManifestSegment& one : manifest.segments) {
        segments.push_back(
            json::Object{{"file", one.file}, {"first", std::int64_t(one.first)}, {"entries", std::int64_t(one.entries)}}
        );
    }
    json::Object out{{"whole", manifest.said.ima_whole}, {"segments", std::move(segments)}};
    out["extension"] = manifest.said.ima_extension ? json::Value(name(*manifest.said.ima_extension)) : json::Value();
    return out;
}

json::Array references_json(const Manifest& manifest) {
    json::Array out;
    for (const ManifestReference& one : manifest.references) {
        out.push_back(json::Object{
            {"file", one.file},
            {"signature_file", one.signature_file},
            {"kind", one.runtime_policy ? "runtime_policy" : "boot_reference"},
            {"approved_by", one.approved_by},
            {"approved_at", time_or_null(one.approved_at)},
            {"note", one.note}
        });
    }
    return out;
}

UnixMillis read_time(Fields& f, std::string_view key) {
    return UnixMillis{f.number(key, 0, json::max_integer)};
}

std::optional<UnixMillis> read_time_if(Fields& f, std::string_view key) {
    const auto value = f.number_if(key, 0, json::max_integer);
    return value ? std::optional(UnixMillis{*value}) : std::nullopt;
}

Reason read_reason(Fields& f, std::string_view key) {
    const std::string text = f.text(key, 64);
    const auto reason = reason_named(text);
    if (!reason) f.refuse(Errc::bad_value, key, "no such reason");
    return reason.value_or(Reason::internal_error);
}

AppraisedAxis read_axis(Fields f) {
    AppraisedAxis out;
    const auto verdict = verdict_named(f.text("verdict", 32));
    if (!verdict) f.refuse(Errc::bad_value, "verdict", "no such verdict");
    out.verdict = verdict.value_or(Verdict::none);
    out.reason = read_reason(f, "reason");
    out.detail = f.text_or_empty("detail", words_bytes);
    return out;
}

BundledAppraisal read_appraisal(Fields f) {
    BundledAppraisal out;
    out.boot = read_axis(f.object("boot"));
    out.runtime = read_axis(f.object("runtime"));
    const auto proof = proof_level_named(f.text("proof", 32), "proof");
    if (!proof) f.refuse(proof.error().code, "proof", proof.error().what);
    out.proof = proof.value_or(ProofLevel::declared);
    for (Fields& one : f.objects("checks", most_checks)) {
        out.checks.push_back(
            {one.text("check", 64), one.one_of("outcome", {"passed", "failed", "not_appraised"}),
             one.text_or_empty("reason", 64), one.text_or_empty("detail", words_bytes)}
        );
    }
    out.judged_on = f.date_if("judged_on");
    out.findings = f.texts("findings", limits::bundle_findings, 64);
    return out;
}

void read_report(Fields f, BundledReport& out) {
    out.accepted_at = read_time(f, "accepted_at");
    out.asked = read_selection(f, "asked");
    out.exporter = f.hex32("exporter");
    out.generation = static_cast<std::uint64_t>(f.number("generation", 1, json::max_integer));
    out.nonce = f.hex32("nonce");
    Fields values = f.object("pcr_values");
    out.report.pcr_values = read_pcr_values(values);
}

void read_enrolment(Fields f, BundledEnrolment& out) {
    out.tier = read_reason(f, "tier");
    out.detail = f.text_or_empty("detail", words_bytes);
    out.decision = f.text("decision", 32);
    out.decided_by = f.text_or_empty("decided_by", limits::text_bytes);
    out.note = f.text_or_empty("note", words_bytes);
    out.enrolled_at = read_time(f, "enrolled_at");
}

void read_ima(Fields f, Manifest& out) {
    out.said.ima_whole = f.boolean("whole");
    if (const auto extension = f.text_if("extension", 32)) {
        out.said.ima_extension = ima_extension_named(*extension);
        if (!out.said.ima_extension) f.refuse(Errc::bad_value, "extension", "no such way to extend");
    }
    for (Fields& one : f.objects("segments", most_segments)) {
        ManifestSegment segment;
        segment.file = one.text("file", name_bytes);
        segment.first = static_cast<std::uint64_t>(one.number("first", 0, json::max_integer));
        segment.entries = static_cast<std::uint64_t>(one.number("entries", 0, json::max_integer));
        out.segments.push_back(std::move(segment));
    }
}

std::vector<ManifestReference> read_references(std::vector<Fields> all) {
    std::vector<ManifestReference> out;
    for (Fields& f : all) {
        ManifestReference one;
        one.file = f.text("file", name_bytes);
        one.signature_file = f.text_or_empty("signature_file", name_bytes);
        one.runtime_policy = f.one_of("kind", {"runtime_policy", "boot_reference"}) == "runtime_policy";
        one.approved_by = f.text_or_empty("approved_by", limits::text_bytes);
        one.approved_at = read_time_if(f, "approved_at");
        one.note = f.text_or_empty("note", words_bytes);
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace

json::Object axis_json(const AppraisedAxis& axis) {
    return {{"verdict", name(axis.verdict)}, {"reason", word(axis.reason)}, {"detail", axis.detail}};
}

std::string encode_manifest(const Manifest& manifest) {
    const Bundle& said = manifest.said;
    json::Array files;
    for (const ManifestFile& one : manifest.files) {
        files.push_back(
            json::Object{{"name", one.name}, {"size", std::int64_t(one.size)}, {"sha256", to_hex(one.sha256)}}
        );
    }
    return json::canonical(json::Object{
        {"format", bundle_format},
        {"made_at", said.made_at.value},
        {"made_by", said.made_by},
        {"device", said.device.text()},
        {"site", said.site},
        {"role", said.role},
        {"report", report_json(said.report)},
        {"enrolment", enrolment_json(said.enrolment)},
        {"ima", ima_json(manifest)},
        {"references", references_json(manifest)},
        {"appraisal", appraisal_json(said.appraisal)},
        {"files", std::move(files)}
    });
}

Result<Manifest> decode_manifest(std::string_view text) {
    TRY(const json::Value value,
        json::parse(text, {.max_bytes = limits::bundle_manifest_bytes, .max_depth = 8}, manifest_file));
    Fields f(value, std::string(manifest_file));
    Manifest out;
    f.one_of("format", {bundle_format});
    out.said.made_at = read_time(f, "made_at");
    out.said.made_by = f.text("made_by", 64);
    out.said.device = DeviceId{f.hex32("device")};
    out.said.site = f.text_or_empty("site", limits::text_bytes);
    out.said.role = f.text_or_empty("role", limits::text_bytes);
    read_report(f.object("report"), out.said.report);
    read_enrolment(f.object("enrolment"), out.said.enrolment);
    read_ima(f.object("ima"), out);
    out.references = read_references(f.objects("references", most_references));
    out.said.appraisal = read_appraisal(f.object("appraisal"));
    for (Fields& one : f.objects("files", limits::bundle_files)) {
        ManifestFile file;
        file.name = one.text("name", name_bytes);
        file.size = static_cast<std::uint64_t>(one.number("size", 0, std::int64_t(limits::bundle_bytes)));
        file.sha256 = one.hex32("sha256");
        if (!out.files.empty() && out.files.back().name >= file.name) {
            one.refuse(Errc::bad_value, "name", "does not come after the name before it");
        }
        out.files.push_back(std::move(file));
    }
    CHECK_OK(f.finish());
    return out;
}

}  // namespace assay
