#pragma once
// The signature after a module's end: the text "~Module signature appended~\n", before it struct module_signature
// (include/uapi or include/linux/module_signature.h), before it the signature itself, a detached CMS SignedData. Whom
// it names is told; whether it holds is not looked at: the kernel decides that with its own keyring, and what it
// thought is the taint flag E of the running module.

#include "agent/sources/module_info.hpp"
#include "evidence/module_list.hpp"

#include <string>
#include <vector>

namespace assay::agent {

struct ModuleSignature {
    SignatureForm form = SignatureForm::none;
    std::vector<ModuleSigner> signers;  // sorted; with form cms
    std::string problem;                // with form other: why it is not decoded
};

// Never fails: a signature that is broken or of another kind has form other, and says why; one whose place cannot be
// read is unread.
ModuleSignature module_signature(const ModuleBytes& module);

// All that follows the module proper, or empty: what an excerpt of the module must keep.
Result<Bytes> signature_trailer(const ModuleBytes& module);

}  // namespace assay::agent
