#pragma once
// A kept-alive connection of the bench: challenge, report, challenge, report ... without waiting in any call, so that
// one thread drives many. It understands just enough HTTP for the collector's answers (Content-Length, no surprises);
// anything else is an error of the run.

#include "net/descriptor.hpp"
#include "net/dial.hpp"
#include "net/tls_stream.hpp"
#include "tests/bench/load_device.hpp"

#include <chrono>
#include <string>

namespace assay::bench {

// Where to, and whom to trust there; outlives its connections.
struct Target {
    net::Url url;
    net::SslCtxPtr context;
    std::vector<net::SocketAddress> addresses;
};
Target make_target(const std::string& url, const std::string& ca_pem);  // throws std::runtime_error

// HTTP bytes of one report, as they stand inside TLS, and its body alone.
struct ReportBytes {
    std::size_t report_body = 0;
    std::size_t requests = 0;  // both requests, heads and bodies
    std::size_t answers = 0;   // both answers
};

class LoadConnection {
  public:
    // Connects and shakes hands, blocking. Throws std::runtime_error.
    LoadConnection(const Target& target, LoadDevice& device);

    int descriptor() const { return socket_.get(); }
    void begin();  // sends a challenge request
    // Takes what came. True: a report was accepted just now, and nothing was begun anew. Throws std::runtime_error on
    // any answer but the expected one.
    bool advance();

    std::chrono::nanoseconds took() const { return took_; }  // the last report: from asking for its challenge
    const ReportBytes& bytes() const { return last_bytes_; }
    // What TCP carried since connecting, TLS included: sent and received.
    std::pair<std::uint64_t, std::uint64_t> wire_bytes() const;

  private:
    void send(const std::string& path, std::string_view body);
    bool answer_is_whole();

    const Target& target_;
    LoadDevice& device_;
    net::Descriptor socket_;
    net::TlsStream stream_;
    TlsExporter exporter_{};
    bool reporting_ = false;  // the answer awaited is the report's, not the challenge's
    std::string received_;
    std::size_t body_at_ = 0;  // of the answer in received_, when whole
    std::chrono::steady_clock::time_point began_;
    std::chrono::nanoseconds took_{};
    ReportBytes bytes_;
    ReportBytes last_bytes_;
};

}  // namespace assay::bench
