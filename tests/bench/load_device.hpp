#pragma once
// A device of the bench: a SoftDevice up to its first accepted report, then the bytes of one steady-state report after
// the other at little cost, so that the collector and not this side is measured. One thread at a time.

#include "tests/support/soft_device.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace assay::bench {

class LoadDevice {
  public:
    // Keys are made here; `number` makes its parts' serial numbers differ from other devices'.
    LoadDevice(const test::EkAuthority& authority, std::size_t number);

    // Blocking, over one connection each. Throws std::runtime_error with the collector's refusal.
    void enrol(net::Connection& connection, const std::optional<std::string>& join_token);
    // The first report: the collector gets the PCR values and the three documents.
    void introduce(net::Connection& connection);

    // The bodies of a steady-state report: same hardware, same PCR values, nothing asked for again.
    const std::string& challenge_request() const { return challenge_request_; }
    std::string report(std::string_view challenge, const TlsExporter& exporter);
    // Whether the answer says that exactly the last report was accepted; the next one then follows it.
    bool take_answer(std::string_view answer);

  private:
    Report make_report(const Challenge& challenge, const TlsExporter& exporter);
    const std::string& document(const Sha256& name) const;

    test::SoftDevice device_;
    std::vector<std::pair<DocumentKind, std::string>> documents_;
    std::string challenge_request_;
    Bytes ak_name_;
    Statement statement_;
    QuoteAttest attest_;
    Bytes selection_;  // as marshalled; what attest_'s digest was made for
    Sha256 last_quote_{};
};

}  // namespace assay::bench
