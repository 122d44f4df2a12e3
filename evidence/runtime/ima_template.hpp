#pragma once
// The fields of IMA's templates, by the template's name or, where `ima_template_fmt=` made one, by its format
// ("d-ng|n-ng|sig"). The name is not covered by the template hash: whoever hands the list over can change it. What each
// field holds: Linux, Documentation/security/IMA-templates.rst and security/integrity/ima/ima_template*.c.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace assay {

enum class ImaField : std::uint8_t {
    d,       // digest of 20 bytes, without its algorithm
    n,       // name of at most 255 bytes
    d_ng,    // "sha256:" NUL digest
    d_ngv2,  // "ima:sha256:" NUL digest, or "verity:..."
    n_ng,    // name, NUL
    sig,     // security.ima or, where that has none, security.evm's portable signature
    buf,     // a measured buffer
    d_modsig,
    modsig,  // an appended signature (PKCS #7)
    evmsig,
    xattrnames,
    xattrlengths,
    xattrvalues,
    iuid,
    igid,
    imode,
};
inline constexpr std::size_t ima_field_kinds = 16;

std::string_view name(ImaField field);

struct ImaTemplate {
    std::array<ImaField, ima_field_kinds> kinds{};
    std::size_t count = 0;
    std::span<const ImaField> fields() const { return {kinds.data(), count}; }
    friend bool operator==(const ImaTemplate&, const ImaTemplate&) = default;
};

// The kernel's `ima`: its data has no lengths and its hash is over a padded name.
inline constexpr std::string_view legacy_ima_template = "ima";

// nullopt: neither a template of the kernel nor a format of known fields, each at most once, that begins with a digest
// and a name. So each known template has one of either. The legacy fields d and n stand in the template `ima` only.
std::optional<ImaTemplate> ima_template_named(std::string_view name);

}  // namespace assay
