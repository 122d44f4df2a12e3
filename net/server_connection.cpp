#include "net/server_connection.hpp"

#include "net/proxy_header.hpp"

#include <sys/socket.h>

#include <cerrno>
#include <tuple>

namespace assay::net {
namespace {

// Steps that one connection takes before others have their turn: about ten requests that were all there already.
constexpr int steps_at_once = 64;

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
    std::ignore = socket_.close(ignored);
    stream_.reset();
    received_ = {};
    answer_ = {};
    request_ = {};
    if (!pending_) session_.reset();
    loop_->remove(*this);
}

void ServerConnection::run() {
    try {
        for (int steps = 0; state_ != State::closed && steps < steps_at_once; ++steps) {
            switch (step()) {
                case Step::again: break;
                case Step::wait_read: return wait(Socket::wait_read);
                case Step::wait_write: return wait(Socket::wait_write);
                case Step::wait_answer: return;
            }
        }
        if (state_ != State::closed) loop_->post([self = shared_from_this()] { self->run(); });
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
        if (!size) return fail_handshake(size.error().message(), false);
        if (!header) return fail_handshake(header.error().message(), false);
        wanted = *size;
        if (received_.size() == wanted) {
            if (!header->source.empty()) info_.peer = header->source;
            received_ = {};
            enter(State::handshake);
            return Step::again;
        }
    }
    const std::size_t missing = wanted - received_.size();
    const ssize_t got = ::recv(socket_.native_handle(), loop_->scratch().data(), missing, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Step::wait_read;
    if (got <= 0) return fail_handshake("closed by the peer", false);
    const auto part = loop_->scratch().first(static_cast<std::size_t>(got));
    received_.insert(received_.end(), part.begin(), part.end());
    return Step::again;
}

// With an alert, the peer is given time to read it.
ServerConnection::Step ServerConnection::fail_handshake(const std::string& why, bool alerted) {
    counters().tls_failures.fetch_add(1);
    loop_->shared().log.debug(
        "handshake_failed", {{"listener", loop_->shared().config.name}, {"peer", info_.peer}, {"what", why}}
    );
    if (alerted) return start_linger();
    close();
    return Step::again;
}

ServerConnection::Step ServerConnection::shake_hands() {
    switch (stream_->handshake()) {
        case TlsStatus::want_read: return Step::wait_read;
        case TlsStatus::want_write: return Step::wait_write;
        case TlsStatus::failed: return fail_handshake(stream_->error(), true);
        case TlsStatus::closed: return fail_handshake(stream_->error(), false);
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

// Closing with unread bytes in the socket would send a reset, which takes the answer away from the peer.
ServerConnection::Step ServerConnection::start_linger() {
    stream_->close();
    boost::system::error_code ignored;
    std::ignore = socket_.shutdown(Socket::shutdown_send, ignored);
    received_ = {};
    enter(State::linger);
    return Step::again;
}

ServerConnection::Step ServerConnection::drain() {
    const ssize_t got = ::recv(socket_.native_handle(), loop_->scratch().data(), loop_->scratch().size(), 0);
    if (got > 0) return Step::wait_read;  // there may be no end of it: others and the deadline have their turn
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Step::wait_read;
    close();
    return Step::again;
}

}  // namespace assay::net
