#pragma once
// A finding: a part of a device that an authority or the operator has listed, with the whole chain of why, and how far
// the part's presence is proven. It says nothing about parts without a finding: what could not be read, and numbers
// that no pack knows, are not clean. docs/PACKS.md lists the JSON fields.

#include "evidence/inventory.hpp"
#include "evidence/proof.hpp"
#include "policy/chain.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace assay {

// A waiver that covers a finding on the day it was judged. The finding stays and is shown as excepted.
struct Excepted {
    std::string id;
    std::string approver;
    std::string document;
    policy::SourceDate until;
    friend bool operator==(const Excepted&, const Excepted&) = default;
};

struct Finding {
    std::string id;  // 32 hex digits; the same device, component, list entry and identifier always give the same
    std::string device;
    std::string site;
    std::string role;
    std::string component;  // its key
    ComponentKind kind = ComponentKind::system;
    std::map<std::string, std::string> names;  // as the device gave them: shown, never matched
    Location location;
    ProofLevel proof = ProofLevel::declared;
    policy::Chain chain;
    std::optional<Excepted> excepted;  // absent: the finding is open
    friend bool operator==(const Finding&, const Finding&) = default;
};

// Stable over reports, packs' versions and renamed sites: the first 16 bytes of SHA-256 over the framed texts
// "assay/finding/1", device, component key, entry id, registry and value.
std::string finding_id(
    std::string_view device, std::string_view component, std::string_view entry, const Identifier& identifier
);

json::Object to_json(const Finding& finding);

// What it is, whose it is, who listed it, what that asks, and how far it is proven: one sentence each, printable.
std::vector<std::string> explain(const Finding& finding);

}  // namespace assay
