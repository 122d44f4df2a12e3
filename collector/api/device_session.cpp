#include "collector/api/device_session.hpp"

#include "collector/api/device_answer.hpp"
#include "evidence/limits.hpp"

namespace assay::api {
namespace {

// In the order in which routes() adds them.
enum class Route : std::size_t { challenge, report, document, enrol, prove };

std::unexpected<net::Response> not_asked(const RejectedAttempt& rejected) {
    return std::unexpected(refusal(rejected));
}

}  // namespace

net::RouteTable DeviceSession::routes() {
    net::RouteTable out;
    out.add(net::Method::post, "/v1/challenge");
    out.add(net::Method::post, "/v1/reports");
    out.add(net::Method::put, "/v1/documents/{sha256}");
    out.add(net::Method::post, "/v1/enrolments");
    out.add(net::Method::post, "/v1/enrolments/{id}/proof");
    return out;
}

DeviceSession::DeviceSession(DeviceShared& shared, const net::ConnectionInfo& info)
    : shared_(shared), peer_(info.peer), exporter_(info.exporter) {}

DeviceSession::~DeviceSession() {
    exchange_.finish();
    account_uploads();
}

std::expected<std::size_t, net::Response> DeviceSession::admit(const net::Request& head) {
    auto match = shared_.routes.find(head.method, head.path);
    if (!match) return std::unexpected(std::move(match).error());
    if (Route{match->route} != Route::document) return limits::message_bytes;

    const UnixMillis now = shared_.clock();
    const auto note = [this, now](const RejectedAttempt& rejected) {
        shared_.attempts.add(attempt_of(rejected, "document", peer_, std::nullopt, now));
        return not_asked(rejected);
    };
    const auto name = from_hex_array<32>(match->params.at("sha256"), "document");
    if (!name) return note({Reason::document_not_asked, Errc::denied, "document", "is not named by its SHA-256"});
    auto size = exchange_.admit(*name, now);
    account_uploads();
    if (!size) return note(size.error());
    if (!reserve_upload(*size)) return std::unexpected(busy());
    return *size;
}

void DeviceSession::handle(net::Request request, net::Responder responder) {
    auto match = shared_.routes.find(request.method, request.path);
    if (!match) return responder(std::move(match).error());
    switch (Route{match->route}) {
        case Route::challenge: return challenge(request, std::move(responder));
        case Route::report: return report(std::move(request), std::move(responder));
        case Route::document: {
            const auto name = from_hex_array<32>(match->params.at("sha256"), "document");
            return document(std::move(request), *name, std::move(responder));
        }
        case Route::enrol: return enrol(std::move(request), std::move(responder));
        case Route::prove: return prove(request, match->params.at("id"), std::move(responder));
    }
}

void DeviceSession::offload(net::Responder responder, std::move_only_function<void(net::Responder&)> work) {
    // Task and responder come back when the queue is full.
    auto held = std::make_shared<net::Responder>(std::move(responder));
    WorkQueue::Task task = [this, &log = shared_.log, held, work = std::move(work)]() mutable {
        try {
            work(*held);
        } catch (const std::exception& exception) {
            if (*held) return broke(std::move(*held), "work", std::current_exception());
            // The responder was dropped on the way: the connection is closed with a 500, and the session may be gone.
            log.error("request_failed", {{"step", "work"}, {"why", exception.what()}});
        }
    };
    if (!shared_.queue.post(task)) (*held)(busy());
}

void DeviceSession::note(const RejectedAttempt& rejected, std::string_view step) {
    std::optional<DeviceId> claimed;
    if (known_) claimed = known_->device.id;
    shared_.attempts.add(attempt_of(rejected, step, peer_, claimed, shared_.clock()));
    shared_.log.debug(
        "refused", {{"step", std::string(step)}, {"reason", std::string(word(rejected.reason))}, {"peer", peer_}}
    );
}

void DeviceSession::refuse(net::Responder responder, const RejectedAttempt& rejected, std::string_view step) {
    note(rejected, step);
    responder(refusal(rejected));
}

void DeviceSession::refuse_and_forget(
    net::Responder responder, const RejectedAttempt& rejected, std::string_view step
) {
    note(rejected, step);
    forget_device();
    responder(refusal(rejected));
}

void DeviceSession::broke(net::Responder responder, std::string_view step, const std::exception_ptr& error) {
    forget_device();
    try {
        std::rethrow_exception(error);
    } catch (const store::StoreBusy&) {
        if (responder) responder(busy());
    } catch (const std::exception& exception) {
        shared_.log.error("request_failed", {{"step", std::string(step)}, {"why", exception.what()}, {"peer", peer_}});
        Refusal out;
        out.code = std::string(word(Errc::io_error));
        out.reason = std::string(word(Reason::internal_error));
        out.what = "the collector could not do it; it has logged why";
        if (responder) responder(answer(500, encode_refusal(out)));
    }
}

void DeviceSession::account_uploads(std::size_t coming) {
    std::size_t now = coming;
    for (const auto& [name, bytes] : exchange_.uploads().given()) now += bytes.size();
    shared_.upload_bytes += now;
    shared_.upload_bytes -= uploads_;
    uploads_ = now;
}

// Before the body is read: what many connections announce together counts, not what has come of it.
bool DeviceSession::reserve_upload(std::size_t bytes) {
    account_uploads(bytes);
    if (shared_.upload_bytes <= shared_.config.upload_bytes) return true;
    account_uploads();
    return false;
}

void DeviceSession::load_known(const DeviceId& id) {
    answer_.clear();
    known_ = shared_.store.read([&id](store::Database& db) { return load_device(db, id); });
    if (known_ && known_->runtime && !known_->runtime->problem.empty()) {
        shared_.log.warning(
            "runtime_progress_unreadable",
            {{"device", id.text()}, {"why", known_->runtime->problem}, {"then", "the list is judged again"}}
        );
    }
}

void DeviceSession::forget_device() {
    exchange_.finish();
    account_uploads();
    known_.reset();
    answer_.clear();
}

}  // namespace assay::api
