#include "collector/verifier/runtime/runtime_progress.hpp"

#include "base/encoding.hpp"
#include "base/fields.hpp"
#include "base/json.hpp"
#include "evidence/limits.hpp"

namespace assay {
namespace {

std::int64_t signed_of(std::uint64_t number) {
    return static_cast<std::int64_t>(number);
}

std::uint64_t count(Fields& f, std::string_view key) {
    return static_cast<std::uint64_t>(f.number(key, 0, json::max_integer));
}

Offence read_offence(Fields& f) {
    Offence out;
    out.entry = count(f, "entry");
    out.name = f.text_or_empty("name", limits::text_bytes);
    out.digest = f.text_or_empty("digest", limits::text_bytes);
    const auto reason = runtime_reason_named(f.text("reason", 64));
    const bool of_entry = reason && static_cast<std::size_t>(*reason) < entry_reasons;
    if (!of_entry) f.refuse(Errc::bad_value, "reason", "is no reason of an entry");
    out.reason = reason.value_or(RuntimeReason::violation);
    return out;
}

void read_refused(Fields f, RuntimeState& out) {
    for (std::size_t i = 0; i < entry_reasons; ++i) {
        const auto key = word(static_cast<RuntimeReason>(i));
        if (f.has(key)) out.refused[i] = count(f, key);
    }
}

void read_boot_aggregate(Fields& f, RuntimeState& out) {
    const auto wanted = f.text_if("boot_aggregate", 64);
    if (!wanted) return;
    out.boot_aggregate = boot_aggregate_named(*wanted);
    if (!out.boot_aggregate) f.refuse(Errc::bad_value, "boot_aggregate", "is no outcome");
}

}  // namespace

std::string encode_runtime_progress(const RuntimeState& state) {
    json::Array offences;
    for (const Offence& one : state.offences) {
        offences.push_back(json::Object{
            {"digest", one.digest}, {"entry", signed_of(one.entry)}, {"name", one.name}, {"reason", word(one.reason)}
        });
    }
    json::Array exempts;
    for (const std::string& one : state.exempts) exempts.push_back(json::Value(one));
    json::Object refused;
    for (std::size_t i = 0; i < entry_reasons; ++i) {
        if (state.refused[i] != 0) refused[word(static_cast<RuntimeReason>(i))] = signed_of(state.refused[i]);
    }
    json::Object out{
        {"accepted", signed_of(state.accepted)}, {"accepted_by_signature", signed_of(state.accepted_by_signature)},
        {"agent_seen", state.agent_seen},        {"excluded", signed_of(state.excluded)},
        {"exempts", std::move(exempts)},         {"ima_policy_seen", state.ima_policy_seen},
        {"judged", signed_of(state.judged)},     {"offences", std::move(offences)},
        {"policy", to_hex(state.policy)},        {"refused", std::move(refused)}
    };
    if (state.kernel_replaced) out["kernel_replaced"] = true;
    if (state.boot_aggregate) out["boot_aggregate"] = name(*state.boot_aggregate);
    return json::canonical(out);
}

Result<RuntimeState> decode_runtime_progress(std::string_view text) {
    TRY(const json::Value value, json::parse(text, {.max_bytes = 64U << 10U, .max_depth = 4}, "runtime progress"));
    Fields f(value, "runtime progress");
    RuntimeState out;
    out.policy = f.hex32("policy");
    out.judged = count(f, "judged");
    out.accepted = count(f, "accepted");
    out.accepted_by_signature = count(f, "accepted_by_signature");
    out.excluded = count(f, "excluded");
    read_refused(f.object("refused"), out);
    for (Fields& one : f.objects("offences", limits::runtime_offences)) out.offences.push_back(read_offence(one));
    read_boot_aggregate(f, out);
    out.agent_seen = f.boolean("agent_seen");
    out.ima_policy_seen = f.boolean("ima_policy_seen");
    out.kernel_replaced = f.boolean_if("kernel_replaced").value_or(false);
    out.exempts = f.texts("exempts", limits::ima_policy_exemptions, limits::runtime_exemption_bytes);
    CHECK_OK(f.finish());
    return out;
}

}  // namespace assay
