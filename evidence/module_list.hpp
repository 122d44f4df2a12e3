#pragma once
// The module list document: kernel modules that are loaded, the file each was found at, and whom the file's appended
// signature names. Canonical, sorted by name; load order, sizes in memory, addresses and use counts stay out, so the
// same modules give the same bytes over reboots. Modules built into the kernel are not in it.
//
// A signer is who the file says it is: nothing here was verified, because that takes the kernel's keyring. What the
// kernel thought of the signature when it loaded the module is the taint flag E, where it checks at all.

#include "evidence/inventory.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

// One SignerInfo of a CMS SignedData (RFC 5652 5.3): issuer and serial, or a subject key identifier.
struct ModuleSigner {
    std::string issuer;  // RFC 4514 text; with serial, or empty
    std::string serial;  // hex, without leading zero bytes
    std::string key_id;  // hex; or empty
    std::string hash;    // "sha256", "sha512", ...
    friend auto operator<=>(const ModuleSigner&, const ModuleSigner&) = default;
};

// unread: the file's end could not be looked at. other: a signature follows the file, of a form that is not decoded.
enum class SignatureForm { unread, none, cms, other };
std::string_view name(SignatureForm form);

// Whether the file is the one that was loaded, by build id and srcversion, as far as both sides have them.
enum class ModuleMatch { unknown, same, differs };
std::string_view name(ModuleMatch match);

struct KernelModule {
    std::string name;    // as in /proc/modules
    Reading version;     // of the running module: absent when it declares none
    Reading srcversion;  // likewise
    Reading taint;       // flags that it set when it was loaded, as sysfs prints them: "OE"; empty when none
    std::string file;    // below lib/modules/<release>; "" when modules.dep knows no such module
    SourceState state = SourceState::absent;  // of that file
    std::uint64_t size = 0;                   // of the file as stored, compressed or not, when ok
    std::optional<Sha256> sha256;             // likewise
    ModuleMatch match = ModuleMatch::unknown;
    SignatureForm signature = SignatureForm::unread;
    std::vector<ModuleSigner> signers;  // sorted; with signature cms
    std::string problem;                // what of the file could not be read or understood; may be empty
    friend bool operator==(const KernelModule&, const KernelModule&) = default;
};

// What the kernel does with a module whose signature it cannot verify: refuses it, loads it with taint E, or does not
// look. unknown: could not be read.
enum class SignatureCheck { unknown, not_checked, tainted, enforced };
std::string_view name(SignatureCheck check);

struct ModuleList {
    std::string release;  // of the running kernel; "" when not known
    SignatureCheck check = SignatureCheck::unknown;
    std::vector<KernelModule> modules;  // sorted by name, names unique
    friend bool operator==(const ModuleList&, const ModuleList&) = default;
};

inline constexpr std::string_view module_list_format = "assay/modules/1";
std::string encode_module_list(const ModuleList& list);  // REQUIRES: sorted
// Refuses what is not canonical, beyond evidence/limits.hpp, or says of a file what only one that was read has.
Result<ModuleList> decode_module_list(std::string_view text);

}  // namespace assay
