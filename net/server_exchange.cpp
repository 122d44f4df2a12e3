// A ServerConnection's requests: read, admitted, handed over, answered. What is around them is server_connection.cpp's.
#include "net/server_connection.hpp"

#include <stdexcept>

namespace assay::net {
namespace {

// The Responder of one request: called once, or dropped.
class Answer {
  public:
    explicit Answer(std::shared_ptr<ServerConnection> connection) : connection_(std::move(connection)) {}
    Answer(const Answer&) = delete;
    Answer& operator=(const Answer&) = delete;
    Answer(Answer&&) noexcept = default;
    Answer& operator=(Answer&&) = delete;
    ~Answer() {
        if (connection_) ServerConnection::deliver(std::move(connection_), std::nullopt);
    }
    void operator()(Response response) {
        if (connection_) ServerConnection::deliver(std::move(connection_), std::move(response));
    }

  private:
    std::shared_ptr<ServerConnection> connection_;
};

Response refusal(unsigned status, Errc code, std::string where, std::string what) {
    Response response = error_response(status, {code, std::move(where), std::move(what)});
    response.close_after = true;
    return response;
}

}  // namespace

ServerConnection::Step ServerConnection::receive() {
    readable_ = false;
    const TlsIo io = stream_->read(loop_->scratch());
    switch (io.status) {
        case TlsStatus::done: {
            const auto part = loop_->scratch().first(io.bytes);
            received_.insert(received_.end(), part.begin(), part.end());
            return Step::again;
        }
        case TlsStatus::want_read: return Step::wait_read;
        case TlsStatus::want_write: return Step::wait_write;
        case TlsStatus::closed:
        case TlsStatus::failed: close(); break;
    }
    return Step::again;
}

ServerConnection::Step ServerConnection::read_head() {
    if (const std::size_t size = head_size(received_, looked_at_); size != 0) return take_head(size);
    looked_at_ = received_.size();
    if (received_.size() > limits().header_bytes) return take_head(received_.size());
    if (state_ == State::idle && loop_->finishing()) {
        close();
        return Step::again;
    }
    if (received_.empty()) {
        received_ = {};
        if (!readable_ && !stream_->has_buffered()) return Step::wait_read;
    } else if (state_ == State::idle) {
        enter(State::head);
    }
    return receive();
}

ServerConnection::Step ServerConnection::take_head(std::size_t head_bytes) {
    looked_at_ = 0;
    if (head_bytes > limits().header_bytes) {
        return refuse(refusal(431, Errc::limit_exceeded, "request", "its header is too large"));
    }
    head_only_ = false;
    auto head = parse_request_head(ByteView(received_).first(head_bytes), limits().header_fields);
    received_.erase(received_.begin(), received_.begin() + static_cast<std::ptrdiff_t>(head_bytes));
    if (!head) return refuse(std::move(head).error());
    request_ = *std::move(head);
    head_only_ = request_.request.method == Method::head;
    close_after_ = !request_.keep_alive || ++requests_ >= limits().requests_per_connection;
    auto allowed = session_->admit(request_.request);
    if (!allowed) {
        allowed.error().close_after |= request_.content_length > 0;
        prepare_answer(std::move(allowed).error());
        return Step::again;
    }
    if (request_.content_length > *allowed) {
        return refuse(refusal(
            413, Errc::limit_exceeded, "body",
            std::to_string(request_.content_length) + " bytes announced, at most " + std::to_string(*allowed) + " taken"
        ));
    }
    if (request_.expects_continue && request_.content_length > received_.size()) {
        answer_ = "HTTP/1.1 100 Continue\r\n\r\n";
        enter(State::interim);
    } else {
        enter(State::body);
    }
    return Step::again;
}

ServerConnection::Step ServerConnection::write_interim() {
    while (!answer_.empty()) {
        const TlsIo io = stream_->write(as_bytes(answer_));
        switch (io.status) {
            case TlsStatus::done: answer_.erase(0, io.bytes); break;
            case TlsStatus::want_read: return Step::wait_read;
            case TlsStatus::want_write: return Step::wait_write;
            case TlsStatus::closed:
            case TlsStatus::failed: close(); return Step::again;
        }
    }
    enter(State::body);
    return Step::again;
}

ServerConnection::Step ServerConnection::read_body() {
    progress_ = received_.size();
    if (received_.size() < request_.content_length) return receive();
    const auto end = received_.begin() + static_cast<std::ptrdiff_t>(request_.content_length);
    Bytes rest(end, received_.end());
    received_.erase(end, received_.end());
    request_.request.body = std::exchange(received_, std::move(rest));
    enter(State::handling);
    return Step::again;
}

ServerConnection::Step ServerConnection::hand_over() {
    counters().requests.fetch_add(1);
    pending_ = true;
    in_handler_ = true;
    answered_in_handler_ = false;
    try {
        session_->handle(std::exchange(request_, {}).request, Answer(shared_from_this()));
    } catch (const std::exception& problem) {  // the responder was dropped on the way, or answers later
        loop_->shared().log.error(
            "handler_failed",
            {{"listener", loop_->shared().config.name}, {"peer", info_.peer}, {"what", problem.what()}}
        );
    }
    in_handler_ = false;
    return answered_in_handler_ ? Step::again : Step::wait_answer;
}

void ServerConnection::deliver(std::shared_ptr<ServerConnection> self, std::optional<Response> response) {
    if (self->loop_->owns_this_thread() && self->in_handler_) return self->take_answer(std::move(response));
    Loop& loop = *self->loop_;
    loop.post([self = std::move(self), answer = std::move(response)]() mutable {
        self->take_answer(std::move(answer));
        if (self->state_ != State::closed) self->run();
    });
}

void ServerConnection::take_answer(std::optional<Response> response) {
    pending_ = false;
    answered_in_handler_ = in_handler_;
    if (!response) counters().dropped_answers.fetch_add(1);
    if (state_ == State::closed) {
        session_.reset();
        return;
    }
    if (response) return prepare_answer(*std::move(response));
    prepare_answer(refusal(500, Errc::io_error, "", "the request could not be answered"));
}

ServerConnection::Step ServerConnection::refuse(Response response) {
    counters().bad_requests.fetch_add(1);
    prepare_answer(std::move(response));
    return Step::again;
}

void ServerConnection::prepare_answer(Response response) {
    response.close_after |= close_after_ || loop_->finishing();
    std::string head;
    try {
        head = write_response_head(response, loop_->date());
    } catch (const std::invalid_argument& problem) {
        loop_->shared().log.error(
            "answer_failed", {{"listener", loop_->shared().config.name}, {"what", problem.what()}}
        );
        response = refusal(500, Errc::io_error, "", "the request could not be answered");
        head = write_response_head(response, loop_->date());
    }
    close_after_ = response.close_after;
    const bool bare = head_only_ || response.status == 204 || response.status == 304;
    answer_ = std::move(head);
    if (!bare) {
        answer_.reserve(answer_.size() + response.body.size());
        answer_ += response.body;
    }
    enter(State::answer);
}

ServerConnection::Step ServerConnection::write_answer() {
    while (progress_ < answer_.size()) {
        const TlsIo io = stream_->write(as_bytes(answer_).subspan(progress_));
        switch (io.status) {
            case TlsStatus::done: progress_ += io.bytes; break;
            case TlsStatus::want_read: return Step::wait_read;
            case TlsStatus::want_write: return Step::wait_write;
            case TlsStatus::closed:
            case TlsStatus::failed: close(); return Step::again;
        }
    }
    answer_ = {};
    if (close_after_) return start_linger();
    enter(State::idle);
    return Step::again;
}

}  // namespace assay::net
