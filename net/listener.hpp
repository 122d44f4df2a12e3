#pragma once
// The listening socket of a server: takes connections, deals them out to the loops in turn, refuses those over the
// limit. Runs on the first loop.

#include "net/loop.hpp"
#include "net/tls_context.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <mutex>
#include <set>
#include <vector>

namespace assay::net {

class Listener : public std::enable_shared_from_this<Listener> {
  public:
    using Address = boost::asio::ip::address;
    using Socket = boost::asio::ip::tcp::socket;

    // The loops outlive the listener.
    Listener(std::shared_ptr<ServerShared> shared, const std::vector<std::shared_ptr<Loop>>& loops);

    Result<void> open();  // bad_value: an address is none; io_error: the system refuses it
    void start();
    void close();  // on the first loop's thread
    std::uint16_t port() const { return port_; }
    void use(SslCtxPtr tls);  // for connections taken from now on; from any thread

  private:
    void take_next();
    void taken(const boost::system::error_code& code, Socket socket, const std::shared_ptr<Loop>& loop);
    void admit(Socket socket, const std::shared_ptr<Loop>& loop);
    void back_off(const boost::system::error_code& code);

    std::shared_ptr<ServerShared> shared_;
    const std::vector<std::shared_ptr<Loop>>& loops_;
    boost::asio::ip::tcp::acceptor acceptor_;
    boost::asio::steady_timer pause_;
    std::set<Address> proxies_;
    std::uint16_t port_ = 0;
    std::size_t next_loop_ = 0;
    bool failing_ = false;
    std::mutex mutex_;
    std::shared_ptr<SSL_CTX> tls_;  // under mutex_
};

}  // namespace assay::net
