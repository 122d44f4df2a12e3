#pragma once
// Reference Values and runtime policies: documents known by their SHA-256, shared by all devices that they fit. A draft
// accepts nothing until a person approves it; what is no longer in force is retired and kept, for the reports that were
// judged by it.

#include "collector/store/database.hpp"

#include <optional>
#include <string>
#include <vector>

namespace assay::store {

enum class ReferenceKind { boot_reference, runtime_policy };
std::string_view name(ReferenceKind kind);

enum class ReferenceState { draft, approved, retired };
std::string_view name(ReferenceState state);
std::optional<ReferenceState> reference_state_named(std::string_view word);

struct ReferenceDocument {
    Sha256 sha256{};  // of the body
    ReferenceKind kind = ReferenceKind::boot_reference;
    std::string name;
    std::string body;
    ReferenceState state = ReferenceState::draft;
    std::optional<DeviceId> learned_from;
    std::string added_by;
    UnixMillis added_at;
    std::string decided_by;  // who approved or retired it last, or ""
    std::optional<UnixMillis> decided_at;
    std::string note;
    Bytes signature;        // of who approved it (certs/document_signature.hpp), or empty
    std::string signed_by;  // the signer's name in it, or ""
};

// False: it is there already, and stays as it is.
bool add_reference_document(Database& db, const ReferenceDocument& document);
std::optional<ReferenceDocument> find_reference_document(Database& db, const Sha256& sha256);
// Without its body, which may have megabytes.
std::optional<ReferenceDocument> find_reference_head(Database& db, const Sha256& sha256);
// By name, then by SHA-256; without a state all of them; without bodies.
std::vector<ReferenceDocument> reference_heads(Database& db, std::optional<ReferenceState> state);
std::vector<ReferenceDocument> references_in_force(Database& db);  // the approved ones, whole
// False: no such document.
bool decide_reference_document(
    Database& db, const Sha256& sha256, ReferenceState state, std::string_view by, std::string_view note,
    ByteView signature, std::string_view signed_by, UnixMillis now
);

}  // namespace assay::store
