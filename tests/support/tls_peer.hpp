#pragma once
// A client that sends bytes of the test's own choice, over TLS or plain TCP, when and as slowly as it likes. Reads and
// writes block, until `patience` at most; what goes wrong is thrown as std::runtime_error.

#include "net/descriptor.hpp"
#include "net/tls_stream.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace assay::test {

class TlsPeer {
  public:
    static constexpr std::chrono::seconds patience{20};  // long enough that only a hang reaches it

    // Plain TCP to a port of this machine.
    explicit TlsPeer(std::uint16_t port);
    // The same with TLS on top; `ca_pem` is trusted.
    TlsPeer(std::uint16_t port, const std::string& ca_pem);

    void send(std::string_view bytes);
    // False: the other end has closed.
    bool try_send(std::string_view bytes);
    std::string read_until(std::string_view end);  // or until closed
    std::string read_all();                        // until closed
    // The whole answer to one request; its end is found by its Content-Length.
    std::string ask(std::string_view request);
    int number() const { return socket_.get(); }
    std::array<std::uint8_t, 32> exporter() { return stream_->exporter(); }

  private:
    bool read_more(std::string& into);
    net::Descriptor socket_;
    net::SslCtxPtr context_;
    std::optional<net::TlsStream> stream_;
};

std::string post_text(std::string_view path, std::string_view body);  // a whole POST as it goes over the wire
unsigned status_of_answer(std::string_view answer);                   // 0: it is none
std::string body_of_answer(std::string_view answer);

}  // namespace assay::test
