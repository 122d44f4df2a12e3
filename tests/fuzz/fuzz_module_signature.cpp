// What follows a module's end: a form and its parts stand together, an excerpt of it reads the same, and its CMS is
// bounded.

#include "agent/sources/module_signature.hpp"
#include "base/crypto/signed_data.hpp"
#include "evidence/limits.hpp"
#include "tests/fuzz/require.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace assay;
    using namespace assay::agent;
    const ByteView bytes(data, size);
    if (const auto signers = named_signers(bytes)) {
        REQUIRE_ALWAYS(!signers->empty() && signers->size() <= signed_data_signers);
        for (const NamedSigner& one : *signers) {
            REQUIRE_ALWAYS(one.issuer.size() <= limits::text_bytes);
            REQUIRE_ALWAYS(one.serial.size() <= signed_data_id_bytes && one.key_id.size() <= signed_data_id_bytes);
        }
    }
    const ModuleSignature found = module_signature(ModuleInMemory(bytes));
    REQUIRE_ALWAYS(found.form != SignatureForm::unread);
    REQUIRE_ALWAYS(found.signers.empty() == (found.form != SignatureForm::cms));
    REQUIRE_ALWAYS(found.problem.empty() == (found.form != SignatureForm::other));
    const auto trailer = signature_trailer(ModuleInMemory(bytes));
    if (!trailer) return 0;
    REQUIRE_ALWAYS(as_text(bytes).ends_with(as_text(*trailer)));
    const ModuleSignature again = module_signature(ModuleInMemory(*trailer));
    REQUIRE_ALWAYS(again.form == found.form && again.signers == found.signers && again.problem == found.problem);
    return 0;
}
