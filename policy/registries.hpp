#pragma once
// The registry snapshots that are in force together, one of a registry at most, and what they say of an identifier:
// to whom its vendor's part is registered, or why nobody can say. Immutable; safe to read from many threads.

#include "policy/pack_set.hpp"
#include "policy/registry_snapshot.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace assay::policy {

struct Registered {
    const RegistrySnapshot* snapshot = nullptr;
    const RegistrySnapshot::Row* row = nullptr;
};

class Registries {
  public:
    // conflict when two are of one registry; the error names both files.
    static Result<Registries> compose(std::vector<RegistrySnapshot> snapshots);
    Registries() = default;

    std::span<const RegistrySnapshot> all() const { return snapshots_; }  // by registry
    // nullptr: there is none. That of a subsystem is PCI's, that of a transceiver's OUI the IEEE's.
    const RegistrySnapshot* of(Registry registry) const;
    // Whose the identifier's vendor part is: of a MAC address the longest block that is known, of an ACPI id the ACPI
    // or PNP vendor.
    std::optional<Registered> holder(const Identifier& identifier) const;

  private:
    std::vector<RegistrySnapshot> snapshots_;
};

// The part that is its holder's: "8086" of "8086:1572", the first six digits of a MAC address, "NTC" of "NTC0702".
std::string_view vendor_part(const Identifier& identifier);

// Nothing was given: subsystem 0000:0000 or a transceiver without an OUI. Neither known nor unknown.
bool says_nothing(const Identifier& identifier);

// Why nobody is known to hold a number.
enum class Unknown {
    not_registered,  // the snapshot of its registry does not have it: newer than the snapshot, or nobody's
    reserved,        // never assigned to anybody: PCI and USB 0000 and ffff, a group address
    local,           // a locally administered MAC address: whoever sets one chooses it
    no_snapshot,     // there is no snapshot of this registry
};
std::string_view name(Unknown why);
std::string_view meaning(Unknown why);
std::optional<Unknown> unknown_named(std::string_view word);

// nullopt: a snapshot or, on any day, an active pack knows whose it is, or it says nothing.
std::optional<Unknown> unknown(const Registries& registries, const PackSet& packs, const Identifier& identifier);

}  // namespace assay::policy
