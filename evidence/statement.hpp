#pragma once
// The statement: what an agent says beside the quote that signs it. It travels as exact bytes and is hashed as such; it
// names by SHA-256 and size every document it speaks for, and repeats no counter that the quote carries.

#include "base/time.hpp"
#include "evidence/device_id.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace assay {

enum class DocumentKind { inventory, placement, firmware_manifest, modules };
std::string_view name(DocumentKind kind);

struct DocumentRef {
    DocumentKind kind = DocumentKind::inventory;
    Sha256 sha256{};
    std::uint64_t size = 0;  // bytes, 1 to limits::document_bytes
    friend auto operator<=>(const DocumentRef&, const DocumentRef&) = default;
};

struct Statement {
    std::string agent_version;
    std::string root;  // the tree given with --root, or "" for the live machine
    std::string host;  // what the device calls itself: a hint, hostile text
    DeviceId device;
    std::vector<DocumentRef> documents;  // one of each kind, sorted by kind; the inventory is always there
    std::optional<Sha256> previous;      // SHA-256 of the last accepted TPMS_ATTEST; none before the first
    std::uint64_t sequence = 0;          // rises with every accepted report
    UnixMillis time;                     // the agent's clock: a claim
    friend bool operator==(const Statement&, const Statement&) = default;
};

inline constexpr std::string_view statement_format = "assay/statement/1";

std::string encode_statement(const Statement& statement);  // canonical
// Refuses unknown fields, a kind that stands twice, a missing inventory, another order, and what is not canonical.
Result<Statement> decode_statement(std::string_view text);
const DocumentRef* find_document(const Statement& statement, DocumentKind kind);

}  // namespace assay
