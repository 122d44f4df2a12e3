#include "tests/support/tls_peer.hpp"

#include "net/dial.hpp"

#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <charconv>
#include <stdexcept>

namespace assay::test {

using net::TlsIo;
using net::TlsStatus;

TlsPeer::TlsPeer(std::uint16_t port) {
    net::Resolver resolver;
    const auto addresses = resolver.resolve({.host = "127.0.0.1", .is_address = true, .port = port}, patience);
    if (!addresses) throw std::runtime_error(addresses.error().what);
    auto socket = net::dial(*addresses, patience);
    if (!socket) throw std::runtime_error(socket.error().what);
    socket_ = *std::move(socket);
}

TlsPeer::TlsPeer(std::uint16_t port, const std::string& ca_pem) : TlsPeer(port) {
    context_ = *net::make_client_context({.ca_pem = ca_pem});
    stream_ = net::TlsStream::client(context_.get(), number(), "localhost", system_now(), nullptr);
    TlsStatus status = stream_->handshake();
    while (status == TlsStatus::want_read) {
        net::wait_for(number(), POLLIN, std::chrono::steady_clock::now() + patience);
        status = stream_->handshake();
    }
    if (status != TlsStatus::done) throw std::runtime_error("handshake: " + stream_->error());
}

bool TlsPeer::try_send(std::string_view bytes) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!bytes.empty()) {
        if (stream_) {
            const TlsIo io = stream_->write(as_bytes(bytes));
            if (io.status == TlsStatus::closed || io.status == TlsStatus::failed) return false;
            bytes.remove_prefix(io.status == TlsStatus::done ? io.bytes : 0);
        } else {
            const ssize_t sent = ::send(number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0 && errno != EAGAIN) return false;
            bytes.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
        }
        if (!bytes.empty() && !net::wait_for(number(), POLLOUT, until)) return false;
    }
    return true;
}

void TlsPeer::send(std::string_view bytes) {
    if (!try_send(bytes)) throw std::runtime_error("the other end has closed");
}

bool TlsPeer::read_more(std::string& into) {
    std::array<std::uint8_t, 4096> buffer;
    const auto until = std::chrono::steady_clock::now() + patience;
    while (true) {
        if (stream_) {
            const TlsIo io = stream_->read(buffer);
            if (io.status == TlsStatus::closed || io.status == TlsStatus::failed) return false;
            if (io.status == TlsStatus::done) {
                into += as_text(ByteView(buffer).first(io.bytes));
                return true;
            }
        } else {
            const ssize_t got = ::recv(number(), buffer.data(), buffer.size(), 0);
            if (got == 0 || (got < 0 && errno != EAGAIN)) return false;
            if (got > 0) {
                into += as_text(ByteView(buffer).first(static_cast<std::size_t>(got)));
                return true;
            }
        }
        if (!net::wait_for(number(), POLLIN, until)) throw std::runtime_error("nothing came, and no end");
    }
}

std::string TlsPeer::read_until(std::string_view end) {
    std::string text;
    while (text.find(end) == std::string::npos && read_more(text)) {
    }
    return text;
}

std::string TlsPeer::read_all() {
    std::string text;
    while (read_more(text)) {
    }
    return text;
}

std::string TlsPeer::ask(std::string_view request) {
    send(request);
    constexpr std::string_view field = "\r\ncontent-length: ";
    std::string text = read_until("\r\n\r\n");
    const std::size_t head = text.find("\r\n\r\n");
    std::string lower = text.substr(0, head);
    for (char& c : lower) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    std::size_t length = 0;
    if (const std::size_t at = lower.find(field); at != std::string::npos) {
        const char* const digits = lower.data() + at + field.size();
        std::from_chars(digits, lower.data() + lower.size(), length);
    }
    while (head != std::string::npos && text.size() < head + 4 + length && read_more(text)) {
    }
    return text;
}

std::string post_text(std::string_view path, std::string_view body) {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: c\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string(body);
}

unsigned status_of_answer(std::string_view answer) {
    if (!answer.starts_with("HTTP/1.1 ") || answer.size() < 12) return 0;
    return static_cast<unsigned>((answer[9] - '0') * 100 + (answer[10] - '0') * 10 + (answer[11] - '0'));
}

std::string body_of_answer(std::string_view answer) {
    const std::size_t head = answer.find("\r\n\r\n");
    return head == std::string_view::npos ? "" : std::string(answer.substr(head + 4));
}

}  // namespace assay::test
