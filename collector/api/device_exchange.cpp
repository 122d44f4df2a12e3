#include "collector/api/device_exchange.hpp"

namespace assay::api {
namespace {

std::unexpected<RejectedAttempt> reject(Reason reason, Errc code, std::string where, std::string what) {
    return std::unexpected(RejectedAttempt{reason, code, std::move(where), std::move(what)});
}

}  // namespace

void ReportExchange::issue(const DeviceId& device, const IssuedChallenge& challenge) {
    state_ = State::challenged;
    spent_ = false;
    device_ = device;
    challenge_ = challenge;
    asked_values_ = false;
    uploads_ = AskedDocuments();
}

std::expected<ReportExchange::Turn, RejectedAttempt> ReportExchange::receive(ByteView body, UnixMillis now) {
    switch (state_) {
        case State::idle:
            if (spent_) return reject(Reason::nonce_used, Errc::gone, "nonce", "was used; ask for a new challenge");
            return reject(Reason::no_challenge, Errc::conflict, "nonce", "none was asked for on this connection");
        case State::challenged: return Turn{device_, challenge_, now, !asked_values_, true};
        case State::awaiting_documents:
            if (sha256(body) == body_) return Turn{device_, challenge_, received_, false, false};
            finish();
            return reject(
                Reason::nonce_used, Errc::gone, "nonce", "was used by another report than this, which lacked documents"
            );
    }
    return reject(Reason::no_challenge, Errc::conflict, "nonce", "none was asked for on this connection");
}

void ReportExchange::asked_values() {
    asked_values_ = true;
}

void ReportExchange::asked_documents(ByteView body, std::vector<DocumentRef> lacking, UnixMillis now) {
    state_ = State::awaiting_documents;
    body_ = sha256(body);
    received_ = now;
    asked_at_ = now;
    uploads_ = AskedDocuments(std::move(lacking));
}

std::expected<std::uint64_t, RejectedAttempt> ReportExchange::admit(const Sha256& name, UnixMillis now) {
    if (state_ == State::awaiting_documents && now - asked_at_ > documents_lifetime) finish();
    auto size = uploads_.admit(name);
    if (!size) finish();
    return size;
}

std::expected<void, RejectedAttempt> ReportExchange::put(const Sha256& name, Bytes bytes) {
    auto kept = uploads_.put(name, std::move(bytes));
    if (!kept) finish();
    return kept;
}

void ReportExchange::finish() {
    if (state_ != State::idle) spent_ = true;
    state_ = State::idle;
    uploads_ = AskedDocuments();
}

}  // namespace assay::api
