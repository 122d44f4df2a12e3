#pragma once
// How far a component is proven, from most to least. The collector alone assigns it; it is always shown with the
// component.

#include "base/result.hpp"

#include <string_view>

namespace assay {

enum class ProofLevel {
    device_signed,       // the component signed our nonce (SPDM)
    firmware_measured,   // joined through hashed bytes only
    platform_certified,  // in a valid platform certificate for this TPM and seen now with the same class and serial
    attested_os,         // all that was measured as executable in this boot was accepted
    reported,            // under a good quote, boot or runtime not (yet) accepted
    observed,            // a neighbour on the wire that cannot run an agent
    declared,            // typed in or imported by a person, or read from a tree given with --root
};

std::string_view name(ProofLevel level);
Result<ProofLevel> proof_level_named(std::string_view name, std::string_view where);
std::string_view meaning(ProofLevel level);  // one sentence for people

}  // namespace assay
