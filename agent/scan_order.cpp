#include "agent/scan_order.hpp"

#include "agent/ima_reading_json.hpp"
#include "base/encoding.hpp"
#include "base/fields.hpp"
#include "base/json.hpp"
#include "evidence/limits.hpp"
#include "evidence/message_fields.hpp"

#include <array>

namespace assay::agent {
namespace {

constexpr std::size_t path_bytes = 4096;
constexpr std::size_t max_tpm_text_bytes = 4096;
constexpr std::int64_t longest_deadline_ms = 3'600'000;

struct TpmText {
    const char* key;
    std::string TpmFacts::* member;
};
constexpr std::array tpm_texts{
    TpmText{"vendor_string", &TpmFacts::vendor_string},
    TpmText{"firmware_version", &TpmFacts::firmware_version},
    TpmText{"family", &TpmFacts::family},
    TpmText{"revision", &TpmFacts::revision},
    TpmText{"year", &TpmFacts::year},
    TpmText{"algorithms", &TpmFacts::algorithms},
    TpmText{"curves", &TpmFacts::curves},
    TpmText{"pcr_banks", &TpmFacts::pcr_banks},
};

Result<json::Value> parse_small(std::string_view text, std::string_view where) {
    return json::parse(text, {.max_bytes = max_scan_message_bytes, .max_depth = 6, .max_values = 1000}, where);
}

json::Array texts_of(const std::vector<std::string>& texts) {
    json::Array out;
    for (const std::string& one : texts) out.push_back(json::Value(one));
    return out;
}

std::vector<std::string> read_sources(Fields& f) {
    return f.texts("hanging", limits::sources, limits::text_bytes);
}

json::Object ima_value(const ImaReading& ima) {
    return {
        {"boot", ima.span.boot},
        {"count", static_cast<std::int64_t>(ima.span.count)},
        {"end", static_cast<std::int64_t>(ima.end)},
        {"first", static_cast<std::int64_t>(ima.span.first)},
        {"more", ima.span.more}
    };
}

ScanChoices read_choices(Fields f) {
    ScanChoices out;
    const auto roms = option_rom_words.named(f.text("option_roms", limits::text_bytes));
    if (roms)
        out.option_roms = *roms;
    else
        f.refuse(Errc::bad_value, "option_roms", "is no choice");
    const auto flash = flash_words.named(f.text("flash", limits::text_bytes));
    if (flash)
        out.flash = *flash;
    else
        f.refuse(Errc::bad_value, "flash", "is no choice");
    out.vpd = f.boolean("vpd");
    return out;
}

std::vector<Sha256> read_kept(Fields& f) {
    std::vector<Sha256> out;
    for (const std::string& name : f.texts("keep", limits::documents_per_report, 64)) {
        const auto sha256 = from_hex_array<32>(name, "keep");
        if (sha256)
            out.push_back(*sha256);
        else
            f.refuse(Errc::bad_value, "keep", "is no SHA-256");
    }
    return out;
}

}  // namespace

std::string encode_scan_order(const ScanOrder& order) {
    json::Array kept;
    for (const Sha256& one : order.keep) kept.push_back(json::Value(to_hex(one)));
    json::Object out{
        {"choices",
         json::Object{
             {"flash", flash_words.of(order.choices.flash)},
             {"option_roms", option_rom_words.of(order.choices.option_roms)},
             {"vpd", order.choices.vpd}
         }},
        {"deadline_ms", std::int64_t{order.source_deadline.count()}},
        {"hanging", texts_of(order.hanging)},
        {"hardware", order.hardware},
        {"keep", std::move(kept)},
        {"keep_ima", order.keep_ima},
        {"root", order.root},
        {"state_dir", order.state_dir}
    };
    if (order.ima_from) out["ima_from"] = ima_place_value(*order.ima_from);
    if (order.tpm) {
        json::Object tpm{{"manufacturer", std::int64_t{order.tpm->manufacturer}}};
        for (const TpmText& one : tpm_texts) tpm[one.key] = (*order.tpm).*one.member;
        out["tpm"] = std::move(tpm);
    }
    return json::compact(out);
}

Result<ScanOrder> decode_scan_order(std::string_view text) {
    TRY(const json::Value value, parse_small(text, "scan order"));
    Fields f(value, "scan order");
    ScanOrder out;
    out.source_deadline = std::chrono::milliseconds(f.number("deadline_ms", 1, longest_deadline_ms));
    out.root = f.text_or_empty("root", path_bytes);
    out.state_dir = f.text("state_dir", path_bytes);
    out.choices = read_choices(f.object("choices"));
    out.hanging = read_sources(f);
    out.hardware = f.boolean("hardware");
    if (auto from = f.object_if("ima_from")) out.ima_from = read_ima_place(*from);
    out.keep = read_kept(f);
    out.keep_ima = f.boolean("keep_ima");
    if (auto tpm = f.object_if("tpm")) {
        out.tpm.emplace();
        out.tpm->manufacturer = static_cast<std::uint32_t>(tpm->number("manufacturer", 0, 0xffffffff));
        for (const TpmText& one : tpm_texts) (*out.tpm).*one.member = tpm->text_or_empty(one.key, max_tpm_text_bytes);
    }
    CHECK_OK(f.finish());
    return out;
}

std::string encode_scan_answer(const Result<ScannedDocuments>& answer) {
    if (!answer) {
        const json::Object error{{"where", answer.error().where}, {"what", answer.error().what}};
        return json::compact(json::Object{{"error", error}});
    }
    json::Array documents;
    for (const DocumentRef& document : answer->documents) {
        documents.push_back(json::Object{
            {"kind", name(document.kind)},
            {"sha256", to_hex(document.sha256)},
            {"size", static_cast<std::int64_t>(document.size)}
        });
    }
    const HostHints& host = answer->host;
    json::Object out{
        {"documents", std::move(documents)},
        {"hanging", texts_of(answer->hanging)},
        {"host",
         json::Object{{"name", host.name}, {"maker", host.maker}, {"model", host.model}, {"serial", host.serial}}}
    };
    if (answer->ima) out["ima"] = ima_value(*answer->ima);
    return json::compact(out);
}

Result<ScannedDocuments> decode_scan_answer(std::string_view text) {
    if (text.empty()) return fail(Errc::io_error, "scan", "the scanning process died");
    TRY(const json::Value value, parse_small(text, "scan"));
    Fields f(value, "scan");
    if (auto error = f.object_if("error")) {
        const std::string where = error->text_or_empty("where", path_bytes);
        const std::string what = error->text_or_empty("what", path_bytes);
        CHECK_OK(f.finish());
        return fail(Errc::io_error, where, what);
    }
    ScannedDocuments out;
    for (Fields& document : f.objects("documents", limits::documents_per_report))
        out.documents.push_back(read_document_ref(document));
    out.hanging = read_sources(f);
    if (auto ima = f.object_if("ima")) {
        out.ima.emplace();
        out.ima->span = read_ima_span(*ima);
        out.ima->end = static_cast<std::uint64_t>(ima->number("end", 0, json::max_integer));
    }
    Fields host = f.object("host");
    out.host.name = host.text_or_empty("name", limits::text_bytes);
    out.host.maker = host.text_or_empty("maker", limits::text_bytes);
    out.host.model = host.text_or_empty("model", limits::text_bytes);
    out.host.serial = host.text_or_empty("serial", limits::text_bytes);
    CHECK_OK(f.finish());
    return out;
}

}  // namespace assay::agent
