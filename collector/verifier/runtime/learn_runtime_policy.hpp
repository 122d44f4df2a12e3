#pragma once
// Makes a runtime policy out of what a device ran that somebody trusts (a golden device), and adds to one what another
// such device ran: after an update both contents of a path are accepted, until somebody takes the old one out. What a
// list says is learned unseen; whoever learns vouches for the device.

#include "collector/verifier/runtime/runtime_policy.hpp"

#include <span>

namespace assay {

struct Learned {
    std::size_t added = 0;       // new pairs of name and digest
    std::size_t known = 0;       // that were in the document before
    std::size_t violations = 0;  // left out: what these files held is not known
    std::size_t unreadable = 0;  // left out: unknown templates and algorithms, fields that are none, mismatched buffers
    friend bool operator==(const Learned&, const Learned&) = default;
};

// Into files and buffers; a boot_aggregate is the boot's and is left out. limit_exceeded when the document would have
// more names or digests than its reader takes; it is then as far as it came.
Result<Learned> learn_entries(RuntimePolicyDocument& document, std::span<const ImaEntry> entries);

// The known IMA policy for rules that somebody has read: their digest with each hash, and what they exempt. The text
// has to be what is loaded, byte for byte.
KnownImaPolicy known_ima_policy(std::string name, std::string_view rules);

}  // namespace assay
