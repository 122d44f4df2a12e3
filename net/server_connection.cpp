#include "net/server_connection.hpp"

#include "net/proxy_header.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

namespace assay::net {
namespace {

// The Responder of one request: called once, or dropped.
class Answer {
  public:
    explicit Answer(std::shared_ptr<ServerConnection> connection) : connection_(std::move(connection)) {}
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

void free_memory(Bytes& bytes) {
    Bytes().swap(bytes);
}

}  // namespace

ServerConnection::ServerConnection(std::shared_ptr<Loop> loop, Socket socket, std::string peer)
    : loop_(std::move(loop)), socket_(std::move(socket)) {
    info_.id = loop_->shared().last_connection_id.fetch_add(1) + 1;
    info_.peer = std::move(peer);
}

void ServerConnection::start(SSL_CTX* tls, bool behind_proxy) {
    stream_ = TlsStream::server(tls, socket_.native_handle());
    enter(behind_proxy ? State::proxy : State::handshake);
    run();
}

void ServerConnection::enter(State state) {
    // One deadline covers the PROXY header and the handshake; receiving an interim answer is part of the body's time.
    if (!(state_ == State::proxy && state == State::handshake)) since_ = Time::clock::now();
    state_ = state;
    progress_ = 0;
    progress_at_check_ = 0;
}

bool ServerConnection::is_late(Time now) {
    const auto passed = now - since_;
    const auto too_slow = [this, now, passed] {
        if (passed <= limits().grace) return false;
        const std::chrono::duration<double> seconds = passed;
        const auto wanted = static_cast<std::size_t>(seconds.count() * static_cast<double>(limits().rate));
        const bool slow = progress_ - progress_at_check_ < wanted;
        progress_at_check_ = progress_;
        since_ = now;
        return slow;
    };
    switch (state_) {
        case State::proxy:
        case State::handshake: return passed > limits().handshake;
        case State::idle: return passed > limits().idle;
        case State::head: return passed > limits().header;
        case State::interim:
        case State::body:
        case State::answer: return too_slow();
        case State::linger: return passed > limits().linger;
        case State::handling:
        case State::closed: return false;
    }
    return false;
}

void ServerConnection::time_out() {
    if (state_ == State::idle) {
        counters().idle_closed.fetch_add(1);
    } else if (state_ != State::linger) {
        counters().timeouts.fetch_add(1);
    }
    close();
}

void ServerConnection::close_if_idle() {
    const bool unstarted = state_ == State::proxy || state_ == State::handshake || state_ == State::idle;
    if (unstarted || state_ == State::linger) close();
}

void ServerConnection::close() {
    if (state_ == State::closed) return;
    const auto self = shared_from_this();
    if (stream_ && state_ != State::proxy && state_ != State::handshake) stream_->close();
    state_ = State::closed;
    boost::system::error_code ignored;
    socket_.close(ignored);
    stream_.reset();
    free_memory(received_);
    answer_ = {};
    request_ = {};
    if (!pending_) session_.reset();
    loop_->remove(*this);
}

void ServerConnection::run() {
    try {
        while (state_ != State::closed) {
            switch (step()) {
                case Step::again: break;
                case Step::wait_read: return wait(Socket::wait_read);
                case Step::wait_write: return wait(Socket::wait_write);
                case Step::wait_answer: return;
            }
        }
    } catch (const std::exception& problem) {
        loop_->shared().log.error(
            "connection_failed",
            {{"listener", loop_->shared().config.name}, {"peer", info_.peer}, {"what", problem.what()}}
        );
        close();
    }
}

ServerConnection::Step ServerConnection::step() {
    switch (state_) {
        case State::proxy: return read_proxy_header();
        case State::handshake: return shake_hands();
        case State::idle:
        case State::head: return read_head();
        case State::interim: return write_interim();
        case State::body: return read_body();
        case State::handling: return hand_over();
        case State::answer: return write_answer();
        case State::linger: return drain();
        case State::closed: break;
    }
    return Step::again;
}

void ServerConnection::wait(Socket::wait_type what) {
    socket_.async_wait(what, [self = shared_from_this()](const boost::system::error_code& code) { self->woke(code); });
}

void ServerConnection::woke(const boost::system::error_code& code) {
    if (state_ == State::closed) return;
    if (code) return close();
    readable_ = true;
    run();
}

// Byte by byte exact: what follows the header is TLS and must stay in the socket.
ServerConnection::Step ServerConnection::read_proxy_header() {
    std::size_t wanted = proxy_prefix_bytes;
    if (received_.size() >= proxy_prefix_bytes) {
        const auto size = proxy_header_size(ByteView(received_).first(proxy_prefix_bytes));
        const auto header = size && *size == received_.size() ? decode_proxy_header(received_) : Result<ProxyHeader>();
        if (!size || !header) {
            counters().tls_failures.fetch_add(1);
            close();
            return Step::again;
        }
        wanted = *size;
        if (received_.size() == wanted) {
            if (!header->source.empty()) info_.peer = header->source;
            free_memory(received_);
            enter(State::handshake);
            return Step::again;
        }
    }
    const std::size_t missing = wanted - received_.size();
    const ssize_t got = ::recv(socket_.native_handle(), loop_->scratch().data(), missing, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Step::wait_read;
    if (got <= 0) {
        counters().tls_failures.fetch_add(1);
        close();
        return Step::again;
    }
    const auto part = loop_->scratch().first(static_cast<std::size_t>(got));
    received_.insert(received_.end(), part.begin(), part.end());
    return Step::again;
}

ServerConnection::Step ServerConnection::shake_hands() {
    switch (stream_->handshake()) {
        case TlsStatus::want_read: return Step::wait_read;
        case TlsStatus::want_write: return Step::wait_write;
        case TlsStatus::failed:  // the alert was sent: let it be read
            counters().tls_failures.fetch_add(1);
            return start_linger();
        case TlsStatus::closed:
            counters().tls_failures.fetch_add(1);
            close();
            return Step::again;
        case TlsStatus::done: break;
    }
    counters().handshakes.fetch_add(1);
    info_.exporter = stream_->exporter();
    info_.resumed = stream_->resumed();
    if (info_.resumed) counters().resumed.fetch_add(1);
    if (X509* certificate = stream_->peer_certificate(); certificate != nullptr) {
        // A resumed handshake does not look at the client's certificate again.
        info_.client_certificate =
            valid_at(certificate, loop_->shared().config.clock()) ? der_of(certificate) : Bytes();
    }
    const bool lacks_certificate = !loop_->shared().config.client_ca.empty() && info_.client_certificate.empty();
    if (!lacks_certificate) session_ = loop_->shared().service.connected(info_);
    if (!session_) {
        counters().rejected.fetch_add(1);
        return start_linger();
    }
    enter(State::idle);
    return Step::again;
}

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
        free_memory(received_);
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
    if (!bare) answer_ += response.body;
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

// Closing with unread bytes in the socket would send a reset, which takes the answer away from the peer.
ServerConnection::Step ServerConnection::start_linger() {
    stream_->close();
    boost::system::error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
    free_memory(received_);
    enter(State::linger);
    return Step::again;
}

ServerConnection::Step ServerConnection::drain() {
    const ssize_t got = ::recv(socket_.native_handle(), loop_->scratch().data(), loop_->scratch().size(), 0);
    if (got > 0) return Step::again;
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Step::wait_read;
    close();
    return Step::again;
}

}  // namespace assay::net
