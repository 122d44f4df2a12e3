#pragma once
// One connection of the server: PROXY header, handshake, then request after request, as a state machine that goes on
// until it would block. All on its loop's thread, but for deliver().

#include "net/loop.hpp"
#include "net/message_head.hpp"
#include "net/tls_stream.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <memory>
#include <optional>
#include <string>

namespace assay::net {

class ServerConnection : public std::enable_shared_from_this<ServerConnection> {
  public:
    using Socket = boost::asio::ip::tcp::socket;
    using Time = Loop::Time;

    // The socket is non-blocking and of the loop's context.
    ServerConnection(std::shared_ptr<Loop> loop, Socket socket, std::string peer);

    void start(SSL_CTX* tls, bool behind_proxy);
    bool is_late(Time now);
    void time_out();
    void close_if_idle();
    void close();

    // From any thread: the answer to the pending request; nullopt: there will be none.
    static void deliver(std::shared_ptr<ServerConnection> self, std::optional<Response> response);

  private:
    enum class State { proxy, handshake, idle, head, interim, body, handling, answer, linger, closed };
    enum class Step { again, wait_read, wait_write, wait_answer };

    void run();  // steps until one has to wait
    Step step();
    Step read_proxy_header();
    Step shake_hands();
    Step fail_handshake(const std::string& why, bool alerted);
    Step read_head();
    Step take_head(std::size_t head_bytes);
    Step write_interim();
    Step read_body();
    Step hand_over();
    Step write_answer();
    Step drain();

    Step receive();  // more into received_
    Step refuse(Response response);
    void prepare_answer(Response response);
    Step start_linger();
    void enter(State state);
    void wait(Socket::wait_type what);
    void woke(const boost::system::error_code& code);
    void take_answer(std::optional<Response> response);

    const ServerLimits& limits() const { return loop_->shared().config.limits; }
    ServerCounters& counters() { return loop_->shared().counters; }

    std::shared_ptr<Loop> loop_;
    Socket socket_;
    std::optional<TlsStream> stream_;
    ConnectionInfo info_;
    std::unique_ptr<Session> session_;
    State state_ = State::handshake;
    Time since_ = Time::clock::now();  // the state was entered, or its rate was last checked
    std::size_t progress_at_check_ = 0;
    std::size_t progress_ = 0;  // body bytes read, or answer bytes taken, in this state
    std::uint64_t requests_ = 0;

    Bytes received_;             // not yet understood; empty and without memory while idle
    std::size_t looked_at_ = 0;  // of it, for the end of a head
    RequestHead request_;
    std::string answer_;
    bool close_after_ = false;
    bool head_only_ = false;  // the answer to a HEAD
    bool readable_ = false;   // the socket said so, and nothing was read since

    bool pending_ = false;     // a Responder is out
    bool in_handler_ = false;  // on this thread, now
    bool answered_in_handler_ = false;
};

}  // namespace assay::net
