#include "evidence/runtime/ima_template.hpp"

#include "base/words.hpp"

#include <algorithm>

namespace assay {
namespace {

constexpr auto field_words = words<ImaField>({
    {ImaField::d, "d"},
    {ImaField::n, "n"},
    {ImaField::d_ng, "d-ng"},
    {ImaField::d_ngv2, "d-ngv2"},
    {ImaField::n_ng, "n-ng"},
    {ImaField::sig, "sig"},
    {ImaField::buf, "buf"},
    {ImaField::d_modsig, "d-modsig"},
    {ImaField::modsig, "modsig"},
    {ImaField::evmsig, "evmsig"},
    {ImaField::xattrnames, "xattrnames"},
    {ImaField::xattrlengths, "xattrlengths"},
    {ImaField::xattrvalues, "xattrvalues"},
    {ImaField::iuid, "iuid"},
    {ImaField::igid, "igid"},
    {ImaField::imode, "imode"},
});

struct Named {
    std::string_view name;
    std::string_view format;
};
constexpr std::array built_in{
    Named{"ima-ng", "d-ng|n-ng"},
    Named{"ima-sig", "d-ng|n-ng|sig"},
    Named{"ima-ngv2", "d-ngv2|n-ng"},
    Named{"ima-sigv2", "d-ngv2|n-ng|sig"},
    Named{"ima-buf", "d-ng|n-ng|buf"},
    Named{"ima-modsig", "d-ng|n-ng|sig|d-modsig|modsig"},
    Named{"evm-sig", "d-ng|n-ng|evmsig|xattrnames|xattrlengths|xattrvalues|iuid|igid|imode"},
};

// The name is not hashed: if a list could call a field what it likes, it could read another's digest out of an entry.
bool begins_with_digest_and_name(const ImaTemplate& fields) {
    return fields.count >= 2 && (fields.kinds[0] == ImaField::d_ng || fields.kinds[0] == ImaField::d_ngv2) &&
           fields.kinds[1] == ImaField::n_ng;
}

std::optional<ImaTemplate> template_of(std::string_view format) {
    ImaTemplate out;
    while (true) {
        const std::size_t end = format.find('|');
        const auto field = field_words.named(format.substr(0, end));
        const bool legacy = field == ImaField::d || field == ImaField::n;
        if (!field || legacy || std::ranges::find(out.fields(), *field) != out.fields().end()) return std::nullopt;
        out.kinds[out.count++] = *field;
        if (end == std::string_view::npos) return begins_with_digest_and_name(out) ? std::optional(out) : std::nullopt;
        format.remove_prefix(end + 1);
    }
}

}  // namespace

std::string_view name(ImaField field) {
    return field_words.of(field);
}

std::optional<ImaTemplate> ima_template_named(std::string_view name) {
    if (name == legacy_ima_template) return ImaTemplate{{ImaField::d, ImaField::n}, 2};
    const auto found = std::ranges::find(built_in, name, &Named::name);
    return template_of(found == built_in.end() ? name : found->format);
}

}  // namespace assay
