#include "collector/verifier/documents.hpp"

#include <algorithm>

namespace assay {
namespace {

std::unexpected<RejectedAttempt> reject(Reason reason, Errc code, const Sha256& name, std::string what) {
    return std::unexpected(RejectedAttempt{reason, code, "documents/" + to_hex(name), std::move(what)});
}

}  // namespace

std::vector<DocumentRef> documents_lacking(const Statement& statement, std::span<const KnownDocument> known) {
    std::vector<DocumentRef> out;
    for (const DocumentRef& ref : statement.documents) {
        if (std::ranges::find(known, ref, &KnownDocument::ref) == known.end()) out.push_back(ref);
    }
    return out;
}

AskedDocuments::AskedDocuments(std::vector<DocumentRef> lacking) : asked_(std::move(lacking)) {}

std::expected<std::uint64_t, RejectedAttempt> AskedDocuments::admit(const Sha256& name) const {
    const auto asked = std::ranges::find(asked_, name, &DocumentRef::sha256);
    if (asked == asked_.end()) {
        return reject(Reason::document_not_asked, Errc::denied, name, "was not asked for on this connection");
    }
    if (given_.contains(name)) {
        return reject(Reason::document_not_asked, Errc::denied, name, "was given already");
    }
    return asked->size;
}

std::expected<void, RejectedAttempt> AskedDocuments::put(const Sha256& name, Bytes bytes) {
    const auto size = admit(name);
    if (!size) return std::unexpected(size.error());
    if (bytes.size() != *size) {
        return reject(
            Reason::document_size_mismatch, Errc::mismatch, name,
            "has " + std::to_string(bytes.size()) + " bytes, the statement says " + std::to_string(*size)
        );
    }
    if (sha256(bytes) != name) {
        return reject(Reason::document_hash_mismatch, Errc::mismatch, name, "its bytes do not hash to its name");
    }
    given_.emplace(name, std::move(bytes));
    return {};
}

bool AskedDocuments::complete() const {
    return std::ranges::all_of(asked_, [this](const DocumentRef& ref) { return given_.contains(ref.sha256); });
}

}  // namespace assay
