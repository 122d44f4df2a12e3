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

enum class DocumentKind {
    inventory,
    placement,
    firmware_manifest,
    modules,
    event_log,  // the firmware's event log as the kernel gives it (evidence/boot/event_log.hpp)
    ima,        // a segment of the IMA measurement list as the kernel gives it (evidence/runtime/ima_list.hpp)
};
std::string_view name(DocumentKind kind);
std::optional<DocumentKind> document_kind_named(std::string_view word);

struct DocumentRef {
    DocumentKind kind = DocumentKind::inventory;
    Sha256 sha256{};
    std::uint64_t size = 0;  // bytes, 1 to limits::document_bytes
    friend auto operator<=>(const DocumentRef&, const DocumentRef&) = default;
};

// Which part of the IMA list this report speaks for: `count` entries from number `first` on, read before the quote.
// They are the document of kind `ima`, which is there when count is not 0. What came before them the collector has;
// what was measured between this reading and the quote is the report's ima_tail.
struct ImaSpan {
    std::string boot;  // the kernel's boot id: another one is another list, of a reboot or a kexec. A claim
    std::uint64_t first = 0;
    std::uint64_t count = 0;
    bool more = false;  // the list goes on, beyond what one document holds: not yet all of what PCR 10 says
    friend bool operator==(const ImaSpan&, const ImaSpan&) = default;
};

struct Statement {
    std::string agent_version;
    std::string root;  // the tree given with --root, or "" for the live machine
    std::string host;  // what the device calls itself: a hint, hostile text
    DeviceId device;
    std::vector<DocumentRef> documents;  // one of each kind, sorted by kind; the inventory is always there
    std::optional<ImaSpan> ima{};        // none where the kernel has no such list
    std::optional<Sha256> previous;      // SHA-256 of the last accepted TPMS_ATTEST; none before the first
    std::uint64_t sequence = 0;          // rises with every accepted report
    UnixMillis time;                     // the agent's clock: a claim
    friend bool operator==(const Statement&, const Statement&) = default;
};

inline constexpr std::string_view statement_format = "assay/statement/1";

std::string encode_statement(const Statement& statement);  // canonical
// Refuses unknown fields, a kind that stands twice, a missing inventory, another order, a segment of the IMA list
// without its span or the other way round, and what is not canonical.
Result<Statement> decode_statement(std::string_view text);
const DocumentRef* find_document(const Statement& statement, DocumentKind kind);

}  // namespace assay
