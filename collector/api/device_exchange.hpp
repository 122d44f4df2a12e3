#pragma once
// Where a connection stands in a report: idle -> challenged -> awaiting_documents -> idle (DESIGN section 3). Pure: it
// knows the nonce that was issued, what was asked for, and what was uploaded; what a report says is the verifier's.
// The states confer nothing else. One report at a time: a new challenge, for whichever device, voids the one before and
// what was uploaded under it.

#include "collector/verifier/documents.hpp"
#include "collector/verifier/report.hpp"

#include <chrono>
#include <expected>
#include <optional>
#include <vector>

namespace assay::api {

// How long documents may take once they were asked for. The nonce's own minute bounds when the report itself came.
inline constexpr std::chrono::minutes documents_lifetime{15};

class ReportExchange {
  public:
    enum class State { idle, challenged, awaiting_documents };
    State state() const { return state_; }
    // Whose challenge is open; REQUIRES: not idle.
    const DeviceId& device() const { return device_; }

    void issue(const DeviceId& device, const IssuedChallenge& challenge);

    // How a report is to be judged that came now.
    struct Turn {
        DeviceId device;
        IssuedChallenge challenge;
        UnixMillis received;  // when these bytes first came: what the nonce's age is judged by
        bool may_ask_values = false;
        bool may_ask_documents = false;
    };
    // Rejected: no_challenge; nonce_used, also for a report that is not identical to the one that was answered with a
    // need for documents (the exchange is then over).
    [[nodiscard]] std::expected<Turn, RejectedAttempt> receive(ByteView body, UnixMillis now);

    // The answer was 409. REQUIRES: the Turn allowed it.
    void asked_values();
    void asked_documents(ByteView body, std::vector<DocumentRef> lacking, UnixMillis now);

    // Uploads: as AskedDocuments, and document_not_asked when they took too long. After a refusal the exchange is over.
    [[nodiscard]] std::expected<std::uint64_t, RejectedAttempt> admit(const Sha256& name, UnixMillis now);
    [[nodiscard]] std::expected<void, RejectedAttempt> put(const Sha256& name, Bytes bytes);
    const AskedDocuments& uploads() const { return uploads_; }

    // The report was judged, whatever came of it: the nonce is spent and the uploads are forgotten.
    void finish();

  private:
    State state_ = State::idle;
    bool spent_ = false;  // a nonce was issued on this connection and used
    DeviceId device_;
    IssuedChallenge challenge_;
    bool asked_values_ = false;
    Sha256 body_{};  // of the report that was answered with a need for documents
    UnixMillis received_;
    UnixMillis asked_at_;
    AskedDocuments uploads_;
};

}  // namespace assay::api
