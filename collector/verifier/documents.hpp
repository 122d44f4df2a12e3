#pragma once
// Which documents a statement names that this device never gave, and whether uploaded bytes are what was asked for.
// Possession is per device: nobody learns or borrows another's document.

#include "collector/verifier/outcome.hpp"
#include "evidence/statement.hpp"

#include <expected>
#include <map>
#include <span>
#include <vector>

namespace assay {

// A document that this device gave with an accepted report, or gives with this one.
struct KnownDocument {
    DocumentRef ref;
    bool replayed = false;  // an inventory that was read from a tree given with --root
    friend bool operator==(const KnownDocument&, const KnownDocument&) = default;
};

// What is named and not known under the same kind, SHA-256 and size, in the statement's order.
std::vector<DocumentRef> documents_lacking(const Statement& statement, std::span<const KnownDocument> known);

// The uploads of one report: exactly the names and sizes that were asked for, each once. They persist with the
// accepted report only.
class AskedDocuments {
  public:
    AskedDocuments() = default;  // nothing was asked: every upload is refused
    explicit AskedDocuments(std::vector<DocumentRef> lacking);

    // The size that PUT /v1/documents/{sha256} may have, before its body is read; document_not_asked for a name that
    // was not asked for or was given already.
    [[nodiscard]] std::expected<std::uint64_t, RejectedAttempt> admit(const Sha256& name) const;
    // document_not_asked, document_size_mismatch, document_hash_mismatch: nothing is kept and the caller closes.
    [[nodiscard]] std::expected<void, RejectedAttempt> put(const Sha256& name, Bytes bytes);

    bool complete() const;  // everything that was asked for is here
    const std::map<Sha256, Bytes>& given() const { return given_; }

  private:
    std::vector<DocumentRef> asked_;
    std::map<Sha256, Bytes> given_;
};

}  // namespace assay
