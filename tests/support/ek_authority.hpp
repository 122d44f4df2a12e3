#pragma once
// A TPM vendor for tests: a root, an intermediate under it, and EK certificates with everything about them to choose,
// also what no vendor would issue.

#include "base/bytes.hpp"
#include "base/time.hpp"

#include <memory>
#include <string>

namespace assay::test {

struct EkCertificateSpec {
    UnixMillis not_before{1'600'000'000'000};  // 2020-09-13
    UnixMillis not_after{4'000'000'000'000};   // 2096-10-02
    std::string subject;                       // common name; empty: an empty subject
    std::string manufacturer = "id:4E544300";
    std::string model = "NPCT75x";
    std::string version = "id:00070002";
    std::string extended_usage = "2.23.133.8.1";  // empty: no such extension
    std::string key_usage = "critical,keyEncipherment";
    std::string ca_issuers;  // a URL, or empty
    bool is_ca = false;
    bool sha1 = false;
    bool critical_directory_attributes = false;  // 2.5.29.9
    bool rsaes_oaep = false;                     // the key's algorithm is id-RSAES-OAEP, as older vendors wrote it
    bool critical_unknown = false;               // an extension nobody knows
};

struct EkAuthoritySpec {
    UnixMillis intermediate_until{4'000'000'000'000};
    std::string root_constraints = "critical,CA:TRUE";
    std::string intermediate_constraints = "critical,CA:TRUE";
    bool critical_directory_attributes = false;  // of the intermediate
};

class EkAuthority {
  public:
    explicit EkAuthority(const std::string& name, const EkAuthoritySpec& spec = {});
    EkAuthority(const EkAuthority&) = delete;
    EkAuthority& operator=(const EkAuthority&) = delete;
    EkAuthority(EkAuthority&&) noexcept;
    EkAuthority& operator=(EkAuthority&&) noexcept;
    ~EkAuthority();
    const Bytes& root() const { return root_; }                            // DER
    const Bytes& intermediate() const { return intermediate_; }            // DER
    Bytes issue(ByteView spki, const EkCertificateSpec& spec = {}) const;  // DER, by the intermediate

  private:
    struct State;
    std::unique_ptr<State> state_;
    Bytes root_;
    Bytes intermediate_;
};

std::string pem(ByteView der);

}  // namespace assay::test
