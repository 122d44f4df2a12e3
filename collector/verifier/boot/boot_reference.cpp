#include "collector/verifier/boot/boot_reference.hpp"

#include "base/encoding.hpp"
#include "base/fields.hpp"
#include "base/json.hpp"
#include "base/json_writer.hpp"
#include "base/words.hpp"
#include "evidence/limits.hpp"

#include <algorithm>
#include <array>

namespace assay {
namespace {

constexpr auto rules = words<PcrRule>({{PcrRule::value, "value"}, {PcrRule::events, "events"}});
constexpr std::int64_t last_pcr = limits::pcr_count - 1;

Digest read_digest(Fields& f, std::string_view key, HashAlg bank) {
    const std::string hex = f.text(key, 128);
    if (f.failed()) return Digest::zero(bank);
    const auto bytes = from_hex(hex);
    const auto digest = bytes ? Digest::of(bank, *bytes) : std::nullopt;
    if (!digest) f.refuse(Errc::bad_value, key, "is no digest of the bank " + std::string(name(bank)));
    return digest.value_or(Digest::zero(bank));
}

// What extending a PCR by these events in their order gives. TPM 2.0 Part 1, "Extend of a PCR".
Digest extended(Digest value, const std::vector<MeasuredEvent>& events) {
    for (const MeasuredEvent& event : events) value = hash(value.alg(), {value.bytes(), event.digest.bytes()});
    return value;
}

// PFP 1.06 section 3.3.2: PCR 0 begins with the locality of the startup in its last byte, the others with zero.
bool leads_to(const AcceptedValue& value, PcrIndex pcr) {
    const HashAlg bank = value.value.alg();
    if (extended(Digest::zero(bank), value.events) == value.value) return true;
    if (pcr.value() != 0) return false;
    return std::ranges::any_of(std::array<std::uint8_t, 2>{3, 4}, [&value, bank](std::uint8_t locality) {
        Bytes start(digest_size(bank), std::uint8_t{0});
        start.back() = locality;
        return extended(*Digest::of(bank, start), value.events) == value.value;
    });
}

AcceptedValue read_value(Fields& f, HashAlg bank, PcrIndex pcr) {
    AcceptedValue out;
    out.value = read_digest(f, "value", bank);
    for (Fields& event : f.objects_if("events", limits::reference_events)) {
        MeasuredEvent one{read_digest(event, "digest", bank), ""};
        one.what = event.text_or_empty("what", limits::text_bytes);
        if (f.failed()) return out;
        out.events.push_back(std::move(one));
    }
    out.until = f.date_if("until");
    if (!f.failed() && !out.events.empty() && !leads_to(out, pcr)) {
        f.refuse(Errc::mismatch, "value", "is not what its events extend to");
    }
    return out;
}

PcrIndex read_pcr(Fields& f) {
    return *PcrIndex::from(static_cast<std::uint64_t>(f.number("pcr", 0, last_pcr)));
}

void read_accepted(Fields& f, BootReference& out) {
    const PcrIndex pcr = read_pcr(f);
    AcceptedPcr one;
    one.rule = rules.named(f.one_of("rule", {"value", "events"})).value_or(PcrRule::value);
    for (Fields& value : f.objects("values", limits::reference_values)) {
        one.values.push_back(read_value(value, out.bank, pcr));
    }
    if (f.failed()) return;
    if (one.values.empty()) return f.refuse(Errc::missing_field, "values", "accepts no value");
    const bool without_events =
        std::ranges::any_of(one.values, [](const AcceptedValue& v) { return v.events.empty(); });
    if (one.rule == PcrRule::events && without_events) {
        return f.refuse(Errc::missing_field, "values", "the rule \"events\" needs the events of each value");
    }
    if (!out.accepted.emplace(pcr, std::move(one)).second) f.refuse(Errc::duplicate_key, "pcr", "stands twice");
}

void read_left_out(Fields& f, BootReference& out) {
    const PcrIndex pcr = read_pcr(f);
    std::string why = f.text("why", limits::text_bytes);
    if (f.failed()) return;
    const bool twice = out.accepted.contains(pcr) || !out.left_out.emplace(pcr, std::move(why)).second;
    if (twice) f.refuse(Errc::duplicate_key, "pcr", "stands twice");
}

void write_value(json::Writer& w, const AcceptedValue& value) {
    w.object();
    if (!value.events.empty()) {
        w.key("events").array();
        for (const MeasuredEvent& event : value.events) {
            w.object().key("digest").text(to_hex(event.digest.bytes())).key("what").text(event.what).end();
        }
        w.end();
    }
    if (value.until) w.key("until").text(value.until->text());
    w.key("value").text(to_hex(value.value.bytes())).end();
}

}  // namespace

std::string text(const FirmwareModel& firmware) {
    return firmware.maker + " " + firmware.model + ", firmware " +
           (firmware.version.empty() ? "of no version" : firmware.version);
}

std::string encode_boot_reference(const BootReference& reference) {
    json::Writer w(16'384);
    w.object().key("accepted").array();
    for (const auto& [pcr, accepted] : reference.accepted) {
        w.object().key("pcr").number(pcr.value()).key("rule").text(rules.of(accepted.rule)).key("values").array();
        for (const AcceptedValue& value : accepted.values) write_value(w, value);
        w.end().end();
    }
    w.end().key("bank").text(name(reference.bank));
    w.key("firmware").object().key("maker").text(reference.firmware.maker);
    w.key("model").text(reference.firmware.model).key("version").text(reference.firmware.version).end();
    w.key("format").text(boot_reference_format).key("left_out").array();
    for (const auto& [pcr, why] : reference.left_out) {
        w.object().key("pcr").number(pcr.value()).key("why").text(why).end();
    }
    w.end().key("name").text(reference.name);
    if (reference.runtime_policy) w.key("runtime_policy").text(to_hex(*reference.runtime_policy));
    return w.end().take();
}

Result<BootReference> decode_boot_reference(std::string_view text, std::string_view where) {
    TRY(const json::Value value, json::parse(text, {.max_bytes = limits::reference_bytes, .max_depth = 8}, where));
    Fields f(value, std::string(where));
    if (f.text("format", limits::text_bytes) != boot_reference_format) {
        f.refuse(Errc::bad_value, "format", "is not \"" + std::string(boot_reference_format) + "\"");
    }
    BootReference out;
    out.name = f.text("name", limits::text_bytes);
    const auto bank = hash_alg_named(f.text("bank", 16));
    if (!bank) f.refuse(Errc::unknown_algorithm, "bank", "no such bank");
    out.bank = bank.value_or(HashAlg::sha256);
    Fields firmware = f.object("firmware");
    out.firmware.maker = firmware.text_or_empty("maker", limits::text_bytes);
    out.firmware.model = firmware.text_or_empty("model", limits::text_bytes);
    out.firmware.version = firmware.text_or_empty("version", limits::text_bytes);
    for (Fields& one : f.objects("accepted", limits::pcr_count)) read_accepted(one, out);
    for (Fields& one : f.objects_if("left_out", limits::pcr_count)) read_left_out(one, out);
    out.runtime_policy = f.hex32_if("runtime_policy");
    CHECK_OK(f.finish());
    if (out.firmware.empty()) return fail(Errc::missing_field, std::string(where) + ".firmware", "names no firmware");
    if (out.accepted.empty()) return fail(Errc::missing_field, std::string(where) + ".accepted", "accepts nothing");
    return out;
}

}  // namespace assay
