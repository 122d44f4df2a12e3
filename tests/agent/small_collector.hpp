#pragma once
// A collector for tests of the agent: real TLS, the protocol, the verifier's own checks, and one process's memory as
// its store. It admits every EK, asks for every document it never got, and can be told to refuse.

#include "base/log.hpp"
#include "certs/ek_chain.hpp"
#include "collector/verifier/appraisal.hpp"
#include "net/server.hpp"
#include "tests/support/test_ca.hpp"

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace assay::test {

struct SmallDevice {
    Bytes ak_public;
    std::uint64_t generation = 1;
    std::vector<KnownDocument> known;
    std::map<Sha256, Bytes> documents;
    std::vector<std::pair<Bytes, PcrValues>> pcrs;  // by pcrDigest
    DeviceHistory history;
    std::vector<Statement> statements;  // accepted, in order
    std::vector<Appraisal> appraisals;
    std::vector<Bytes> ima_tails;           // of the accepted
    std::vector<std::size_t> report_bytes;  // of every POST /v1/reports that was accepted
};

class SmallCollector : public net::Service {
  public:
    explicit SmallCollector(std::uint64_t next_report_s = 3600);
    ~SmallCollector() override;

    std::string url() const;
    const TestCa& ca() const { return ca_; }

    // The next request whose path begins with `path` gets this answer instead of its own. Kept in order.
    void interject(const std::string& path, net::Response response);
    void refuse_next(const std::string& path, unsigned status, const std::string& reason);
    // Runs when a challenge has been given: what happens to the device while it prepares its report.
    void on_challenge(std::function<void()> happening);
    void set_selection(const PcrSelection& selection);
    void stop();
    void start();  // again, on the same port
    void forget_devices();

    std::map<DeviceId, SmallDevice> devices() const;  // a copy
    std::vector<std::string> requests() const;        // "POST /v1/challenge", in order
    EnrolmentRequest last_enrolment() const;
    std::uint64_t connections() const;
    std::uint64_t resumed() const;

    std::unique_ptr<net::Session> connected(const net::ConnectionInfo& info) override;

  private:
    struct Connection;
    TestCa ca_;
    Leaf leaf_;
    TrustAnchors anchors_;
    Log log_;
    std::uint16_t port_ = 0;
    std::uint64_t next_report_s_;
    mutable std::mutex mutex_;
    std::deque<std::pair<std::string, net::Response>> interjections_;
    std::function<void()> on_challenge_;
    PcrSelection selection_;
    std::map<DeviceId, SmallDevice> devices_;
    std::vector<std::string> requests_;
    std::optional<EnrolmentRequest> last_enrolment_;
    std::uint64_t connections_ = 0;
    std::uint64_t resumed_ = 0;
    std::optional<net::Server> server_;
};

}  // namespace assay::test
