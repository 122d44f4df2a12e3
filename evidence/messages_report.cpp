// A report's messages: challenge, report, what is lacking, the result, and refusals.

#include "base/fields.hpp"
#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "evidence/limits.hpp"
#include "evidence/message_fields.hpp"
#include "evidence/messages.hpp"
#include "evidence/tpm/pcr_json.hpp"

#include <algorithm>

namespace assay {

std::string encode_challenge_request(const DeviceId& device) {
    return json::Writer().object().key("device").text(device.text()).end().take();
}

Result<DeviceId> decode_challenge_request(std::string_view text) {
    TRY(const json::Value value, parse_message(text, "challenge"));
    Fields f(value, "challenge");
    const DeviceId out{f.hex32("device")};
    CHECK_OK(f.finish());
    return out;
}

std::string encode_challenge(const Challenge& challenge) {
    json::Writer w;
    w.object().key("nonce").text(to_base64url(challenge.nonce));
    w.key("selection").text(to_base64url(encode_pcr_selection(challenge.selection)));
    return w.end().take();
}

Result<Challenge> decode_challenge(std::string_view text) {
    TRY(const json::Value value, parse_message(text, "challenge"));
    Fields f(value, "challenge");
    Challenge out;
    const Bytes nonce = f.base64url("nonce", out.nonce.size());
    out.selection = read_selection(f, "selection");
    CHECK_OK(f.finish());
    if (nonce.size() != out.nonce.size()) return fail(Errc::bad_value, "challenge.nonce", "is not 32 bytes");
    std::ranges::copy(nonce, out.nonce.begin());
    return out;
}

std::string encode_report(const Report& report) {
    json::Object out{
        {"quote", to_base64url(report.quote)},
        {"signature", to_base64url(report.signature)},
        {"statement", to_base64url(report.statement)}
    };
    if (!report.ima_tail.empty()) out["ima_tail"] = to_base64url(report.ima_tail);
    if (report.pcr_values) out["pcr_values"] = pcr_values_json(*report.pcr_values);
    return json::canonical(out);
}

Result<Report> decode_report(std::string_view text) {
    TRY(const json::Value value, parse_message(text, "report"));
    Fields f(value, "report");
    Report out;
    out.quote = f.base64url("quote", limits::attest_bytes);
    out.signature = f.base64url("signature", limits::signature_bytes);
    out.statement = f.base64url("statement", limits::message_bytes);
    if (f.has("ima_tail")) out.ima_tail = f.base64url("ima_tail", limits::ima_tail_bytes);
    if (auto values = f.object_if("pcr_values")) out.pcr_values = read_pcr_values(*values);
    CHECK_OK(f.finish());
    return out;
}

std::string encode_report_needs(const ReportNeeds& needs) {
    json::Array documents;
    for (const Sha256& document : needs.documents) documents.push_back(json::Value(to_hex(document)));
    json::Object need{{"documents", std::move(documents)}, {"pcr_values", needs.pcr_values}};
    if (needs.ima_first) need["ima_first"] = static_cast<std::int64_t>(*needs.ima_first);
    return json::canonical(json::Object{{"need", std::move(need)}});
}

Result<ReportNeeds> decode_report_needs(std::string_view text) {
    TRY(const json::Value value, parse_message(text, "needs"));
    Fields outer(value, "needs");
    Fields f = outer.object("need");
    ReportNeeds out;
    out.pcr_values = f.boolean("pcr_values");
    if (const auto first = f.number_if("ima_first", 0, json::max_integer)) {
        out.ima_first = static_cast<std::uint64_t>(*first);
    }
    for (const std::string& encoded : f.texts("documents", limits::documents_per_report, 64)) {
        const auto document = from_hex_array<32>(encoded, "needs.need.documents");
        if (!document) return fail(document.error());
        out.documents.push_back(*document);
    }
    CHECK_OK(outer.finish());
    return out;
}

std::string encode_report_result(const ReportResult& result) {
    json::Writer w(1024);
    w.object().key("accepted").text(to_hex(result.accepted));
    w.key("appraisal").object().key("boot").text(result.boot).key("identity").text(result.identity);
    w.key("runtime").text(result.runtime).end();
    w.key("checks").array();
    for (const CheckResult& check : result.checks) {
        w.object().key("check").text(check.check);
        if (!check.detail.empty()) w.key("detail").text(check.detail);
        w.key("outcome").text(check.outcome);
        if (!check.reason.empty()) w.key("reason").text(check.reason);
        w.end();
    }
    w.end();
    w.key("lifecycle").text(result.lifecycle);
    w.key("next_report_s").number(static_cast<std::int64_t>(result.next_report_s));
    return w.end().take();
}

Result<ReportResult> decode_report_result(std::string_view text) {
    TRY(const json::Value value, parse_message(text, "report result"));
    Fields f(value, "report result");
    ReportResult out;
    out.accepted = f.hex32("accepted");
    Fields appraisal = f.object("appraisal");
    out.boot = appraisal.text("boot", 64);
    out.identity = appraisal.text("identity", 64);
    out.runtime = appraisal.text("runtime", 64);
    for (Fields& one : f.objects("checks", 64)) {
        out.checks.push_back(
            {one.text("check", 64), one.text("outcome", 64), one.text_if("reason", 64).value_or(""),
             one.text_if("detail", 1024).value_or("")}
        );
    }
    out.lifecycle = f.text("lifecycle", 64);
    out.next_report_s = static_cast<std::uint64_t>(f.number("next_report_s", 0, 1'000'000'000));
    CHECK_OK(f.finish());
    return out;
}

std::string encode_refusal(const Refusal& refusal) {
    json::Object error{{"code", refusal.code}, {"what", refusal.what}};
    if (!refusal.reason.empty()) error["reason"] = refusal.reason;
    if (!refusal.where.empty()) error["where"] = refusal.where;
    return json::canonical(json::Object{{"error", std::move(error)}});
}

Result<Refusal> decode_refusal(std::string_view text) {
    TRY(const json::Value value, parse_message(text, "refusal"));
    Fields outer(value, "refusal");
    Fields f = outer.object("error");
    Refusal out;
    out.code = f.text("code", 64);
    out.what = f.text_or_empty("what", 2048);
    out.reason = f.text_if("reason", 64).value_or("");
    out.where = f.text_if("where", 512).value_or("");
    CHECK_OK(outer.finish());
    return out;
}

}  // namespace assay
