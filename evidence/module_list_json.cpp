#include "base/encoding.hpp"
#include "base/words.hpp"
#include "evidence/document_json.hpp"
#include "evidence/module_list.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr auto forms = words<SignatureForm>({
    {SignatureForm::unread, "unread"},
    {SignatureForm::none, "none"},
    {SignatureForm::cms, "cms"},
    {SignatureForm::other, "other"},
});

constexpr auto matches = words<ModuleMatch>({
    {ModuleMatch::unknown, "unknown"},
    {ModuleMatch::same, "same"},
    {ModuleMatch::differs, "differs"},
});

constexpr auto checks = words<SignatureCheck>({
    {SignatureCheck::unknown, "unknown"},
    {SignatureCheck::not_checked, "not_checked"},
    {SignatureCheck::tainted, "tainted"},
    {SignatureCheck::enforced, "enforced"},
});

json::Object signer_value(const ModuleSigner& signer) {
    json::Object out;
    put_text(out, "issuer", signer.issuer);
    put_text(out, "serial", signer.serial);
    put_text(out, "key_id", signer.key_id);
    put_text(out, "hash", signer.hash);
    return out;
}

json::Object module_value(const KernelModule& module) {
    json::Object out{
        {"name", module.name},
        {"state", name(module.state)},
        {"match", name(module.match)},
        {"signature", name(module.signature)}
    };
    put_reading(out, "version", module.version);
    put_reading(out, "srcversion", module.srcversion);
    put_reading(out, "taint", module.taint);
    put_text(out, "file", module.file);
    put_text(out, "problem", module.problem);
    if (module.sha256) {
        out["size"] = static_cast<std::int64_t>(module.size);
        out["sha256"] = to_hex(*module.sha256);
    }
    json::Array signers;
    for (const ModuleSigner& one : module.signers) signers.push_back(signer_value(one));
    if (!signers.empty()) out["signers"] = std::move(signers);
    return out;
}

ModuleSigner read_signer(Fields& f) {
    ModuleSigner out;
    out.issuer = f.text_if("issuer", limits::text_bytes).value_or("");
    out.serial = f.text_if("serial", limits::text_bytes).value_or("");
    out.key_id = f.text_if("key_id", limits::text_bytes).value_or("");
    out.hash = f.text_if("hash", limits::text_bytes).value_or("");
    return out;
}

KernelModule read_module(Fields& f) {
    KernelModule out;
    out.name = f.text("name", limits::text_bytes);
    out.version = read_reading(f, "version");
    out.srcversion = read_reading(f, "srcversion");
    out.taint = read_reading(f, "taint");
    out.file = f.text_if("file", limits::text_bytes).value_or("");
    const std::string state = f.text("state", limits::text_bytes);
    if (!f.failed()) out.state = taken(f, "state", source_state_named(state, "state"));
    out.sha256 = f.hex32_if("sha256");
    if (out.sha256) out.size = static_cast<std::uint64_t>(f.number("size", 0, json::max_integer));
    out.match = matches.named(f.one_of("match", {"unknown", "same", "differs"})).value_or(out.match);
    out.signature = forms.named(f.one_of("signature", {"unread", "none", "cms", "other"})).value_or(out.signature);
    for (Fields& signer : f.objects_if("signers", limits::signers_per_module))
        out.signers.push_back(read_signer(signer));
    out.problem = f.text_if("problem", limits::text_bytes).value_or("");
    const bool read = out.state == SourceState::ok;
    if (out.sha256.has_value() != read) f.refuse(Errc::bad_value, "sha256", "stands with state ok, and only there");
    if (!read && (out.signature != SignatureForm::unread || out.match != ModuleMatch::unknown))
        f.refuse(Errc::bad_value, "state", "nothing is known of a file that was not read");
    if (out.signers.empty() == (out.signature == SignatureForm::cms))
        f.refuse(Errc::bad_value, "signers", "stand with signature cms, and only there");
    if (!std::ranges::is_sorted(out.signers)) f.refuse(Errc::bad_value, "signers", "are not sorted");
    return out;
}

}  // namespace

std::string_view name(SignatureForm form) {
    return forms.of(form);
}

std::string_view name(ModuleMatch match) {
    return matches.of(match);
}

std::string_view name(SignatureCheck check) {
    return checks.of(check);
}

std::string encode_module_list(const ModuleList& list) {
    json::Array modules;
    for (const KernelModule& module : list.modules) modules.push_back(module_value(module));
    json::Object out{
        {"format", module_list_format}, {"signature_check", name(list.check)}, {"modules", std::move(modules)}
    };
    put_text(out, "release", list.release);
    return json::canonical(out);
}

Result<ModuleList> decode_module_list(std::string_view text) {
    TRY(const json::Value value, json::parse(text, document_limits, "modules"));
    Fields f(value, "modules");
    check_format(f, module_list_format);
    ModuleList out;
    out.release = f.text_if("release", limits::text_bytes).value_or("");
    out.check = checks.named(f.one_of("signature_check", {"unknown", "not_checked", "tainted", "enforced"}))
                    .value_or(out.check);
    for (Fields& module : f.objects("modules", limits::modules)) out.modules.push_back(read_module(module));
    CHECK_OK(f.finish());
    if (std::ranges::adjacent_find(out.modules, std::ranges::greater_equal{}, &KernelModule::name) !=
        out.modules.end()) {
        return fail(Errc::bad_value, "modules.modules", "names are not strictly ascending");
    }
    CHECK_OK(check_canonical(text, encode_module_list(out), "modules"));
    return out;
}

}  // namespace assay
