#include "net/listener.hpp"

#include "net/server_connection.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <fcntl.h>

#include <tuple>

namespace assay::net {
namespace {

using boost::asio::ip::tcp;

constexpr std::chrono::milliseconds pause_after_error{100};

// One spelling for each peer: an IPv4 address that came through an IPv6 socket is an IPv4 address.
Listener::Address plain(const Listener::Address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6());
    }
    return address;
}

// Asio leaves its sockets to the programs that this one may start.
void keep_from_children(int descriptor) {
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

std::string text_of(const Listener::Address& address, std::uint16_t port) {
    const std::string host = address.is_v6() ? "[" + address.to_string() + "]" : address.to_string();
    return host + ":" + std::to_string(port);
}

}  // namespace

Listener::Listener(std::shared_ptr<ServerShared> shared, const std::vector<std::shared_ptr<Loop>>& loops)
    : shared_(std::move(shared)),
      loops_(loops),
      acceptor_(loops.front()->context()),
      pause_(loops.front()->context()) {}

Result<void> Listener::open() {
    boost::system::error_code code;
    for (const std::string& text : shared_->config.proxies) {
        const Address address = boost::asio::ip::make_address(text, code);
        if (code) return fail(Errc::bad_value, "proxies", "\"" + text + "\" is no IP address");
        proxies_.insert(plain(address));
    }
    const Address address = boost::asio::ip::make_address(shared_->config.address, code);
    if (code) return fail(Errc::bad_value, "address", "\"" + shared_->config.address + "\" is no IP address");
    const tcp::endpoint endpoint(address, shared_->config.port);
    const auto failed = [this, &code](const char* what) {
        return fail(
            Errc::io_error, shared_->config.name,
            std::string("cannot ") + what + " " + shared_->config.address + " port " +
                std::to_string(shared_->config.port) + ": " + code.message()
        );
    };
    if (acceptor_.open(endpoint.protocol(), code)) return failed("open a socket for");
    keep_from_children(acceptor_.native_handle());
    if (acceptor_.set_option(tcp::acceptor::reuse_address(true), code)) return failed("set up");
    if (address.is_v6() && acceptor_.set_option(boost::asio::ip::v6_only(false), code)) return failed("set up");
    if (acceptor_.bind(endpoint, code)) return failed("bind to");
    if (acceptor_.listen(boost::asio::socket_base::max_listen_connections, code)) return failed("listen on");
    port_ = acceptor_.local_endpoint(code).port();
    return {};
}

void Listener::start() {
    take_next();
}

void Listener::close() {
    boost::system::error_code ignored;
    std::ignore = acceptor_.close(ignored);
    pause_.cancel();
}

void Listener::use(SslCtxPtr tls) {
    std::shared_ptr<SSL_CTX> shared(std::move(tls));
    const std::lock_guard lock(mutex_);
    tls_.swap(shared);
}

void Listener::take_next() {
    const std::shared_ptr<Loop>& loop = loops_[next_loop_++ % loops_.size()];
    acceptor_.async_accept(
        loop->context(),
        [self = shared_from_this(), loop](const boost::system::error_code& code, Socket socket) {
            self->taken(code, std::move(socket), loop);
        }
    );
}

void Listener::taken(const boost::system::error_code& code, Socket socket, const std::shared_ptr<Loop>& loop) {
    if (!acceptor_.is_open()) return;
    if (code == boost::asio::error::connection_aborted) return take_next();  // gone before it was taken
    if (code) return back_off(code);
    failing_ = false;
    shared_->counters.accepted.fetch_add(1);
    if (shared_->counters.open.load() >= shared_->config.limits.connections) {
        shared_->counters.rejected.fetch_add(1);
    } else {
        admit(std::move(socket), loop);
    }
    take_next();
}

void Listener::admit(Socket socket, const std::shared_ptr<Loop>& loop) {
    boost::system::error_code code;
    const tcp::endpoint peer = socket.remote_endpoint(code);
    if (code) return;  // gone already
    keep_from_children(socket.native_handle());
    if (socket.non_blocking(true, code)) return;
    std::ignore = socket.set_option(tcp::no_delay(true), code);
    const Address address = plain(peer.address());
    std::shared_ptr<SSL_CTX> tls;
    {
        const std::lock_guard lock(mutex_);
        tls = tls_;
    }
    auto connection = std::make_shared<ServerConnection>(loop, std::move(socket), text_of(address, peer.port()));
    shared_->counters.open.fetch_add(1);
    const bool posted = loop->post([loop, connection, tls, behind_proxy = proxies_.contains(address)] {
        loop->add(connection);
        if (loop->finishing()) return connection->close();
        connection->start(tls.get(), behind_proxy);
    });
    if (!posted) shared_->counters.open.fetch_sub(1);
}

// Most often no descriptors are left: trying again at once would only spin.
void Listener::back_off(const boost::system::error_code& code) {
    shared_->counters.accept_errors.fetch_add(1);
    if (!failing_) {
        shared_->log.warning("accept_failed", {{"listener", shared_->config.name}, {"what", code.message()}});
    }
    failing_ = true;
    pause_.expires_after(pause_after_error);
    pause_.async_wait([self = shared_from_this()](const boost::system::error_code& stopped) {
        if (!stopped) self->take_next();
    });
}

}  // namespace assay::net
